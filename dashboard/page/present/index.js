// `Amostra.present`: the stage of a lesson or a tool, loaded when somebody projects.
import { element } from "../dom.js";
import { speak } from "../words.js";
import { STYLE, WORDS } from "./made.js";  // the catalog's and present.css, written by scripts.py
import { Stage } from "./stage.js";
import { ToolStage } from "./tool.js";

export { after, beats, before, folded, holding, named, progress, written } from "./beats.js";
export { command } from "./keys.js";
export { planOf } from "./notes.js";
export { clock } from "./timer.js";

let stage;

/**
 * Put a lesson on the stage, at the beat that the address asks for, or a tool.
 * @param {Element} page
 * @param {Object<string, string>} words what the scripts say, in the page's language
 * @param {() => void} left what to do when the reader leaves the stage
 */
export function start(page, words, left) {
  stop();
  const lang = document.documentElement.lang.slice(0, 2);
  speak({ ...words, ...Object.fromEntries(Object.entries(WORDS).map(([key, text]) => [key, text[lang]])) });
  if (!document.getElementById("am-present-style")) document.head.append(element("style", { id: "am-present-style" }, STYLE));
  stage = page.querySelector("[data-tool]") ? new ToolStage(page, left) : new Stage(page, left);
  stage.open();
}

/** Leave the stage; `leaving`: for good, and not for another page. */
export function stop(leaving = false) {
  stage?.close(leaving);
  stage = undefined;
}
