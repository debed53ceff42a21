// The examples: logits by name; their tokens are in the catalog under lab.preset.<name>.tokens.
import { say } from "../../words.js";

export const PRESETS = {
  sky: [5.2, 4.7, 4.4, 3.9, 3.4, 3.1, 2.6, 2, 1.4, 0.9, 0.3, -0.8],
  order: [3, 2, 1],
  four: [3, 1, 0, -1],
  tie: [2, 2, 0, -1],
  sharp: [9, 5.5, 5, 3, 2.5, 2, 1.5, 1, 0.5, 0],
  flat: [2.1, 2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7],
};

/** What the lab opens on; and what a link without logits means that says anything else, as it always did. */
export const OPENING = "sky";
export const CLASSIC = "order";

/** An example as its reader would type it, one "token: logit" to a line. */
export function preset(name) {
  const tokens = say(`lab.preset.${name}.tokens`).split(" ");
  return PRESETS[name].map((logit, i) => `${tokens[i]}: ${logit}`).join("\n");
}
