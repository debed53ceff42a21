// The model from its entry to its end, a row for each block: its heads, what its parts push, what it would say.

import { element } from "../../dom.js";
import { show } from "../../numbers.js";
import { say } from "../../words.js";
import { map, rove } from "./drawing.js";
import { bare, weightsOf } from "./reading.js";
import { spaced } from "./arcs.js";

/**
 * @param {number} L blocks
 * @param {number} H heads
 * @param {string} lang BCP 47
 * @param {{select: (block: number, head: number | null) => void, cut: (part: string) => void}} told
 */
export function blocks(L, H, lang, told) {
  const rows = Array.from({ length: L + 1 }, (_, block) => row(block, block ? H : 0, told));
  const pushed = element("th", { scope: "col", class: "am-in-pushes" }), after = element("th", { scope: "col" });
  const numbers = element("div", { "aria-hidden": "true" }, ...Array.from({ length: H }, (_, h) => element("span", {}, String(h + 1))));
  const head = element("tr", {}, element("th", { scope: "col" }, say("inside.depth")), element("th", { scope: "col", class: "am-in-heads" }, say("inside.heads"), numbers), pushed, after);
  const foot = element("p", { class: "am-caption" });
  const table = element("table", { class: "am-in-blocks" }, element("thead", {}, head), element("tbody", {}, ...rows.map(({ line }) => line)));
  const grid = rows.map(({ name, heads }) => [name, ...heads]), all = grid.flat();

  table.addEventListener("keydown", (event) => {
    const block = grid.findIndex((one) => one.includes(event.target)), place = grid[block]?.indexOf(event.target);
    if (place === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "x" || event.key === "Delete") return void (block && told.cut(part(block, place)));
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
    const to = grid[block + down]?.[Math.min(place + right, (grid[block + down]?.length ?? 1) - 1)];
    if (down === undefined) return;
    event.preventDefault();
    if (to) {
      to.focus();
      to.click();
    }
  });

  /**
   * @param {{attentions: number[][][][], at: number, block: number, head: number | null, parts: string[], lens: Object[][],
   *   shares: number[], word: string, token: string}} now word: the one that is read; token: the one that is pushed
   */
  function update({ attentions, at, block, head: chosen, parts, lens, shares, word, token }) {
    const most = Math.max(...shares.map(Math.abs));
    const kinds = ["attention", "mlp"].map((name) => element("span", {}, say(`inside.${name}`)));
    pushed.replaceChildren(say("inside.push"), " ", element("b", {}, bare(token)), element("div", {}, ...kinds));
    after.replaceChildren(say("inside.after"), " ", element("b", {}, bare(word)));
    rows.forEach(({ line, name, heads, pushes, said, entropy }, depth) => {
      const gone = parts.includes(part(depth, 0));
      line.toggleAttribute("data-chosen", depth === block);
      line.toggleAttribute("data-cut", gone);
      name.setAttribute("aria-pressed", String(depth === block && chosen === null));
      name.querySelector("em").textContent = gone ? say("inside.is_cut") : "";
      heads.forEach((button, h) => {
        const cut = parts.includes(part(depth, h + 1)), label = say("inside.head", { block: depth, head: h + 1 });
        button.replaceChildren(map(weightsOf(attentions, depth, h + 1), at));
        button.setAttribute("aria-pressed", String(depth === block && chosen === h + 1));
        button.setAttribute("aria-label", cut || gone ? `${label}, ${say("inside.is_cut")}` : label);
        button.title = label;
        button.toggleAttribute("data-cut", cut);
      });
      const own = depth ? shares.slice(2 * depth - 1, 2 * depth + 1) : shares.slice(0, 1);
      pushes.replaceChildren(element("div", {}, ...own.map((share, i) => bar(share, most, depth ? say(i ? "inside.mlp" : "inside.attention") : "", lang))));
      const { best, entropy: bits } = lens[depth][at], [first, ...others] = best;
      said.replaceChildren(
        element("b", {}, ...spaced(first.text)), " ", element("span", { class: "am-in-p" }, show(first.prob, "%1", lang)),
        element("small", {}, ...others.flatMap(({ text }) => [" ", element("span", {}, ...spaced(text))])),
      );
      said.style.setProperty("--p", first.prob.toFixed(4));
      entropy.textContent = say("inside.bits", { bits: show(bits, "1", lang) });
    });
    const [bias, total] = [shares.at(-1), shares.reduce((sum, share) => sum + share, 0)].map((one) => show(one, "1", lang));
    foot.replaceChildren(say("inside.sum", { bias, total }));
    rove(all, grid[block][chosen ?? 0], false);
  }

  return { box: element("div", { class: "am-in-model" }, element("div", { class: "am-scroll", "data-scroll": "" }, table), foot), update };
}

/** As an address names it. */
export const part = (block, head) => (head ? `${block}.${head}` : String(block));

function row(block, H, told) {
  const name = element("button", { type: "button", class: "am-in-block" }, block ? say("inside.block", { block }) : say("inside.embeddings"), element("em"));
  name.addEventListener("click", () => told.select(block, null));
  const heads = Array.from({ length: H }, (_, h) => {
    const button = element("button", { type: "button", class: "am-in-head" });
    button.addEventListener("click", () => told.select(block, h + 1));
    return button;
  });
  const pushes = element("td", { class: "am-in-pushes" }), said = element("span", { class: "am-in-said-next" }), entropy = element("small", { class: "am-in-bits" });
  const line = element("tr", {}, element("th", { scope: "row" }, name), element("td", { class: "am-in-heads" }, element("div", {}, ...heads)), pushes, element("td", { class: "am-in-lens" }, element("div", {}, said, entropy)));
  return { line, name, heads, pushes, said, entropy };
}

/** A number as a bar to the right of the middle, or to its left. */
function bar(share, most, label, lang) {
  const one = element("span", { class: `am-in-push${share < 0 ? " am-in-less" : ""}` }, element("i"), element("span", {}, show(share, "1", lang)));
  if (label) one.dataset.label = label;
  one.style.setProperty("--w", (Math.abs(share) / most).toFixed(4));
  return one;
}
