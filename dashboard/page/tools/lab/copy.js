// The settings of a chain in each engine's own words, to copy, and what the engine cannot express.
import { ENGINES, toEngine } from "../../core/engines.js";
import { element } from "../../dom.js";
import { copied } from "../../handed.js";
import { say } from "../../words.js";
import { lost } from "../lost.js";

/**
 * @param {string} lang BCP 47
 * @returns {{box: HTMLElement, draw: (params: Object) => void}}
 */
export function copies(lang) {
  const cases = element("div", { class: "am-cases" }), panels = new Map();
  const box = element("section", { class: "am-copy" }, element("h2", { id: "copy" }, say("lab.copy")), cases);
  for (const [i, engine] of ENGINES.entries()) {
    const id = `am-copy-${engine.replace(".", "-")}`, radio = element("input", { type: "radio", name: "am-copy", id });
    radio.checked = i === 0;
    const code = element("code"), copy = element("button", { type: "button" }, say("lab.copy.do")), losses = element("ul");
    copy.addEventListener("click", async () => {
      if (await copied(code.textContent)) copy.textContent = say("lab.copied");
      else getSelection().selectAllChildren(code);
      setTimeout(() => { copy.textContent = say("lab.copy.do"); }, 3000);
    });
    cases.append(radio, element("label", { for: id }, engine), element("div", { class: "am-case" }, element("pre", {}, code), copy, losses));
    panels.set(engine, { code, losses });
  }

  function draw(params) {
    for (const [engine, { code, losses }] of panels) {
      const { text, missing } = toEngine(params, engine);
      if (code.textContent !== text) code.textContent = text;
      losses.replaceChildren(...(missing.length ? missing.map((one) => lost(engine, one, lang)) : [say("lab.missing.none")]).map((words) => element("li", {}, words)));
    }
  }

  return { box, draw };
}
