// Draws beside the distribution they came from, with the error that chance alone makes.

import { cumulative } from "../core/arrays.js";
import { softmax } from "../core/softmax.js";
import { slots, withAll } from "../rows.js";

const BAND = 2;  // standard deviations on either side

/**
 * @param {Object} data as `vocabulary`; `uniforms`: each seed's own numbers; the words `inside` and `outside`
 * @param {{variant, n, seed, tau}} settings
 */
export function draws({ logits, words, shown, uniforms, inside, outside }, { variant = "u0", n, seed, tau }) {
  const probs = softmax(logits[variant], tau), upTo = cumulative(probs), total = upTo.at(-1), bars = slots(probs, shown);
  const edges = upTo.slice(0, words[variant].length - 1), counts = bars.map(() => 0);
  for (const u of uniforms[seed - 1].slice(0, n)) {
    const slot = edges.findIndex((mass) => mass > u * total);  // strict, as in `draw`
    counts[slot < 0 ? edges.length : slot] += 1;
  }
  const rows = words[variant].map((token, i) => {
    const p = bars[i], half = BAND * Math.sqrt((p * Math.max(1 - p, 0)) / n), frequency = counts[i] / n, high = Math.min(p + half, 1);
    const within = Math.abs(frequency - p) <= half + 1e-12;
    return {
      token, p, count: counts[i], frequency, half, low: Math.max(p - half, 0), high, end: Math.max(frequency, high),
      inside: within, state: within ? inside : outside, mark: within ? "" : ` (${outside})`,
    };
  });
  return { rows: withAll(rows, {
    n,
    seed_used: seed,
    n_inside: rows.filter((row) => row.inside).length,
    slots: rows.length,
    worst: Math.max(...rows.map((row) => Math.abs(row.frequency - row.p))),
  }) };
}
