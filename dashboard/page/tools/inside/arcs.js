// The sentence: its tokens in a row, arcs from the one that reads to those that it reads, and what was expected in each place.

import { element } from "../../dom.js";
import { show } from "../../numbers.js";
import { say } from "../../words.js";
import { rove, svg } from "./drawing.js";

const SIZES = [2.25, 2, 1.75, 1.5, 1.3, 1.15]; // rem, the first at which the row fits
const HEIGHT = 116, THICKEST = 11; // pixels, of the arcs
const LEAST = 0.01; // what is read less has no arc

/**
 * @param {string} lang BCP 47
 * @param {{select: (at: number) => void, deeper: (by: number) => void}} told
 */
export function arcs(lang, told) {
  const lines = svg("svg", { class: "am-in-arcs", "aria-hidden": "true" });
  const row = element("div", { class: "am-in-tokens", role: "listbox", "aria-orientation": "horizontal", "aria-label": say("inside.sentence") });
  const ghost = element("div", { class: "am-in-ghost" });
  const strip = element("div", { class: "am-in-strip" }, lines, row, ghost), box = element("div", { class: "am-in-stage", "data-scroll": "" }, strip);
  let columns = [], shown, over = null;

  /** Other tokens. */
  function write(tokens) {
    columns = tokens.map((token, at) => {
      const word = element("span", { class: "am-in-token" }, ...spaced(token)), share = element("small", { class: "am-in-share" }), guess = element("small", { class: "am-in-guess" });
      const column = element("div", { class: "am-in-column", role: "option" }, share, word, guess);
      column.addEventListener("pointerenter", () => { over = at; draw(); });
      column.addEventListener("pointerleave", () => { over = null; draw(); });
      column.addEventListener("click", () => { told.select(at); rove(columns.map((one) => one.column), column, true); });
      return { column, word, share, guess };
    });
    row.replaceChildren(...columns.map(({ column }) => column));
  }

  row.addEventListener("keydown", (event) => {
    const last = columns.length - 1, { at } = shown;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key], by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if ((to === undefined && by === undefined) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (by) return told.deeper(by);
    const next = Math.max(0, Math.min(last, to));
    told.select(next);
    rove(columns.map(({ column }) => column), columns[next].column, true);
  });

  /** The largest type at which the sentence fits. */
  function fit() {
    if (!columns.length) return;
    for (const size of SIZES) {
      strip.style.setProperty("--am-size", `${size}rem`);
      if (strip.scrollWidth <= box.clientWidth + 1) break;
    }
    box.tabIndex = strip.scrollWidth > box.clientWidth + 1 ? 0 : -1;
    draw();
  }

  /** @param {{at: number, weights: number[][], expected: Object[]}} now weights [t][s]; expected by position, as `sentence` */
  function update(now) {
    shown = now;
    const { at, expected } = now;
    columns.forEach(({ column, word, guess }, t) => {
      column.setAttribute("aria-selected", String(t === at));
      column.tabIndex = t === at ? 0 : -1;
      const before = expected[t - 1]?.best[0], hit = before?.text === word.textContent;
      guess.replaceChildren(...(before ? spaced(before.text) : []));
      guess.classList.toggle("am-in-hit", hit);
    });
    const { text, prob } = expected.at(-1).best[0];
    ghost.replaceChildren(element("small", { class: "am-in-share" }, show(prob, "%1", lang)), element("span", { class: "am-in-token" }, ...spaced(text)), element("small", { class: "am-in-guess" }, say("inside.ghost")));
    fit();
    box.scrollLeft = columns[at].column.offsetLeft + columns[at].column.offsetWidth / 2 - box.clientWidth / 2;
  }

  function draw() {
    if (!shown || shown.weights.length !== columns.length) return;
    const from = over ?? shown.at, weights = shown.weights[from], middle = ({ column }) => column.offsetLeft + column.offsetWidth / 2;
    lines.setAttribute("width", strip.scrollWidth);
    lines.setAttribute("height", HEIGHT);
    const start = middle(columns[from]), widest = Math.max(...columns.slice(0, from + 1).map((one) => start - middle(one)), 1);
    const paths = columns.slice(0, from + 1).map((one, s) => {
      if (weights[s] < LEAST) return null;
      const end = middle(one), far = start - end, top = HEIGHT - 22 - Math.min(HEIGHT - 34, 26 + (far / Math.max(widest, 320)) * (HEIGHT - 50));
      const d = s === from ? `M${end + 9} ${HEIGHT}C${end + 22} ${HEIGHT - 44},${end - 22} ${HEIGHT - 44},${end - 9} ${HEIGHT}`
        : `M${start} ${HEIGHT}C${start} ${top},${end} ${top},${end} ${HEIGHT}`;
      return svg("path", { d, "stroke-width": Math.max(1, THICKEST * weights[s]).toFixed(2), "stroke-opacity": (0.3 + 0.7 * weights[s]).toFixed(2) });
    });
    lines.replaceChildren(...paths.filter(Boolean));
    columns.forEach(({ column, share }, t) => {
      const weight = t <= from ? weights[t] : 0;
      column.style.setProperty("--am-weight", weight.toFixed(3));
      column.toggleAttribute("data-reads", t === from);
      share.textContent = weight >= LEAST ? show(weight, "%0", lang) : "";
    });
  }

  new ResizeObserver(fit).observe(box);
  return { box, write, update };
}

/** A token's text, the mark of its space less loud than its letters. */
export function spaced(text) {
  return text.split(/(␣)/).filter(Boolean).map((part) => (part === "␣" ? element("i", { class: "am-in-space" }, part) : part));
}
