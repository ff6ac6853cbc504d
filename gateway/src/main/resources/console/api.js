// The API, as everyone else uses it. The key is kept here, in memory, and nowhere else.

let key = '';
export const setKey = (value) => { key = value; };
export const hasKey = () => key !== '';

/** What the API said instead of what was asked for. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.errors?.map((e) => `${e.field} ${e.message}`).join(', ') || body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

async function request(method, path, body, accept = 'application/json') {
  const headers = { 'X-Api-Key': key, Accept: accept };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

const json = async (method, path, body) => {
  const answer = await request(method, path, body);
  return answer.status === 204 ? null : answer.json();
};

const of = (tenant) => `/v1/tenants/${encodeURIComponent(tenant)}`;

export const listTenants = async () => {
  const all = [];
  for (let after = ''; after !== null;) {
    const page = await json('GET', `/v1/tenants?limit=500&after=${encodeURIComponent(after)}`);
    all.push(...page.tenants);
    after = page.next;
  }
  return all;
};
export const putTenant = (tenant, settings = {}) => json('PUT', of(tenant), settings);
export const tenant = (name) => json('GET', of(name));
export const deleteTenant = (tenant) => json('DELETE', of(tenant));
export const diagnostics = (tenant) => json('GET', `${of(tenant)}/diagnostics`);
export const timeline = (tenant, limit) => json('GET', `${of(tenant)}/timeline?limit=${limit}`);
export const act = (tenant, what, body = {}) => json('POST', `${of(tenant)}/${what}`, body);
export const send = (tenant, message) => json('POST', `${of(tenant)}/messages`, message);
export const webhooks = async (tenant) => (await json('GET', `${of(tenant)}/webhooks`)).webhooks;
export const addWebhook = (tenant, settings) => json('POST', `${of(tenant)}/webhooks`, settings);

/** One webhook, or what lies below it: `webhook('PUT', tenant, id, '', {paused: true})`. */
export const webhook = (method, tenant, id, below = '', body = undefined) =>
  json(method, `${of(tenant)}/webhooks/${encodeURIComponent(id)}${below}`, body);

/** The QR that can be scanned now, as a picture and with its end; null when there is none. */
export async function qr(tenant) {
  try {
    const { qr: text, expiresAt } = await json('GET', `${of(tenant)}/qr`);
    const picture = await request('GET', `${of(tenant)}/qr`, undefined, 'image/svg+xml');
    return { text, expiresAt: Date.parse(expiresAt), picture: URL.createObjectURL(await picture.blob()) };
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

/** The last `count` events that there were, and the number behind which the stream goes on. */
export const newestEvents = async (tenant, count) => {
  const { newest, oldest } = await json('GET', `${of(tenant)}/events?limit=1`);
  const after = Math.max(0, oldest - 1, newest - count);
  return json('GET', `${of(tenant)}/events?after=${after}&limit=${count}`);
};

/**
 * Events as they come, read by `fetch` because an EventSource can't carry a key. Comes back by itself
 * behind the last event that it had; returns what ends it.
 */
export function follow(tenant, after, onEvent, onState) {
  const control = new AbortController();
  let last = after;
  (async () => {
    while (!control.signal.aborted) {
      try {
        const answer = await fetch(`${of(tenant)}/events/stream`, {
          headers: { 'X-Api-Key': key, 'Last-Event-ID': String(last) }, signal: control.signal,
        });
        if (answer.status === 410 && last > 0) {
          last = 0; // the log was set back, or has let go of what came next: from its beginning
          continue;
        }
        if (!answer.ok) return;
        onState(true);
        let rest = '';
        for await (const piece of texts(answer.body)) {
          const blocks = (rest + piece).split('\n\n');
          rest = blocks.pop();
          for (const block of blocks) {
            const data = block.split('\n').find((line) => line.startsWith('data: '));
            if (data) {
              const event = JSON.parse(data.slice(6));
              last = event.seq;
              onEvent(event);
            }
          }
        }
      } catch {
        if (control.signal.aborted) return;
      }
      onState(false);
      await new Promise((done) => setTimeout(done, 1500));
    }
  })();
  return () => control.abort();
}

async function* texts(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}
