// What is folded: one button and one key open and close all of it, a link to a place inside opens it, paper has it open.

let listening;  // what the page in view listens to

/**
 * Bring the folds of a page to life; a page that was there before is left alone from now on.
 * @param {Element} root the page's element
 * @param {{unfold: string, fold: string}} words what the button says: to open all, and to close all
 */
export function folds(root, words) {
  listening?.abort();
  listening = new AbortController();
  const listen = (target, event, what, capture = false) =>
    target.addEventListener(event, what, { signal: listening.signal, capture });
  const all = [...root.querySelectorAll("details.am-fold")];
  if (!all.length) return;

  const closed = () => all.some((one) => !one.open);
  const toggle = () => {
    const open = closed();
    for (const one of all) one.open = open;
  };
  const button = document.createElement("button");
  button.type = "button";
  button.className = "am-folds";
  button.setAttribute("aria-keyshortcuts", "e");
  const label = () => { button.textContent = closed() ? words.unfold : words.fold; };
  label();
  root.querySelector(".am-facts")?.append(" ", button);
  listen(button, "click", toggle);
  listen(root, "toggle", label, true);  // it does not bubble
  listen(document, "keydown", (event) => {
    if (event.key !== "e" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    toggle();
  });

  const reveal = (id) => {
    const place = id && document.getElementById(id);
    let hidden = false;
    for (const one of all) {
      if (place && one.contains(place) && !one.open) hidden = one.open = true;
    }
    return hidden && place;
  };
  const arrive = () => reveal(named(location.hash))?.scrollIntoView?.();
  listen(root, "click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && link.pathname === location.pathname) reveal(named(link.hash));  // the browser goes there next
  });
  listen(window, "hashchange", arrive);
  arrive();

  let opened = [];
  listen(window, "beforeprint", () => {
    opened = all.filter((one) => !one.open);
    for (const one of opened) one.open = true;
  });
  listen(window, "afterprint", () => { for (const one of opened) one.open = false; });
}

const typing = (target) => Boolean(target.closest?.("input, textarea, select, [contenteditable]:not([contenteditable=false])"));

function named(hash) {
  try { return decodeURIComponent(hash.slice(1)); } catch { return ""; }
}
