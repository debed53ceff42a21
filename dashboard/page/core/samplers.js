// The samplers: pure functions from logits (V,) to logits (V,), a cut token at −Infinity. As core/samplers.py.
//
// Equal logits, equal fate: a cut is a threshold on values, never on positions, so tied tokens stay or go together. At
// least one token survives. The input is never changed. Every function throws ParameterError for logits with NaN or
// +Infinity, a row of −Infinity only or no token at all, and for a parameter outside its range.

import { largest, nthLargest, reachedAt } from "./arrays.js";
import { softmaxOf } from "./softmax.js";
import { asLogits, checkProbability, checkWhole } from "./validation.js";

export const ROUNDING = 4 * 2 ** -24; // how far a sum of masses may fall short of p and still have reached it

/**
 * Keep the largest logit only, the first one among equals: the one rule here that looks at positions.
 * @param {number[]} logits (V,)
 * @returns {number[]} (V,)
 */
export function greedy(logits) {
  const u = asLogits(logits), first = u.indexOf(largest(u));
  return u.map((x, i) => (i === first ? x : -Infinity));
}

/**
 * Keep {i : u_i ≥ the k-th largest logit}: k tokens, or more when others tie with the k-th.
 *
 * Source: Fan, Lewis & Dauphin (2018), section 5.
 * @param {number[]} logits (V,)
 * @param {number} k a whole number ≥ 0; 0 and anything above V cut nothing
 * @param {number} minTokensToKeep a smaller k is raised to it
 * @returns {number[]} (V,)
 */
export function topK(logits, k, minTokensToKeep = 1) {
  const u = asLogits(logits);
  k = checkWhole("top_k", k);
  return keep(u, () => false, Math.max(k || u.length, minTokensToKeep));
}

/**
 * Keep the nucleus {i : mass strictly above u_i < p}, masses under softmax(u): the token that crosses p stays, and ties
 * stay together. p counts as reached at p − 4·2⁻²⁴.
 *
 * Source: Holtzman, Buys, Du, Forbes & Choi (2020), section 3.1, eq. 2-3.
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} p in [0, 1]; 1 cuts nothing, 0 keeps the tied maxima
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function topP(logits, p, minTokensToKeep = 1) {
  const u = asLogits(logits);
  p = checkProbability("top_p", p);
  const threshold = reachedAt(u, softmaxOf(u), p === 1 ? Infinity : p - ROUNDING);
  return keep(u, (x) => x >= threshold, minTokensToKeep);
}

/**
 * Keep {i : p_i ≥ p · max_j p_j} = {i : u_i ≥ max u + ln p}: a threshold on logits, no normaliser needed.
 *
 * Source: Nguyen et al. (2024), Algorithm 1.
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} p the share of the largest probability, in [0, 1]; 0 cuts nothing, 1 keeps the tied maxima
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function minP(logits, p, minTokensToKeep = 1) {
  const u = asLogits(logits), top = largest(u), threshold = Math.log(checkProbability("min_p", p));
  return keep(u, (x) => x - top >= threshold, minTokensToKeep);
}

/**
 * The logits with everything at −∞ that `kept` does not keep, but for the `atLeast` first by `rank` (and their equals).
 * @param {number[]} u (V,), checked
 * @param {(x: number, i: number) => boolean} kept true where a token stays
 * @param {number} atLeast a whole number ≥ 1
 * @param {number[]} rank (V,)
 * @returns {number[]} (V,)
 */
export function keep(u, kept, atLeast = 1, rank = u) {
  const many = Math.min(checkWhole("min_tokens_to_keep", atLeast, 1), u.length);
  const last = many > 1 ? nthLargest(rank, many) : largest(rank);
  return u.map((x, i) => (kept(x, i) || rank[i] >= last ? x : -Infinity));
}
