// The rarer cuts: by surprise, by absolute probability, by spread, and the one that removes the likeliest. As
// core/cuts.py; the rules of samplers.js hold here too.

import { cumulative, descending, largest, reachedAt, sum } from "./arrays.js";
import { entropy } from "./distributions.js";
import { keep, ROUNDING } from "./samplers.js";
import { softmaxOf } from "./softmax.js";
import {
  asLogits, checkAtLeast0, checkIds, checkProbability, checkTokenIds, checkWhole, ParameterError,
} from "./validation.js";

/**
 * Keep {i : mass strictly closer to typical than i < p}; closeness is |−ln p_i − H|, H the entropy in nats.
 *
 * That is |u_i − E[u]|, E under softmax(u): a difference of logits, which rounds less than one of logarithms does.
 * The most likely token can be cut: it is less surprising than the average. p counts as reached at p − 4·2⁻²⁴.
 * Source: Meister, Pimentel, Wiher & Cotterell (2023), Locally Typical Sampling, eq. 9-10.
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} p in [0, 1]; 1 cuts nothing, 0 keeps the most typical token
 * @param {number} minTokensToKeep the most typical ones that stay in any case
 * @returns {number[]} (V,)
 */
export function typicalP(logits, p, minTokensToKeep = 1) {
  const u = asLogits(logits), probs = softmaxOf(u), top = largest(u);
  p = checkProbability("typical_p", p);
  let mean = 0;
  for (let i = 0; i < u.length; i++) if (probs[i]) mean += probs[i] * (u[i] - top);
  const closeness = u.map((x) => -Math.abs(x - top - mean));
  const least = reachedAt(closeness, probs, p === 1 ? Infinity : p - ROUNDING);
  return keep(u, (_, i) => closeness[i] >= least, minTokensToKeep, closeness);
}

