// Everything over log τ: the limits with their bounds, every token's probability, the entropy.

import { largest, sum } from "../core/arrays.js";
import { effectiveChoices, entropy, totalVariation } from "../core/distributions.js";
import { softmax } from "../core/softmax.js";
import { temperatures } from "../rows.js";

const ENDS = 2.3;  // where 0 and ∞ stand on the axis of log10 τ

const place = (tau) => (tau === 0 ? -ENDS : tau === Infinity ? ENDS : Math.log10(tau));
const over = (x, tau) => (x === 0 ? 0 : x / tau);  // the limit at τ = 0 is ∞ unless nothing is divided

/**
 * The distances to the two limits of τ and their bounds, Propositions 3.3 and 3.4.
 * @param {{logits: Object<string, number[]>, taus: (number | "inf")[]}} data logits by variant
 * @param {{variant, tau}} settings
 */
export function limits({ logits, taus }, { variant, tau }) {
  const u = logits[variant], top = largest(u), below = u.filter((x) => x < top), m = u.length - below.length;
  const gap = top - largest(below), range = top + largest(u.map((x) => -x)), uniform = softmax(u, Infinity);
  const at = (t) => {
    const p = softmax(u, t), tail = below.length * Math.exp(-over(gap, t));
    return {
      t,
      place: place(t),
      miss: sum(p.filter((_, i) => u[i] < top)),
      miss_bound: below.length ? tail / (m + tail) : 0,
      uniform: totalVariation(p, uniform),
      uniform_bound: Math.tanh(over(range, t) / 4),
    };
  };
  return { rows: [at(tau)], curve: temperatures(taus).map(at) };
}

/**
 * Every token's probability, and the entropy as a share of its maximum.
 * @param {{logits, taus, tokens: string[], entropy: string}} data as `limits`; the name of the entropy's line
 * @param {{variant, tau}} settings
 */
export function curves({ logits, taus, tokens, entropy: name }, { variant, tau }) {
  const u = logits[variant];
  const at = (t) => {
    const p = softmax(u, t), h = entropy(p);
    return { p, told: { t, place: place(t), p_max: largest(p), entropy: h, share: h / Math.log2(u.length), effective: effectiveChoices(p) } };
  };
  const points = temperatures(taus).map(at);
  return {
    rows: [at(tau).told],
    curve: points.flatMap(({ p, told }) => tokens.map((token, i) => ({ place: told.place, token, p: p[i] }))),
    total: points.map(({ told }) => ({ place: told.place, share: told.share, token: name })),
  };
}
