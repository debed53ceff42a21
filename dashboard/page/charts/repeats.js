// N draws of one token: which tokens come up at all, and how many different ones.

import { largest, sum } from "../core/arrays.js";
import { softmax } from "../core/softmax.js";
import { slots, withAll } from "../rows.js";

/**
 * @param {Object} data as `vocabulary`
 * @param {{variant, tau, N}} settings
 */
export function repeats({ logits, words, shown }, { variant = "u0", tau, N }) {
  const probs = softmax(logits[variant], tau), up = (p) => 1 - (1 - p) ** N, bars = slots(probs, shown);
  const rows = words[variant].map((token, i) => {
    const p = Math.min(1, bars[i]);
    return { token, p, appears: up(p), end: Math.max(up(p), p), rest: i === shown };
  });
  return { rows: withAll(rows, { N, distinct: sum(probs.map(up)), top: up(largest(probs)) }) };
}
