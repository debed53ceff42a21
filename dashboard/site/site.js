// The static page around the page: starts it, and keeps the reader's place when the language changes.
(() => {
  const article = document.querySelector("article"), { land, start, scrollable } = window.Amostra.page;
  const words = JSON.parse(document.getElementById("amostra-words").textContent);

  // The language link leads to the place being read, with the controls as they stand.
  function otherLanguage(link) {
    const plain = link.getAttribute("href");
    const aim = () => {
      const above = [...article.querySelectorAll(":is(h1, h2, h3)[id]")].filter((one) => one.getBoundingClientRect().top < innerHeight / 3);
      const hash = scrollY > 0 && above.length ? `#${above.at(-1).id}` : location.hash;
      link.setAttribute("href", plain + location.search + hash);
    };
    for (const name of ["pointerdown", "focus", "click"]) link.addEventListener(name, aim);
  }

  async function draw() {
    land(location.hash.slice(1));  // sections above get their height only as they come near
    await start(article, words);
    document.documentElement.dataset.ready = "";
  }

  // Installed, or in passing: what the reader has seen is there without a network. From file:// all of it is there anyway.
  async function keepOffline() {
    if (document.documentElement.hasAttribute("data-embed")) return;  // a frame of another page is no visit
    document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: "manifest.webmanifest" }));
    if (!navigator.serviceWorker) return;  // an address without encryption
    await navigator.serviceWorker.register("../service-worker.js");
    const { active } = await navigator.serviceWorker.ready;
    const keep = (seen) => active.postMessage(seen.map((one) => one.name));
    keep(performance.getEntriesByType("navigation"));
    new PerformanceObserver((seen) => keep(seen.getEntries())).observe({ type: "resource", buffered: true });
    addEventListener("appinstalled", () => active.postMessage("all"));
    if (matchMedia("(display-mode: standalone)").matches) active.postMessage("all");
  }

  if (location.protocol.startsWith("http")) addEventListener("load", () => keepOffline().catch(() => {}));
  document.querySelectorAll("[data-language]").forEach(otherLanguage);
  addEventListener("resize", () => scrollable(article));
  document.addEventListener("DOMContentLoaded", draw);  // Vega comes after this script
})();
