// What a page does once its HTML is there, on every surface. Works from file://, asks nothing of the network.
import { exercises } from "./exercise.js";
import { living } from "./living.js";
import { search } from "./search.js";

export { judge } from "./exercise.js";
export { parseNumber } from "./parse.js";
export { alike, offered } from "./living.js";
export { excerpt, find, fold } from "./search.js";

/**
 * Bring a page to life: its exercises at once, its figures as they are drawn.
 * @param {Element} root the page's element
 * @param {Object<string, string>} words what the scripts say, in the page's language
 * @returns {Promise<void>} settled when every figure is drawn or has failed
 */
export async function start(root, words) {
  const slug = root.querySelector("[data-page]")?.dataset.page ?? "";
  exercises(root, slug, words);
  search(root, words);
  living(root);
  scrollable(root);
  if (!window.Amostra.mount) await new Promise((there) => addEventListener("amostra-ready", there, { once: true }));
  const figures = [...root.querySelectorAll("[data-figure]")].map((box) =>
    window.Amostra.mount(box, JSON.parse(box.querySelector("script").textContent), words));
  await Promise.allSettled(figures);
}

// Paper has nothing to click: what is folded opens for it, and folds again.
globalThis.addEventListener?.("beforeprint", () => {
  for (const fold of document.querySelectorAll(".am-page details.am-fold:not([open])")) {
    fold.open = true;
    addEventListener("afterprint", () => { fold.open = false; }, { once: true });
  }
});

/** What is wider than its box can be scrolled with the keyboard. */
export function scrollable(root) {
  for (const box of root.querySelectorAll("[data-scroll], .table-wrapper, pre")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex");
  }
}
