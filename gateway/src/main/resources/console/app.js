// The whole page: a door that asks for the key, the list of tenants, and one tenant beside it.

import * as api from '/console/api.js';
import { draw, every, h } from '/console/dom.js';
import { tenantView } from '/console/tenant.js';
import { mood, spoken } from '/console/words.js';

const page = document.body;

function door(message) {
  const key = h('input', { type: 'password', name: 'key', autocomplete: 'off', required: true, autofocus: true });
  const said = h('p', { class: 'said bad', role: 'alert' }, message ?? '');
  const enter = async (event) => {
    event.preventDefault();
    api.setKey(key.value.trim());
    try {
      await api.listTenants();
      house();
    } catch (problem) {
      api.setKey('');
      said.textContent = problem.status === 403 ? 'This key doesn’t reach all tenants; the console needs an admin’s.' : problem.message;
    }
  };
  page.replaceChildren(
    h('div', { class: 'door' },
      h('img', { src: '/console/icon.svg', alt: '' }),
      h('h1', {}, 'Holdfast'),
      h('p', {}, 'The key stays in this tab’s memory: close or reload it, and it is forgotten.'),
      h('form', { onsubmit: enter },
        h('label', {}, 'Admin key', key),
        h('button', { class: 'main', type: 'submit' }, 'Open')),
      said));
  key.focus();
}

const chosen = () => decodeURIComponent(location.hash.replace(/^#\/?/, ''));

function house() {
  const list = h('ul', { 'aria-label': 'Tenants' });
  const room = h('section', { class: 'tenant' });
  const said = h('p', { class: 'said bad', role: 'alert' });
  const health = h('span', { class: 'state' });
  let leave = () => {};
  let shown;

  const show = (tenants) => {
    const current = chosen() || tenants[0]?.id || '';
    draw(list, [current, tenants.map((t) => [t.id, t.state, t.account?.phone])], () => tenants.map((t) =>
      h('li', {}, h('a', { href: `#/${encodeURIComponent(t.id)}`, class: mood(t.state), 'aria-current': t.id === current && 'page' },
        h('i', { class: 'dot' }), h('b', {}, t.id),
        h('small', {}, [spoken(t.state), t.account?.phone].filter(Boolean).join(' · '))))));
    if (tenants.length === 0) draw(list, 'none', () => h('li', { class: 'empty' }, 'No tenants yet: name the first above.'));
    if (current !== shown) {
      leave();
      shown = current;
      leave = () => {};
      if (current) leave = tenantView(room, current, refresh);
      else room.replaceChildren(h('p', { class: 'empty' }, 'A tenant is one WhatsApp account that the gateway keeps connected.'));
    }
  };

  const refresh = async () => {
    try {
      show(await api.listTenants());
      draw(health, true, () => [h('i', { class: 'dot good' }), 'gateway ready']);
    } catch (problem) {
      if (problem.status === 401) return lock('That key is no longer valid.');
      draw(health, problem.message, () => [h('i', { class: 'dot bad' }), 'gateway doesn’t answer']);
    }
  };

  const name = h('input', { name: 'tenant', placeholder: 'new tenant', 'aria-label': 'Name of a new tenant', pattern: '[A-Za-z0-9_\\-]{1,64}', required: true });
  const create = async (event) => {
    event.preventDefault();
    try {
      await api.putTenant(name.value);
      location.hash = `#/${encodeURIComponent(name.value)}`;
      name.value = '';
      said.textContent = '';
      await refresh();
    } catch (problem) {
      said.textContent = problem.message;
    }
  };

  const lock = (message) => {
    leave();
    stop();
    window.removeEventListener('hashchange', refresh);
    api.setKey('');
    door(message);
  };

  page.replaceChildren(
    h('header', {},
      h('img', { src: '/console/icon.svg', alt: '' }), h('strong', {}, 'Holdfast'),
      h('span', { class: 'space' }), health,
      h('button', { class: 'quiet', onclick: () => lock() }, 'Lock')),
    h('main', {},
      h('nav', {}, h('form', { onsubmit: create }, name, h('button', { type: 'submit', title: 'Make the tenant' }, 'Add')), said, list),
      room));
  window.addEventListener('hashchange', refresh);
  const stop = every(2500, list, refresh);
}

// A link may bring the key behind the # (which no server sees); it is taken out of the address at once.
const brought = new URLSearchParams(location.hash.replace(/^#/, '')).get('key');
if (brought) {
  history.replaceState(null, '', location.pathname);
  api.setKey(brought);
  api.listTenants().then(house, (problem) => { api.setKey(''); door(problem.message); });
} else {
  door();
}
