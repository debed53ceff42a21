// The way to the stage: a link, a key, or an address that asks for it. Its script comes when it is first needed.
import { beside } from "./beside.js";

const LINK = 'a[data-presenting][href*="present=true"]';
let listening;

/**
 * Let a lesson or a tool be projected; a page that was there before is left alone from now on.
 * @param {Element} root the page's element
 * @param {Object<string, string>} words what the scripts say, in the page's language
 */
export function presenting(root, words) {
  listening?.abort();
  listening = new AbortController();
  globalThis.Amostra.present?.stop();
  const page = root.querySelector(".am-page:not(.am-alone)");
  if (!page?.querySelector(".am-facts, [data-tool]")) return;
  const { signal } = listening, enter = async () => {
    await beside("present.js");
    if (!page.isConnected || onStage()) return;
    document.documentElement.dataset.present = "";  // links to other pages carry it along
    globalThis.Amostra.present.start(page, words, leave);
  };
  addEventListener("click", (event) => {
    if (!event.target.closest?.(LINK) || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();  // no page has to come for it
    enter();
  }, { signal, capture: true });
  document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey, target }) => {
    if (key === "p" && !ctrlKey && !metaKey && !altKey && !onStage() && !typing(target)) enter();
  }, { signal });
  if (new URLSearchParams(location.search).get("present") === "true" || "present" in document.documentElement.dataset) enter();
}

const onStage = () => "stage" in document.documentElement.dataset;
const typing = (target) => Boolean(target.closest?.("textarea, select, [contenteditable]:not([contenteditable=false]), input:not([type=range], [type=radio], [type=checkbox])"));

/** Back to the page; where a server keeps what the address asked for, its own link tells it. */
function leave() {
  globalThis.Amostra.present.stop(true);
  const url = new URL(location.href);
  for (const name of ["present", "beat"]) url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
  delete document.documentElement.dataset.present;
  document.querySelector('a[data-presenting][data-set="present="]')?.click();
}
