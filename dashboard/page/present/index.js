// `Amostra.present`: the stage of a page, loaded when somebody projects.
import { speak } from "../words.js";
import { Stage } from "./stage.js";

export { after, beats, before, folded, holding, named, progress, written } from "./beats.js";
export { command } from "./keys.js";
export { planOf } from "./notes.js";
export { clock } from "./timer.js";

let stage;

/**
 * Put a lesson on the stage, at the beat that the address asks for.
 * @param {Element} page
 * @param {Object<string, string>} words what the scripts say, in the page's language
 * @param {() => void} left what to do when the reader leaves the stage
 */
export function start(page, words, left) {
  stop();
  speak(words);
  stage = new Stage(page, left);
  stage.open();
}

/** Leave the stage; `leaving`: for good, and not for another page. */
export function stop(leaving = false) {
  stage?.close(leaving);
  stage = undefined;
}
