// What is measured on a distribution. As core/distributions.py.
//
// A distribution is an array (V,) that adds up to 1 (not checked; negative numbers and NaN throw ParameterError).
// `unit` is "bits" or "nats".

import { sum } from "./arrays.js";
import { asMasses, checkChoice, checkLength } from "./validation.js";

const NATS_PER = { bits: Math.LN2, nats: 1 };

/**
 * H(p) = −Σ p_i ln p_i, with 0 ln 0 = 0. Source: Shannon (1948).
 * @param {number[]} probs (V,)
 * @param {"bits" | "nats"} unit
 * @returns {number}
 */
export function entropy(probs, unit = "bits") {
  return entropyOf(asMasses("probs", probs)) / NATS_PER[checkChoice("unit", unit, Object.keys(NATS_PER))];
}

/** H(p) in nats, of what is known to be a distribution. */
export function entropyOf(probs) {
  let total = 0;
  for (let i = 0; i < probs.length; i++) if (probs[i] > 0) total -= probs[i] * Math.log(probs[i]);
  return Math.max(total, 0); // rounding alone goes below 0
}

/**
 * e^{H(p)}, H in nats: how many equally likely tokens would be as uncertain (the perplexity of p).
 * @param {number[]} probs (V,)
 * @returns {number}
 */
export function effectiveChoices(probs) {
  return Math.exp(entropy(probs, "nats"));
}

/**
 * KL(p‖q) = Σ p_i ln(p_i/q_i); +∞ when q rules out what p allows. Source: Kullback & Leibler (1951).
 * @param {number[]} p (V,)
 * @param {number[]} q (V,)
 * @param {"bits" | "nats"} unit
 * @returns {number}
 */
export function klDivergence(p, q, unit = "bits") {
  [p, q] = pair(p, q);
  return inUnit(sum(p.map((x, i) => (x > 0 ? x * Math.log(x) - x * Math.log(q[i]) : 0))), unit);
}

/**
 * TV(p, q) = ½ Σ |p_i − q_i|, in [0, 1]: the largest difference that any event's probability can show.
 * @param {number[]} p (V,)
 * @param {number[]} q (V,)
 * @returns {number}
 */
export function totalVariation(p, q) {
  [p, q] = pair(p, q);
  return sum(p.map((x, i) => Math.abs(x - q[i]))) / 2;
}

/**
 * P(S) = Σ_{i∈S} p_i: what a cut to S costs is TV(p_S, p) = 1 − P(S) and KL(p_S‖p) = −ln P(S).
 * @param {number[]} probs (V,)
 * @param {boolean[]} kept (V,), true on S
 * @returns {number}
 */
export function keptMass(probs, kept) {
  const p = asMasses("probs", probs);
  checkLength("kept", kept, p.length);
  return sum(p.map((x, i) => (kept[i] ? x : 0)));
}

function pair(p, q) {
  [p, q] = [asMasses("p", p), asMasses("q", q)];
  checkLength("q", q, p.length);
  return [p, q];
}

function inUnit(nats, unit) {
  return Math.max(nats, 0) / NATS_PER[checkChoice("unit", unit, Object.keys(NATS_PER))]; // rounding alone goes below 0
}
