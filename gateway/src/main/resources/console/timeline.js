// A tenant's timeline drawn over time: one strip, a colour for each mood, and the newest transitions in words.

import * as api from '/console/api.js';
import { draw, every, h } from '/console/dom.js';
import { mood, spoken } from '/console/words.js';

const MINUTE = 60_000;
const SPANS = { '1 h': 60 * MINUTE, '24 h': 24 * 60 * MINUTE, '7 d': 7 * 24 * 60 * MINUTE };
const FETCHED = 500;
const LISTED = 12;

const clock = (ms) => new Date(ms).toLocaleTimeString([], { hour12: false });
const day = (ms) => (Date.now() - ms < 12 * 60 * MINUTE ? clock(ms) : `${new Date(ms).toLocaleDateString([], { month: 'short', day: 'numeric' })} ${clock(ms)}`);

/** 48 s, 12 min, 3 h 20 min, 2 d 4 h. */
export function lasting(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 100) return `${s} s`;
  if (s < 5400) return `${Math.round(s / 60)} min`;
  if (s < 129_600) return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.round((s % 86_400) / 3600)} h`;
}

/** Each transition, the oldest first, with the time until the next. */
const stretches = (transitions, now) => transitions.toReversed().map((t, index, all) => ({
  ...t,
  from: Date.parse(t.at),
  to: index + 1 < all.length ? Date.parse(all[index + 1].at) : now,
}));

const told = (t) => spoken(t.state) + (t.reason ? `: ${spoken(t.reason)}` : '') + (t.code ? ` (${t.code})` : '');

/** Draws the card; returns it with what ends its live part. */
export function timelineCard(tenant) {
  let span = '24 h';
  let known = [];
  const strip = h('div', { class: 'strip', role: 'img' });
  const axis = h('div', { class: 'axis' });
  const list = h('tbody', {});
  const note = h('small', {});
  const choice = h('span', { class: 'spans', role: 'group', 'aria-label': 'How far back' });
  const card = h('div', { class: 'card wide' }, h('h2', {}, 'Timeline', note, h('span', { class: 'space' }), choice),
    strip, axis,
    h('table', { class: 'transitions' },
      h('thead', {}, h('tr', {}, h('th', {}, 'when'), h('th', {}, 'state'), h('th', {}, 'why'), h('th', {}, 'connection'), h('th', {}, 'for'))), list));

  const show = () => {
    const now = Date.now();
    const begin = now - SPANS[span];
    const all = stretches(known, now);
    const seen = all.filter((t) => t.to > begin);
    strip.replaceChildren(...seen.map((t) => {
      const piece = h('i', { class: mood(t.state), title: `${told(t)}, ${day(t.from)} to ${t.to === now ? 'now' : day(t.to)}, ${lasting(t.to - t.from)}` });
      const from = Math.max(begin, t.from);
      piece.style.left = `${((from - begin) / SPANS[span]) * 100}%`;
      piece.style.width = `${((t.to - from) / SPANS[span]) * 100}%`;
      return piece;
    }));
    const connected = seen.filter((t) => t.state === 'connected').reduce((sum, t) => sum + t.to - Math.max(begin, t.from), 0);
    const covered = seen.length ? now - Math.max(begin, seen[0].from) : 0;
    const ends = seen.filter((t) => t.reason).length;
    const share = covered ? `connected ${((connected / covered) * 100).toFixed(1).replace('.0', '')} %` : 'nothing yet';
    note.textContent = share + (ends ? `, ${ends} ${ends === 1 ? 'end' : 'ends'}` : '');
    strip.setAttribute('aria-label', `${share} of the last ${span}`);
    draw(axis, [span, Math.floor(now / MINUTE)], () => [0, 1, 2, 3, 4].map((n) => h('span', {}, n === 4 ? 'now' : day(begin + (SPANS[span] * n) / 4).replace(/:\d\d$/, ''))));
    draw(list, [known[0]?.id, known.length, Math.floor(now / 5000)], () => all.slice(-LISTED).reverse().map((t) => h('tr', {},
      h('td', {}, h('time', { datetime: t.at }, day(t.from))),
      h('td', { class: mood(t.state) }, h('i', { class: 'dot' }), ' ', spoken(t.state)),
      h('td', t.text ? { title: t.text } : {}, t.reason ? spoken(t.reason) + (t.code ? ` (${t.code})` : '') : ''),
      h('td', {}, t.generation ? `#${t.generation}` : ''),
      h('td', {}, lasting(t.to - t.from)))));
    draw(choice, span, () => Object.keys(SPANS).map((name) => h('button', { class: 'quiet', type: 'button', 'aria-pressed': String(name === span), onclick: () => { span = name; show(); } }, name)));
  };

  const refresh = async () => {
    try {
      known = (await api.timeline(tenant, FETCHED)).transitions;
    } catch {
      return; // the status beside it says what is wrong
    }
    show();
  };
  return { card, refresh, leave: every(15_000, strip, refresh) };
}
