// What a lesson's experiments do with the page's model: functions of the model, of what the reader put in (texts, by name)
// and of what the lesson holds against it. Each tells an `outcome` ("met", "unfit" for what it cannot use, or another that
// the lesson has words for), values for those words, and a small picture: `bars` ({label, value}), written by `format`, or
// `lines`.

export { ablation, previous } from "./heads.js";
export { neurons, quantised } from "./less.js";
export { merge } from "./merges.js";
export { certainty, context, cost, measures, order } from "./texts.js";
