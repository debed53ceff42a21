// The next token: its likeliest candidates, before and after parts of the model were cut.

import { element } from "../../dom.js";
import { show } from "../../numbers.js";
import { say } from "../../words.js";
import { spaced } from "./arcs.js";
import { bare } from "./reading.js";

/** @param {string} lang BCP 47 */
export function nextToken(lang) {
  const title = element("h2"), rows = element("ul", { class: "am-in-candidates" }), effect = element("p", { class: "am-in-effect" });
  const key = element("p", { class: "am-in-key" }, element("span", { class: "am-in-before" }, say("inside.before")), element("span", { class: "am-in-now" }, say("inside.cut")));
  const percent = (p) => show(p, "%1", lang);

  /** @param {{rows: Object[], tv: number, entropies: [number, number], parts: string[], word: string}} now */
  function update({ rows: found, tv, entropies, parts, word }) {
    const cut = parts.length > 0, widest = Math.max(...found.map(({ before, after }) => Math.max(before, after)));
    title.replaceChildren(say("inside.next"), " ", element("b", {}, bare(word)));
    rows.replaceChildren(...found.map(({ text, before, after }) => {
      const line = element("li", {}, element("b", {}, ...spaced(text)), element("span", { class: "am-in-bars" }, element("i", { class: "am-in-now" }), cut ? element("i", { class: "am-in-before" }) : ""),
        element("span", { class: "am-in-p" }, percent(after), ...(cut ? [element("small", {}, say("inside.was", { p: percent(before) }))] : [])));
      line.style.setProperty("--before", (before / widest).toFixed(4));
      line.style.setProperty("--after", (after / widest).toFixed(4));
      return line;
    }));
    const bits = entropies.map((one) => show(one, "2", lang));
    effect.replaceChildren(...(cut
      ? [element("strong", {}, show(tv, "%1", lang)), ` ${say("inside.tv")} ${say("inside.entropies", { before: bits[0], after: bits[1] })}`]
      : [say("inside.whole", { bits: bits[1] })]));
    key.hidden = !cut;
  }

  return { box: element("section", { class: "am-in-next-token" }, title, effect, key, rows), update };
}
