// What a page does once its HTML is there, on every surface. Works from file://, asks nothing of the network.
import { beside } from "./beside.js";
import { codes, embed } from "./embed.js";
import { exercises } from "./exercise.js";
import { figuresOf } from "./figures.js";
import { folds } from "./fold.js";
import { marks, path } from "./path.js";
import { presenting } from "./presenting.js";
import { CHANGED } from "./progress.js";
import { roomButtons } from "./room/button.js";
import { tools } from "./tool.js";
import { speak } from "./words.js";

export { answerable, judge } from "./exercise.js";
export { land } from "./land.js";
export { parseNumber } from "./parse.js";

let listening = false;

/**
 * Bring a page to life: its exercises at once, its figures as they are drawn.
 * @param {Element} root the page's element
 * @param {Object<string, string>} words what the scripts say, in the page's language
 * @returns {Promise<void>} settled when every figure is drawn or has failed
 */
export async function start(root, words) {
  const slug = root.querySelector("[data-page]")?.dataset.page ?? "", given = figuresOf(root);
  menu(words);
  embed(root);  // may leave one of them
  exercises(root, slug);
  roomButtons(root, slug);
  if (root.querySelector(".am-facts")) path(root, slug);
  folds(root, words);
  if (root.querySelector("[data-search], [data-living], [data-quiz], [data-review], [data-backup]")) beside("apart.js").then(() => window.Amostra.apart(root, words));
  tools(root);
  scrollable(root);
  root.addEventListener("toggle", () => scrollable(root), true);  // it does not bubble
  for (const section of root.querySelectorAll(".am-section")) {
    section.addEventListener("contentvisibilityautostatechange", (event) => { if (!event.skipped) scrollable(section); });
  }
  const figures = [...given].map(([box, figure]) => root.contains(box) && window.Amostra.mount(box, figure, words));
  codes(root);
  presenting(root, words);
  await Promise.allSettled(figures);
}

/** Mark in menus and on the home what was done, now and at every change. */
export function menu(words) {
  speak(words);
  marks();
  if (!listening) for (const event of [CHANGED, "storage"]) addEventListener(event, marks);  // another window may have changed it
  listening = true;
}

/**
 * What is wider than its box can be scrolled with the keyboard. To measure a section that is not yet set would set it: until
 * it is, its boxes count as wider, so that the keyboard misses none; one that has the focus keeps it. A browser that cannot say
 * what is set has set everything.
 */
export function scrollable(root) {
  for (const box of root.querySelectorAll("[data-scroll], .table-wrapper, pre")) {
    if (box.checkVisibility?.({ contentVisibilityAuto: true }) === false || box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else if (box !== document.activeElement) box.removeAttribute("tabindex");
  }
}
