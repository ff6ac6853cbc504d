// A tenant's webhooks: how each stands, its last deliveries and dead letters, and what can be done.

import * as api from '/console/api.js';
import { draw, every, h } from '/console/dom.js';

const SHOWN = 30;
const clock = (time) => new Date(time).toLocaleTimeString([], { hour12: false });

export function webhooksCard(tenant) {
  const list = h('div', { class: 'hooks', 'aria-label': 'Webhooks' });
  const said = h('p', { class: 'said', role: 'status' });
  const opened = new Set();

  const tell = (text, bad = false) => {
    said.className = bad ? 'said bad' : 'said';
    said.textContent = text;
  };

  async function refresh() {
    try {
      const hooks = await api.webhooks(tenant);
      const inside = await Promise.all(hooks.map((hook) => (opened.has(hook.id) ? look(hook) : null)));
      draw(list, [hooks, inside], () => hooks.map((hook, i) => entry(hook, inside[i])));
    } catch (problem) {
      tell(problem.message, true);
    }
  }

  async function look(hook) {
    const [{ deliveries }, { deadLetters }] = await Promise.all([
      api.webhook('GET', tenant, hook.id, `/deliveries?limit=${SHOWN}`),
      api.webhook('GET', tenant, hook.id, `/dead-letters?limit=${SHOWN}`),
    ]);
    return { deliveries, deadLetters };
  }

  const run = (work) => async () => {
    tell('');
    try {
      tell((await work()) ?? '');
    } catch (problem) {
      tell(problem.message, true);
    }
    await refresh();
  };

  const button = (text, work, kind = '') => h('button', { type: 'button', class: kind, onclick: run(work) }, text);

  function entry(hook, inside) {
    const details = h('details', { open: opened.has(hook.id) },
      h('summary', {}, h('i', { class: `dot ${mood(hook)}` }), h('b', {}, hook.url), h('small', {}, gist(hook))),
      h('div', { class: 'body' }, acts(hook), inside ? [...deadLetters(hook, inside.deadLetters), ...deliveries(inside.deliveries)] : []));
    details.addEventListener('toggle', () => {
      if (details.open === opened.has(hook.id)) return;
      if (details.open) opened.add(hook.id);
      else opened.delete(hook.id);
      refresh();
    });
    return details;
  }

  const acts = (hook) => h('div', { class: 'acts' },
    button('Test', async () => {
      const told = await api.webhook('POST', tenant, hook.id, '/test', {});
      return told.delivered ? `The test was taken: ${told.status}` : `The test wasn’t taken: ${told.error}`;
    }),
    hook.state === 'enabled' ? button('Pause', () => set(hook, { paused: true })) : null,
    hook.state === 'paused' ? button('Go on', () => set(hook, { paused: false }), 'main') : null,
    hook.state === 'disabled' ? button('Enable', () => set(hook, {}), 'main') : null,
    hook.deadLetters > 0
      ? button(`Replay ${hook.deadLetters} dead`, async () => { await api.webhook('POST', tenant, hook.id, '/dead-letters/replay', {}); })
      : null,
    button('Remove', async () => {
      if (confirm(`Remove the webhook to ${hook.url} with its dead letters?`)) await api.webhook('DELETE', tenant, hook.id);
    }, 'danger quiet'));

  const set = async (hook, settings) => { await api.webhook('PUT', tenant, hook.id, '', settings); };

  const deadLetters = (hook, letters) => letters.length === 0 ? [] : [h('h3', {}, 'Dead letters'), h('div', { class: 'scroll' }, h('table', {}, letters.map((letter) =>
    h('tr', {}, h('td', {}, clock(letter.at)), h('td', {}, `${letter.seq} ${letter.type}`), h('td', {}, letter.error),
      h('td', {}, button('Replay', async () => { await api.webhook('POST', tenant, hook.id, `/dead-letters/${letter.event}/replay`, {}); }))))))];

  const url = h('input', { name: 'url', type: 'url', placeholder: 'https://example.org/hook', required: true });
  const add = async (event) => {
    event.preventDefault();
    await run(async () => {
      const hook = await api.addWebhook(tenant, { url: url.value });
      url.value = '';
      return `Its secret, shown this once: ${hook.secret}`;
    })();
  };

  every(5000, list, refresh);
  return h('div', { class: 'card' }, h('h2', {}, 'Webhooks'), list,
    h('form', { onsubmit: add }, h('label', {}, 'Where events are brought to', url), h('button', { type: 'submit' }, 'Add webhook'), said));
}

const deliveries = (tries) => tries.length === 0 ? [h('p', { class: 'hint' }, 'Nothing has been brought yet.')] : [h('h3', {}, 'Last deliveries'), h('div', { class: 'scroll' }, h('table', {}, tries.map((tried) =>
  h('tr', {}, h('td', {}, clock(tried.at)), h('td', {}, `${tried.seq} ${tried.type}${tried.redelivery ? ' (again)' : ''}`),
    h('td', {}, tried.delivered ? String(tried.status) : tried.error)))))];

const mood = (hook) => (hook.state === 'disabled' ? 'bad' : hook.state === 'paused' ? '' : hook.lastError ? 'wait' : 'good');

function gist(hook) {
  const parts = [
    hook.state === 'disabled' ? `off: ${hook.disabledReason}` : hook.state === 'paused' ? 'paused' : null,
    hook.behind === 0 ? 'up to date' : `${hook.behind} events behind`,
    hook.state === 'enabled' && hook.lastError && `last try: ${hook.lastError}`,
    hook.deadLetters > 0 && `${hook.deadLetters} dead`,
    hook.types.length > 0 && hook.types.join(', '),
  ];
  return parts.filter(Boolean).join(' · ');
}