/**
 * Keep {i : p_i ≥ ε}, and the tied maxima when none is.
 *
 * Source: Hewitt, Manning & Liang (2022), Truncation Sampling as Language Model Desmoothing, section 4.
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} epsilon ε in [0, 1]; 0 cuts nothing
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function epsilonCutoff(logits, epsilon, minTokensToKeep = 1) {
  const u = asLogits(logits), probs = softmaxOf(u);
  epsilon = checkProbability("epsilon_cutoff", epsilon);
  return keep(u, (_, i) => probs[i] >= epsilon, minTokensToKeep);
}

/**
 * Keep {i : p_i ≥ η} with η = min(ε, √ε · e^{−H}), H in nats: the flatter the distribution, the lower the bar.
 *
 * Source: Hewitt, Manning & Liang (2022), section 4, with their α = √ε.
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} epsilon ε in [0, 1]; 0 cuts nothing
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function etaCutoff(logits, epsilon, minTokensToKeep = 1) {
  const u = asLogits(logits), probs = softmaxOf(u);
  epsilon = checkProbability("eta_cutoff", epsilon);
  const eta = Math.min(epsilon, Math.sqrt(epsilon) * Math.exp(-entropy(probs, "nats")));
  return keep(u, (_, i) => probs[i] >= eta, minTokensToKeep);
}

/**
 * Keep {i : p_i ≥ a · (max_j p_j)²}: the more certain the model, the more is cut.
 *
 * Source: Peng (BlinkDL), RWKV-LM (2022), "top-a sampling".
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} a in [0, 1]; 0 cuts nothing
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function topA(logits, a, minTokensToKeep = 1) {
  const u = asLogits(logits), probs = softmaxOf(u), threshold = checkProbability("top_a", a) * largest(probs) ** 2;
  return keep(u, (_, i) => probs[i] >= threshold, minTokensToKeep);
}

/**
 * Keep {i : Σ −p_j ln p_j over all p_j ≥ p_i is at most h · H(p)}: from the top, as long as their share of H fits.
 *
 * Tokens that tie stay or go together; the tied maxima stay in any case.
 * Source: Baghaei Potraghloo et al. (2025), Top-H Decoding; arXiv:2509.02510.
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} h in [0, 1]; 1 cuts nothing, 0 keeps the tied maxima
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function topH(logits, h, minTokensToKeep = 1) {
  const u = asLogits(logits), ordered = descending(u);
  h = checkProbability("top_h", h);
  const shares = cumulative(softmaxOf(ordered).map((p) => (p > 0 ? -p * Math.log(p) : 0)));
  const most = h === 1 ? Infinity : h * shares.at(-1), firstOver = shares.findIndex((share) => share > most);
  return keep(u, (x) => firstOver < 0 || x > ordered[firstOver], minTokensToKeep);
}

/**
 * Keep {i : p_i ≥ Σ_j p_j²}: at least as likely as it is that two draws from p agree. There is nothing to set.
 *
 * Source: Tan, Wu & Howard (2025), p-less Sampling; arXiv:2509.23234.
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function pLess(logits, minTokensToKeep = 1) {
  const u = asLogits(logits), probs = softmaxOf(u), threshold = sum(probs.map((p) => p ** 2));
  return keep(u, (_, i) => probs[i] >= threshold, minTokensToKeep);
}

/**
 * Keep {i : u_i ≥ max u − n·σ}, σ the standard deviation of the possible logits (population, not sample).
 *
 * Scaling all logits scales σ too, so the kept set does not depend on the temperature.
 * Source: Tang, Liu, Xu et al. (2024), Top-nσ: Not All Logits Are You Need, Algorithm 1.
 * @param {number[]} logits (V,)
 * @param {number} n n ≥ 0; 0 is off
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function topNSigma(logits, n, minTokensToKeep = 1) {
  const u = asLogits(logits), top = largest(u);
  n = checkAtLeast0("top_n_sigma", n);
  const gap = inReach(u.map((x) => x / 2 - top / 2)), possible = gap.filter((x) => x > -Infinity);
  const mean = sum(possible) / possible.length;
  const sigma = Math.sqrt(sum(possible.map((x) => (x - mean) ** 2)) / possible.length);
  const threshold = 0 < n && n < Infinity ? -n * sigma : -Infinity;
  return keep(u, (_, i) => gap[i] >= threshold, minTokensToKeep);
}

/** Gaps times the power of two that brings the widest to [1, 2): squares do not overflow or vanish. */
function inReach(gap) {
  const widest = -gap.reduce((least, x) => (x > -Infinity ? Math.min(least, x) : least), 0);
  let power = 1;
  while (widest / power >= 2) power *= 2;
  while (widest > 0 && widest / power < 1) power /= 2;
  return gap.map((x) => x / power);
}

/**
 * Exclude top choices: where u < probability, cut every token likelier than the least likely with p_i ≥ threshold.
 *
 * So one token above the threshold survives, and all below it. Fewer than two above it: nothing is cut.
 * Source: p-e-w (2024), text-generation-webui #6335.
 * @param {number[]} logits (V,)
 * @param {number} threshold in [0, 1]; above 0.5 it is off
 * @param {number} probability how often it acts, in [0, 1]; 0 is off
 * @param {number} u in [0, 1), the uniform number that decides; 0 acts whenever probability > 0
 * @param {number} minTokensToKeep a row that would be left with fewer is left alone
 * @param {number[]} protectedIds a row that would lose one of these tokens is left alone
 * @returns {number[]} (V,)
 */
export function xtc(logits, threshold, probability = 1, u = 0, minTokensToKeep = 1, protectedIds = []) {
  const row = asLogits(logits), probs = softmaxOf(row);
  threshold = checkProbability("xtc_threshold", threshold);
  if (!(typeof u === "number" && 0 <= u && u < 1)) throw new ParameterError("u", u, "in [0, 1)");
  const acts = u < checkProbability("xtc_probability", probability);
  const above = row.filter((x, i) => probs[i] >= threshold && x > -Infinity);
  const least = -largest(above.map((x) => -x)); // +∞ when none is above
  const left = row.filter((x) => x <= least && x > -Infinity).length;
  const enough = left >= checkWhole("min_tokens_to_keep", minTokensToKeep, 1);
  const spared = checkTokenIds("xtc_protected", protectedIds);
  checkIds("xtc_protected", spared, row.length);
  const cuts = acts && enough && !spared.some((id) => row[id] > least);
  return row.map((x) => (cuts && x > least ? -Infinity : x));
}
