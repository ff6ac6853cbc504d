// Elements without a framework: made once, changed where something changed.

/** `h('p', {class: 'hint', onclick: f}, 'text', child)`; what is null or false is left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces the children only if what they are made from has changed: focus and scrolling stay. */
export function draw(element, key, children) {
  const made = JSON.stringify(key);
  if (element.dataset.madeFrom !== made) {
    element.dataset.madeFrom = made;
    element.replaceChildren(...[children()].flat());
  }
}

/** Runs `work` now and then every `ms` as long as `element` is shown. */
export function every(ms, element, work) {
  const again = async () => {
    if (!document.hidden) await work();
    timer = setTimeout(() => element.isConnected && again(), ms);
  };
  let timer = setTimeout(again, 0);
  return () => clearTimeout(timer);
}
