// The arcs of the word that is looked at, as a table.

import { element } from "../../dom.js";
import { show } from "../../numbers.js";
import { say } from "../../words.js";
import { bare } from "./reading.js";

/** @param {string} lang BCP 47 */
export function table(lang) {
  const caption = element("caption"), body = element("tbody");
  const head = element("thead", {}, element("tr", {}, ...["place", "token", "weight"].map((name) => element("th", { scope: "col" }, say(`inside.${name}`)))));
  const box = element("details", { class: "am-data" }, element("summary", {}, say("inside.numbers")), element("div", { class: "am-scroll", "data-scroll": "" }, element("table", {}, caption, head, body)));

  /** @param {{tokens: string[], weights: number[], at: number, where: string}} now */
  function update({ tokens, weights, at, where }) {
    caption.textContent = say("inside.caption", { word: bare(tokens[at]), where });
    body.replaceChildren(...tokens.slice(0, at + 1).map((token, s) =>
      element("tr", {}, element("th", { scope: "row" }, String(s + 1)), element("td", {}, token), element("td", {}, show(weights[s], "%1", lang)))));
  }

  return { box, update };
}
