// A text as it was written: the probability of each token at its step, and which tokens complete a repetition.

import { sum } from "../core/arrays.js";
import { withAll } from "../rows.js";

const NGRAM = 4;

/**
 * @param {Object} data `texts` by prompt and way: `words`, `probs`, and whether each completes a stretch seen before (`again`); the
 *   words of the `state`s new and repeated
 * @param {{variant, way}} settings the prompt, and how tokens were chosen
 */
export function steps({ texts, state }, { variant, way }) {
  const { words, probs, again } = texts[variant][way];
  const mean = (kind) => {
    const some = probs.filter((_, i) => again[i] === kind);
    return some.length ? sum(some) / some.length : null;
  };
  const [mean_again, mean_new] = [mean(true), mean(false)], dash = (x) => (x === null ? "—" : "");
  const rows = words.map((token, i) => ({ step: i + 1, token, p: probs[i], state: state[Number(again[i])] }));
  return { rows: withAll(rows, {
    n: words.length,
    share: again.filter(Boolean).length / Math.max(words.length - NGRAM + 1, 1),
    mean_again, none_again: dash(mean_again), mean_new, none_new: dash(mean_new),
  }) };
}
