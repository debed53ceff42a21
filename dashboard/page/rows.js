// What several charts make their rows with.

import { sum } from "./core/arrays.js";
import { apply, probabilities } from "./core/chain.js";
import { entropy, keptMass } from "./core/distributions.js";
import { softmax } from "./core/softmax.js";

/** The parameters of `core` that a chart's settings stand for; what has no control is off. */
export function paramsOf({ tau = 1, top_k = 0, top_p = 1, min_p = 0, temperature_first = true }) {
  return { temperature: tau, top_k, top_p, min_p, order: temperature_first ? "transformers" : "llama.cpp" };
}

/** Rows that each say what holds for all, too. */
export const withAll = (rows, sums) => rows.map((row) => ({ ...row, ...sums }));

/** Temperatures of a chart's data, where ∞ is "inf": JSON has no number for it. */
export const temperatures = (taus) => taus.map((tau) => (tau === "inf" ? Infinity : tau));

/** Who wins among n draws from p, the largest score: P(i) = F(s_i)^n − F(s_i −)^n, equals in proportion to p. As core/best_of_n.py. */
export function bestOfN(p, scores, n) {
  const total = sum(p), mass = (keeps) => sum(p.filter((_, j) => keeps(scores[j])));
  return p.map((x, i) => {
    const below = mass((s) => s < scores[i]), level = mass((s) => s === scores[i]);
    return level > 0 ? ((((below + level) / total) ** n - (below / total) ** n) * x) / level : 0;
  });
}

/** KL(best-of-n ‖ p) ≤ ln n − (n − 1)/n nats. */
export const klBound = (n) => Math.log(n) - (n - 1) / n;

/**
 * One distribution after the temperature and one cut; `coin` is how often XTC acts, and `q` the mixture of both cases.
 * @param {number[]} u (V,)
 * @param {[string, number]} rule a stage of `core` and its setting
 */
export function ruled(u, [stage, setting], tau = 1, coin = 1) {
  const asked = stage === "xtc" ? { xtc_threshold: setting, xtc_probability: 1 } : { [stage]: setting };
  const params = { temperature: tau, order: ["temperature", stage], ...asked };
  const p = softmax(u, tau), kept = apply(u, params).map((x) => x > -Infinity), acts = probabilities(u, params);
  const q = coin === 1 ? acts : acts.map((x, i) => coin * x + (1 - coin) * p[i]);
  return { p, q, kept, n_kept: kept.filter(Boolean).length, mass_cut: keptMass(p, kept.map((stays) => !stays)), H: entropy(p) };
}

/** The bars of a vocabulary: the first `shown` values each, then what all further ones add up to, if there are any. */
export const slots = (values, shown) => (
  values.length > shown ? [...values.slice(0, shown), sum(values.slice(shown))] : [...values]
);

/** The places of the `n` largest values, the largest first, the first among equals before the others. */
export const likeliest = (values, n) => (
  [...values.keys()].sort((i, j) => values[j] - values[i] || i - j).slice(0, n)
);
