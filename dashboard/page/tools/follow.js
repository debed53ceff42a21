// Of what is drawn at every step, only what differs is touched.

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
