// An exercise that is done on the page's model: the model does it in its worker, the page says what came out.

import { element } from "./dom.js";
import { fill, show } from "./numbers.js";
import { model as loaded } from "./tools/model.js";

/**
 * Have the model do the exercise with what stands in its fields.
 * @param {HTMLFormElement} form
 * @param {string} lang BCP 47
 * @param {(share: number) => void} progress how much of the model has come
 * @returns {Promise<{outcome: string, nodes: Node[]}>} the outcome as a function of experiments/ tells it, and what to say
 */
export async function experiment(form, lang, progress) {
  const { given, caption } = JSON.parse(form.querySelector("script").textContent);
  const inputs = Object.fromEntries([...form.querySelectorAll(".am-entries [name]")].map(({ name, value }) => [name, value]));
  const model = await loaded("embedded", { progress });
  const result = await model.experiment(form.dataset.experiment, inputs, given);
  const told = form.querySelector(`template[data-outcome="${result.outcome}"]`).content.cloneNode(true);
  return { outcome: result.outcome, nodes: [...filled(told, result, lang).childNodes, ...picture(result, caption, lang)] };
}

/** The texts of a node with the values of a result in their places. */
function filled(node, result, lang) {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = fill(walker.currentNode.data, [result], {}, {}, lang);
  return node;
}

function picture({ bars, lines, format }, caption, lang) {
  if (lines) return [element("ol", { class: "am-lines" }, ...lines.map((line) => element("li", {}, line)))];
  if (!bars) return [];
  const most = Math.max(...bars.map(({ value }) => value));
  return [element("p", { class: "am-caption" }, caption), element("ol", { class: "am-bars" }, ...bars.map(({ label, value }) => {
    const bar = element("i");
    bar.style.setProperty("--share", (value / most).toFixed(4));
    return element("li", {}, element("span", { title: label }, label), bar, element("b", {}, show(value, format, lang)));
  }))];
}
