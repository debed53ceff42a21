// Elements, made in one line.

/**
 * @param {string} tag
 * @param {Object<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...children);
  return one;
}

/** A text with a `{place}` in it, as nodes: there stand the elements. */
export function around(text, place, ...elements) {
  const [before, after] = text.split(`{${place}}`);
  return [before, ...elements, after ?? ""];
}

/** What a heading or an option says, without the link beside it. */
export function wording(heading) {
  const copy = heading.cloneNode(true);
  copy.querySelectorAll(".am-anchor").forEach((one) => one.remove());
  copy.removeAttribute("id");
  return [...copy.childNodes];
}

/** Calls `then` at each event until the element has left the page. */
export function whileThere(element, event, then, options) {
  const once = (happened) => element.isConnected ? then(happened) : removeEventListener(event, once, options);
  addEventListener(event, once, options);
}
