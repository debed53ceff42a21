// The way to the stage: a button, a key, or an address that asks for it. Its script comes when it is first needed.
import { element } from "./dom.js";
import { say } from "./words.js";

let listening, loading;

const asked = () => new URLSearchParams(location.search).get("present") === "true";

/**
 * Let a lesson be projected; a page that was there before is left alone from now on.
 * @param {Element} root the page's element
 * @param {Object<string, string>} words
 */
export function presenting(root, words) {
  listening?.abort();
  listening = new AbortController();
  globalThis.Amostra.present?.stop();
  const page = root.querySelector(".am-page:has(.am-facts)");
  if (!page) return;
  const enter = () => present(page, words), { signal } = listening;
  const button = element("button", { type: "button", class: "am-folds am-present", "aria-keyshortcuts": "p", title: say("nav.present.help") }, say("nav.present"));
  page.querySelector(".am-facts").append(" ", button);
  button.addEventListener("click", enter);
  document.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, target } = event;
    if (key !== "p" || ctrlKey || metaKey || altKey || onStage() || target.closest?.("input:not([type=range], [type=radio], [type=checkbox]), textarea, select")) return;
    event.preventDefault();
    enter();
  }, { signal });
  if (asked()) enter();
}

const onStage = () => "stage" in document.documentElement.dataset;

async function present(page, words) {
  const { Amostra } = globalThis;
  if (!Amostra.present) await (loading ??= load(new URL("present.js", Amostra.vegaAddress).href));
  if (page.isConnected && !onStage()) Amostra.present.start(page, words, leave);
}

function load(address) {
  return new Promise((resolve, reject) => {
    const script = element("script", { src: address });
    script.onload = resolve;
    script.onerror = () => {
      loading = undefined;  // who comes later tries again
      reject(new Error(`no script at ${address}`));
    };
    document.head.append(script);
  });
}

function leave() {
  globalThis.Amostra.present.stop();
  const url = new URL(location.href);
  for (const name of ["present", "beat"]) url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
}
