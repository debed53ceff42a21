// A continuation that the reader typed, and what the model would have asked for it.
import { bits, likelihood } from "../../core/scores.js";
import { show } from "../../numbers.js";
import { language, say } from "../../words.js";
import { textOf } from "./run.js";
import { decimals, share } from "./written.js";

/** What was typed, with a space before it where a word would run into the text. */
export function spaced(run, typed) {
  const before = (typeof run.prompt === "string" ? run.prompt : "") + textOf(run.steps[0]);
  return /^[\p{L}\p{N}]/u.test(typed) && before && !/\s$/.test(before) ? ` ${typed}` : typed;
}

/** What the tokens cost where all of a text, or of its end, was given: bits, and the probability of them all; "" elsewhere. */
export function cost(run, r) {
  const steps = run.steps[r].slice(run.rows[r].typed ?? 0);
  if (!steps.length || steps.some(({ forced, prob_before }) => !forced || prob_before == null)) return "";
  const probs = steps.map(({ prob_before }) => prob_before), p = Math.exp(likelihood(probs));
  const cut = steps.filter(({ prob_after }) => prob_after === 0).length;
  const told = say("generation.type.cost", { bits: decimals(bits(probs), 1), p: p < 1e-6 ? show(p, "e1", language()) : share(p), count: probs.length });
  return cut ? `${told} ${say("generation.type.cut", { count: cut })}` : told;
}
