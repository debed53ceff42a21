// A text as a model read it: what each token cost in bits, and what the text has cost so far.

import { largest, sum } from "../core/arrays.js";
import { withAll } from "../rows.js";

/**
 * @param {Object} data by text: `tokens`, their `probs`, their `sizes` in bytes, the model's `guesses`
 * @param {{text, read}} settings read: how many tokens
 */
export function readings(data, { text, read }) {
  const [tokens, probs, sizes, guesses] = ["tokens", "probs", "sizes", "guesses"].map((name) => data[name][text]);
  const n = Math.min(read, tokens.length), costs = probs.map((p) => -Math.log2(p)), paid = costs.slice(0, n), dearest = largest(paid);
  const rows = tokens.map((token, i) => ({ place: i + 1, token, p: probs[i], cost: costs[i], guess: guesses[i], seen: i < n }));
  const bits = sum(paid), bytes = sum(sizes.slice(0, n));
  return { rows: withAll(rows, {
    all: tokens.length, n, bits, bytes, per_byte: bits / bytes, least: tokens[costs.indexOf(dearest)], least_bits: dearest,
  }) };
}
