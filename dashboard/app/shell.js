// The app around the page: mounts its HTML, follows its links without a reload, lands on anchors; and what Streamlit's page
// leaves undone: its own words and numbers in the reader's language, boxes that scroll sideways by keyboard. It stands at the head of the document, before any script of
// Streamlit's; once the page has said its language and words, `apply` takes them.
(() => {
const page = (window.amostraPage = {
  words: {},
  anchor: new URL(performance.getEntriesByType("navigation")[0]?.name ?? location.href).hash.slice(1) || location.hash.slice(1),
});

function reach() {
  document.querySelectorAll(".stMarkdown :is(.katex-display, pre), .stTable > div").forEach((box) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  });
}

// The words are keyed by Streamlit's own; {label} stands for what it puts after them.
function said(text) {
  if (page.words[text] !== undefined) return page.words[text];
  for (const [own, ours] of Object.entries(page.words)) {
    const [start, label] = own.split("{label}");
    if (label !== undefined && text.startsWith(start)) return ours.replace("{label}", () => text.slice(start.length));
  }
  return text;
}

function speak() {
  document.querySelectorAll(".stApp [role=img][aria-label$=' icon'], [data-testid=stIconMaterial]").forEach((icon) => icon.setAttribute("aria-hidden", "true"));
  for (const name of ["aria-label", "title", "placeholder"])
    document.querySelectorAll(`.stApp [${name}], [role=listbox] [${name}], [role=tooltip] [${name}]`).forEach((box) => {
      const text = box.getAttribute(name);
      if (said(text) !== text) box.setAttribute(name, said(text));
    });
  document.querySelectorAll("[data-testid=InputInstructions], [data-testid=stStatusWidget] *, [data-testid=stTooltipContent], [role=option], [data-testid=stConnectionStatus]")
    .forEach((box) => box.childNodes.forEach((node) => {
      if (node.nodeType === Node.TEXT_NODE && said(node.data) !== node.data) node.data = said(node.data);
    }));
}

// A page is shown as the browser's own Back and Forward show it: the address changes, and Streamlit is told so. Its switch of
// pages would write the query to the address of the page that is left, as a step of its own for Back to stop at.
function go(to, how = "pushState") {
  history[to.href === location.href ? "replaceState" : how]({}, "", to);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}

// A link to a page of the app: no reload, and language and presentation are kept.
function follow(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.hasAttribute("download") || link.target === "_blank") return;
  const to = new URL(link.href);
  if (to.origin !== location.origin || !link.closest(".am-page, .am-nav, .am-brand, .am-bar, .stMarkdown")) return;
  event.preventDefault();
  event.stopPropagation();
  if (link.dataset.set) return go(here(...link.dataset.set.split("=")));
  if (to.pathname === location.pathname && !changes(to)) return window.Amostra.page.land(to.hash.slice(1), true);
  page.anchor = to.hash.slice(1);
  page.arriving = true;
  go(presented(to));
}

/** This page with one parameter of its address changed, or without it. */
function here(name, value) {
  const to = new URL(location.href);
  to.hash = "";
  if (value) to.searchParams.set(name, value);
  else to.searchParams.delete(name);
  return to;
}

/** The address of a page, whose place is landed at once it is there; who projects goes on projecting. */
function presented(to) {
  to.hash = "";
  if (document.documentElement.hasAttribute("data-present") && !to.searchParams.has("present")) to.searchParams.set("present", "true");
  return to;
}

// The search's field in the menu: shows its page, or passes the words on to it.
function ask(event) {
  const form = event.target;
  if (!form.matches?.(".am-find:not([data-search])")) return;
  event.preventDefault();
  const words = form.elements.q.value, field = document.querySelector("[data-search] [name=q]");
  form.reset();
  if (!field) return go(presented(new URL(`search?${new URLSearchParams({ lang: document.documentElement.lang.slice(0, 2), q: words })}`, location.href)));
  field.value = words;
  field.form.requestSubmit();
}

const changes = (to) => [...to.searchParams].some(([name, value]) => new URLSearchParams(location.search).get(name) !== value);

// Where the rooms of a class are.
addEventListener("DOMContentLoaded", () => {
  window.Amostra.roomAddress = new URL("../../r", document.querySelector("script[src$='/page.js']").src).href;
});

let pending;
const settle = () => {
  pending = undefined;
  reach();
  speak();
};
new MutationObserver(() => { pending ??= setTimeout(settle, 100); }).observe(document.documentElement,
  { childList: true, subtree: true, characterData: true, attributeFilter: ["aria-label", "title", "placeholder"] });
document.addEventListener("click", follow, true);
document.addEventListener("submit", ask, true);

// A frame that asks for one block shows nothing around it, from the start.
if (new URLSearchParams(location.search).has("embed")) document.documentElement.dataset.embed = "";

// Streamlit writes numbers as the browser's languages do: here they are those of the page.
document.documentElement.lang = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "pt-BR";
Object.defineProperty(navigator, "language", { get: () => document.documentElement.lang, configurable: true });
Object.defineProperty(navigator, "languages", { get: () => [document.documentElement.lang], configurable: true });

page.apply = ({ lang, words, presenting, instead }) => {
  const other = instead && new URL(instead + location.search, location.href);
  if (other && other.pathname !== location.pathname) return go(other, "replaceState");
  document.documentElement.lang = lang;
  document.documentElement.toggleAttribute("data-present", presenting);
  page.words = words;
  settle();
};

// A page's HTML in the place that Streamlit gave it. A rerun with the same HTML changes nothing.
page.mount = (home, { html, words }) => {
  if (home.amostra === html) return;
  home.amostra = html;
  home.innerHTML = html;
  if (page.arriving && !page.anchor) document.querySelector(".stMain")?.scrollTo({ top: 0, behavior: "instant" });
  window.Amostra.page.land(page.anchor, page.arriving);
  page.arriving = false;
  page.anchor = "";
  window.Amostra.page.start(home, words);
  settle();
};
})();
