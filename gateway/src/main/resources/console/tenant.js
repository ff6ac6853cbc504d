// One tenant: its link, how it stands, a message to try, its webhooks, and what happens as it happens.

import * as api from '/console/api.js';
import { draw, every, h } from '/console/dom.js';
import { lasting, timelineCard } from '/console/timeline.js';
import { webhooksCard } from '/console/webhooks.js';
import { mood, spoken } from '/console/words.js';

const SHOWN_EVENTS = 200;
const AT_REST = ['stopped', 'conflicted', 'logged_out', 'refused'];
const REFUSED = 'said bad';

/** Draws `tenant` into `room`; returns what ends its live parts. */
export function tenantView(room, tenant, changed) {
  const state = h('span', {});
  const said = h('p', { class: REFUSED, role: 'alert' });
  const acts = h('div', { class: 'acts' });
  const link = linkCard(tenant, tell);
  const facts = h('dl', {});
  const live = eventsCard();
  const past = timelineCard(tenant);
  let status;
  let seen;

  function tell(problem) {
    said.textContent = problem ? problem.message : '';
  }

  async function refresh() {
    try {
      seen = await api.diagnostics(tenant);
      status = seen.status;
    } catch (problem) {
      if (problem.status === 404) return changed();
      return tell(problem);
    }
    draw(state, [status.state, status.reason], () =>
      h('span', { class: `state ${mood(status.state)}` }, h('i', { class: 'dot' }),
        spoken(status.state) + (status.reason ? ` (${spoken(status.reason)})` : '')));
    draw(acts, [status.wanted, status.authPaired, status.state], () => buttons());
    draw(facts, facing(status, seen), () => Object.entries(facing(status, seen)).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
    link.show(status);
  }

  const run = (work) => async () => {
    tell();
    try {
      await work();
    } catch (problem) {
      tell(problem);
    }
    await refresh();
    changed();
  };

  const buttons = () => [
    AT_REST.includes(status.state) ? h('button', { class: 'main', onclick: run(() => api.act(tenant, 'start')) }, 'Start') : null,
    status.wanted ? h('button', { onclick: run(() => api.act(tenant, 'restart')) }, 'Restart') : null,
    status.wanted ? h('button', { onclick: run(() => api.act(tenant, 'stop')) }, 'Stop') : null,
    status.authPaired
      ? h('button', { class: 'danger', onclick: () => confirm(`End the link of ${tenant}? It must be scanned anew.`) && run(() => api.act(tenant, 'logout'))() }, 'Log out')
      : null,
    h('button', { class: 'danger quiet', onclick: () => confirm(`Delete ${tenant} with all that is kept of it?`) && run(async () => { await api.deleteTenant(tenant); location.hash = ''; })() }, 'Delete'),
  ].filter(Boolean);

  room.replaceChildren(
    h('div', { class: 'title' }, h('h1', {}, tenant), state, h('span', { class: 'space' }), acts), said,
    h('div', { class: 'cards' },
      h('div', { class: 'column' }, link.card, h('div', { class: 'card' }, h('h2', {}, 'Status'), facts)),
      h('div', { class: 'column' },
        h('div', { class: 'card' }, h('h2', {}, 'Try a message'), messageForm(tenant)),
        webhooksCard(tenant)),
      past.card, live.card));

  const stopRefreshing = every(4000, facts, refresh);
  let stopFollowing = () => {};
  let left = false;
  api.newestEvents(tenant, 40).then(({ events, next }) => {
    if (left) return;
    events.forEach(live.add);
    stopFollowing = api.follow(tenant, next, (event) => {
      live.add(event);
      if (event.type.startsWith('session.')) {
        past.refresh();
        refresh().then(changed);
      }
    }, live.connected);
  }, tell);
  return () => {
    left = true;
    stopRefreshing();
    stopFollowing();
    past.leave();
    link.leave();
  };
}

const clock = (time) => (time ? new Date(time).toLocaleTimeString([], { hour12: false }) : '–');

function facing(status, { sockets, waiting, stanzas, outbox, store }) {
  const facts = { Account: status.account ? [status.account.pushName, status.account.phone ?? status.account.jid].filter(Boolean).join(', ') : 'not linked' };
  facts['Can send'] = status.canSend ? 'yes' : `no: ${spoken(status.canSendReason)}`;
  if (status.connected) {
    facts['Connected since'] = clock(status.connectedSince);
    facts['Verified at'] = `${clock(status.verifiedAt)}${status.probe ? ` (probe ${status.probe})` : ''}`;
  }
  facts['Last in / out'] = `${clock(status.lastReceivedAt)} / ${clock(status.lastSentAt)}`;
  if (status.nextAttemptAt) facts['Next attempt'] = clock(status.nextAttemptAt);
  if (status.reconnectAttempts) facts.Attempts = String(status.reconnectAttempts);
  if (status.conflicts) facts.Conflicts = String(status.conflicts);
  if (status.coolDownLeft) facts['Cools down until'] = clock(status.coolDownEndsAt);
  if (status.lastDisconnect) facts['Last end'] = `${spoken(status.lastDisconnect.reason)} (${status.lastDisconnect.code}) at ${clock(status.lastDisconnect.at)}`;
  facts.Connections = `${sockets.opened} opened, ${sockets.open ? 'one open' : 'none open'}`;
  facts.Stanzas = `${stanzas.received} in, ${stanzas.sent} out`;
  if (waiting.callers || waiting.queries) facts.Waiting = `${waiting.callers} callers, ${waiting.queries} questions to WhatsApp`;
  if (outbox && outbox.queued + outbox.sending > 0) facts.Outbox = `${outbox.queued} queued, ${outbox.sending} sending, oldest for ${lasting(Date.now() - Date.parse(outbox.oldest))}`;
  if (!store.readable) facts.Store = `can’t be read: ${store.failure}`;
  return facts;
}

/** What a person has to do to link: scan, or type a code. Gone once it is linked. */
function linkCard(tenant, tell) {
  const body = h('div', { class: 'link' });
  const card = h('div', { class: 'card' }, h('h2', {}, 'Link'), body);
  const bar = h('i', {});
  const image = h('img', { alt: 'QR to scan with WhatsApp on the phone' });
  let code = null;
  let shown = null;
  let timer = 0;
  let beat = 0;

  async function qr() {
    clearTimeout(timer);
    const next = await api.qr(tenant).catch(() => null);
    if (!next) return;
    if (shown) URL.revokeObjectURL(shown.picture);
    shown = { ...next, since: Date.now() };
    image.src = next.picture;
    timer = setTimeout(qr, Math.max(500, Math.min(5000, next.expiresAt - Date.now() + 300)));
  }

  beat = setInterval(() => {
    if (shown) bar.style.width = `${Math.max(0, Math.min(100, ((shown.expiresAt - Date.now()) / 20_000) * 100))}%`;
  }, 500);

  const phone = h('input', { name: 'phone', type: 'tel', placeholder: '+15550100001', 'aria-label': 'Phone number to link', required: true });
  const ask = async (event) => {
    event.preventDefault();
    tell();
    try {
      code = await api.act(tenant, 'pairing-code', { phone: phone.value });
      show(last);
    } catch (problem) {
      tell(problem);
    }
  };
  const form = h('form', { onsubmit: ask }, phone, h('button', { type: 'submit' }, 'Get code'));

  let last;
  function show(status) {
    last = status;
    card.hidden = status.authPaired;
    if (status.qrAvailable) qr();
    else clearTimeout(timer);
    if (code && Date.parse(code.expiresAt) < Date.now()) code = null;
    draw(body, [status.qrAvailable, status.state, code], () => [
      code && h('div', { class: 'code', 'aria-label': 'Pairing code' }, `${code.code.slice(0, 4)}-${code.code.slice(4)}`),
      code && h('p', { class: 'hint' }, 'On the phone: Linked devices, Link a device, Link with phone number instead.'),
      status.qrAvailable && !code && h('div', { class: 'qr' }, image),
      status.qrAvailable && !code && h('div', { class: 'bar' }, bar),
      status.qrAvailable && !code && h('p', { class: 'hint' }, 'On the phone: Linked devices, Link a device, then scan.'),
      !status.qrAvailable && !code && h('p', { class: 'hint' }, waitingFor(status)),
      form,
    ].filter(Boolean));
  }

  return { card, show, leave: () => { clearTimeout(timer); clearInterval(beat); } };
}

function waitingFor(status) {
  if (status.state === 'awaiting_code') return 'A code has been given out: it is to be typed on the phone. Another one:';
  return status.wanted ? 'The QR appears here as soon as WhatsApp gives one.' : 'Start the tenant to see a QR, or link with a code:';
}

function messageForm(tenant) {
  const to = h('input', { name: 'to', placeholder: '+15550100002', required: true, autocomplete: 'off' });
  const text = h('textarea', { name: 'text', required: true }, 'Hello from Holdfast');
  const said = h('p', { class: 'said', role: 'status' });
  const send = async (event) => {
    event.preventDefault();
    try {
      const message = await api.send(tenant, { to: to.value, type: 'text', text: text.value });
      said.className = 'said';
      said.textContent = `${spoken(message.state)} as ${message.messageId}`;
    } catch (problem) {
      said.className = REFUSED;
      said.textContent = problem.message;
    }
  };
  return h('form', { onsubmit: send }, h('label', {}, 'To', to), h('label', {}, 'Text', text), h('button', { class: 'main', type: 'submit' }, 'Send'), said);
}

function eventsCard() {
  const list = h('div', { class: 'events', role: 'log', 'aria-label': 'Events' });
  const note = h('small', {});
  const card = h('div', { class: 'card wide' }, h('h2', {}, 'Events', note), list);
  return {
    card,
    connected: (is) => { note.textContent = is ? 'live' : 'reconnecting…'; },
    add: (event) => {
      list.prepend(h('details', {},
        h('summary', {}, h('time', { datetime: event.at }, clock(event.at)), h('b', {}, event.type), h('span', {}, gist(event))),
        h('pre', {}, JSON.stringify(event, null, 2))));
      while (list.children.length > SHOWN_EVENTS) list.lastChild.remove();
    },
  };
}

const person = (who) => who?.pushName || who?.phone || who?.jid || '';

function gist({ type, data }) {
  if (type === 'message.received') return `${data.fromMe ? 'me' : person(data.from)}: ${data.text ?? `[${data.type}]`}`;
  if (type.startsWith('message.')) return [data.chat?.jid ?? data.chat, data.messageId, data.reason].filter(Boolean).join(' · ');
  return [data.reason && spoken(data.reason), data.code, data.count !== undefined && `${data.count} taken`].filter(Boolean).join(' · ');
}
