// What a page of the static site does: draws its figures, checks its exercises, keeps the reader's place when the
// language changes. Works from file://, asks nothing of the network. `figure.js` comes before it in the same file.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = () => JSON.parse(document.getElementById("amostra-words").textContent);

  // Numbers, read as dashboard.language.parse_number reads them. Throws when the text is not one number.
  const FLOAT = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?$/;
  function parseNumber(text) {
    if (text.length > 100) throw new RangeError("too long for a number");
    const plain = text.trim().replaceAll("−", "-").replaceAll(" ", "");
    if (plain.endsWith("%")) return parseNumber(plain.slice(0, -1)) / 100;
    const slash = plain.indexOf("/");
    if (slash >= 0) {
      const bottom = parseNumber(plain.slice(slash + 1));
      if (bottom === 0) throw new RangeError("division by zero");
      const quotient = parseNumber(plain.slice(0, slash)) / bottom;
      if (!Number.isFinite(quotient)) throw new RangeError("not a finite number");
      return quotient;
    }
    const point = plain.replaceAll(",", ".").trim(), value = Number(point.replaceAll("_", ""));
    if (!FLOAT.test(point) || !Number.isFinite(value)) throw new RangeError("not a number");
    return value;
  }

  // The feedback a numeric answer gets: "right", "mistake-0", …, "wrong" or "unreadable".
  function judge(text, { answer, tolerance, mistakes }) {
    let value;
    try { value = parseNumber(text); } catch { return "unreadable"; }
    if (Math.abs(value - answer) <= tolerance) return "right";
    const known = mistakes.findIndex((mistake) => Math.abs(value - mistake) <= tolerance);
    return known >= 0 ? `mistake-${known}` : "wrong";
  }

  // Bets outlive the page where the browser allows it, and are the same in both languages.
  const bets = {};
  const entry = (id) => `amostra.bet.${document.querySelector("article section")?.id}.${id}`;
  const bet = (id) => { try { return localStorage.getItem(entry(id)) ?? bets[id]; } catch { return bets[id]; } };
  function keep(id, choice) {
    bets[id] = choice;
    try { localStorage.setItem(entry(id), choice); } catch { /* a private window: kept in memory */ }
  }

  function openAnswers(id) {
    for (const box of all(`[data-answer-to="${id}"]`)) {
      const said = box.querySelector(`template[data-bet="${bet(id)}"]`);
      if (said) box.querySelector(".am-opened").replaceChildren(said.content.cloneNode(true));
    }
  }

  function exercise(form) {
    const kind = form.dataset.exercise, feedback = form.querySelector(".am-feedback");
    const show = (html, right) => {
      feedback.innerHTML = html;
      feedback.className = `am-feedback ${right === undefined ? "" : right ? "am-right" : "am-wrong"}`;
    };
    const before = kind === "bet" && form.querySelector(`[value="${bet(form.id)}"]`);
    if (before) {
      before.checked = true;
      show(`<p>${words().kept}</p>`);
    }
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = new FormData(form).get(form.id);
      if (given === null) return form.querySelector("input").focus();
      if (kind === "bet") {
        keep(form.id, given);
        openAnswers(form.id);
        return show(`<p>${words().kept}</p>`);
      }
      const name = kind === "numeric" ? judge(given, JSON.parse(form.dataset.numeric)) : given;
      const answer = form.querySelector(`[data-answer="${name}"]`), verdict = answer.querySelector(".am-verdict");
      const reveal = name === "unreadable" ? "" : form.querySelector("[data-reveal]")?.innerHTML ?? "";
      show(answer.innerHTML + reveal, verdict?.classList.contains("am-right"));
    });
  }

  // The language link leads to the section being read, with the controls as they stand.
  function otherLanguage(link) {
    const plain = link.getAttribute("href");
    const aim = () => {
      const above = all("article section[id]").filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
      const hash = scrollY > 0 && above.length ? `#${above.at(-1).id}` : location.hash;
      link.setAttribute("href", plain + location.search + hash);
    };
    for (const name of ["pointerdown", "focus", "click"]) link.addEventListener(name, aim);
  }

  // What is wider than its box can be scrolled with the keyboard.
  function scrollable() {
    for (const box of all("[data-scroll], .math-wrapper, .table-wrapper, pre")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; else box.removeAttribute("tabindex");
    }
  }

  async function start() {
    let moved = false;  // a reader who has begun to scroll stays where he is
    for (const name of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      addEventListener(name, () => { moved = true; }, { once: true, passive: true });
    }
    const figures = all("[data-figure]").map((box) =>
      window.Amostra.mount(box, JSON.parse(box.querySelector("script").textContent), words()));
    await Promise.allSettled(figures);
    document.documentElement.dataset.ready = "";
    if (location.hash && !moved) document.getElementById(location.hash.slice(1))?.scrollIntoView({ behavior: "instant" });
  }

  // From file:// the search may not read other pages for an excerpt: it lists their titles.
  if (window.location?.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }

  Object.assign(window.Amostra, { parseNumber, judge });
  // The text is there when a deferred script runs; only the figures wait for Vega, which comes after it.
  all("[data-exercise]").forEach(exercise);
  all("[data-answer-to]").forEach((box) => openAnswers(box.dataset.answerTo));
  all("[data-language]").forEach(otherLanguage);
  window.Amostra.page?.folds(document.querySelector("article") ?? document.body, words());
  scrollable();
  addEventListener("resize", scrollable);
  addEventListener("toggle", scrollable, true);
  document.addEventListener("DOMContentLoaded", start);
})();
