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

/** Make the inside of an element what some HTML says. Nodes of the same kind stay, with what differs: a browser lays out only that. */
export function follow(box, html) {
  const made = box.cloneNode(false);
  made.innerHTML = html;
  become(box, made);
}

function become(old, made) {
  if (old.isEqualNode(made)) return;
  for (const name of old.getAttributeNames()) if (!made.hasAttribute(name)) old.removeAttribute(name);
  for (const name of made.getAttributeNames()) {
    const value = made.getAttribute(name);
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (!alike(old, made)) return old.replaceChildren(...made.childNodes);
  for (let was = old.firstChild, now = made.firstChild; was; was = was.nextSibling, now = now.nextSibling) {
    if (was.nodeType === Node.ELEMENT_NODE) become(was, now);
    else if (was.data !== now.data) was.data = now.data;
  }
}

function alike(old, made) {
  let was = old.firstChild, now = made.firstChild;
  for (; was && was.nodeName === now?.nodeName; was = was.nextSibling) now = now.nextSibling;
  return !was && !now;
}

/** Calls `then` at each event until the element has left the page. */
export function whileThere(element, event, then, options) {
  const once = (happened) => element.isConnected ? then(happened) : removeEventListener(event, once, options);
  addEventListener(event, once, options);
}
