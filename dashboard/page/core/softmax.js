// The temperature, and probabilities from logits. As core/samplers.py and core/distributions.py.

import { largest, sum } from "./arrays.js";
import { asLogits, checkTemperature } from "./validation.js";

/**
 * u_i ↦ (u_i − max u) / τ.
 *
 * τ = 1 returns the logits as they are. τ = 0 is the limit: the tied maxima at 0, the others at −∞. τ = ∞: every
 * possible token at 0.
 * Source: the Gibbs distribution; Ackley, Hinton & Sejnowski (1985); Hinton, Vinyals & Dean (2015), eq. 1.
 * @param {number[]} logits (V,)
 * @param {number} tau τ ≥ 0
 * @returns {number[]} (V,)
 */
export function temperature(logits, tau) {
  const u = asLogits(logits), top = largest(u);
  tau = checkTemperature("temperature", tau);
  if (tau === 1) return u.slice();
  return u.map((x) => (x === -Infinity ? x : x === top ? 0 : Math.max(x - top, -Number.MAX_VALUE) / tau));
}

/**
 * p_i = e^{u_i/τ} / Σ_j e^{u_j/τ}, the Gibbs (Boltzmann) distribution.
 *
 * Adding a constant to every logit changes nothing. τ = 0 is the limit: uniform over the tied maxima; τ = ∞ is uniform
 * over the possible tokens. A logit at −∞ has probability 0.
 * Source: Ackley, Hinton & Sejnowski (1985); Hinton, Vinyals & Dean (2015), eq. 1.
 * @param {number[]} logits (V,)
 * @param {number} tau τ ≥ 0
 * @returns {number[]} (V,)
 */
export function softmax(logits, tau = 1) {
  return softmaxOf(temperature(logits, tau));
}

/** softmax(u) of logits that are checked. */
export function softmaxOf(u) {
  const top = largest(u), p = u.map((x) => (x === -Infinity ? 0 : Math.exp(x - top))), total = sum(p);
  for (let i = 0; i < p.length; i++) p[i] /= total;
  return p;
}

/**
 * ln p_i = (u_i − max u) − ln Σ_j e^{u_j − max u}, which does not vanish where p_i does.
 * @param {number[]} logits (V,)
 * @returns {number[]} (V,)
 */
export function logSoftmax(logits) {
  const u = asLogits(logits), top = largest(u), total = sum(u.map((x) => Math.exp(x - top)));
  return u.map((x) => x - top - Math.log(total));
}
