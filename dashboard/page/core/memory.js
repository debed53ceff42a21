// Draws with memory: what earlier draws leave for the next one. The functions are pure; the loop keeps the memory. As
// core/memory.py.

import { keep } from "./samplers.js";
import { logSoftmax, softmax } from "./softmax.js";
import { asLogits, checkNumber, checkProbability } from "./validation.js";

const [WIDTH, PEAK, SHARPNESS] = [0.3, 5, 10]; // of adaptive-p, as in llama.cpp

/**
 * Keep {i : −log₂ p_i ≤ μ}, and the tied maxima when none is: the cut of mirostat 2, given its cap μ.
 *
 * Source: Basu, Ramachandran, Keskar & Varshney (2021), Mirostat; arXiv:2007.14966.
 * @param {number[]} logits (V,), the temperature already applied
 * @param {number} cap μ in bits, any number; ∞ cuts nothing
 * @param {number} minTokensToKeep the most likely ones that stay in any case
 * @returns {number[]} (V,)
 */
export function mirostat(logits, cap, minTokensToKeep = 1) {
  const logProbs = logSoftmax(logits), mu = checkNumber("mirostat_cap", cap, -Infinity, Infinity, "a number");
  const least = -mu * Math.LN2;
  return keep(asLogits(logits), (_, i) => logProbs[i] >= least, minTokensToKeep);
}

/** μ ← μ − η (S − τ), S = −log₂ of the drawn token's probability among those that were left. */
export function nextCap(cap, prob, tau, eta) {
  return cap - eta * (-Math.log2(prob) - tau);
}

/**
 * u_i ↦ 5 − 10 d²/(1 + d), d = |p_i − t| / 0.3: the tokens whose probability is near t become the likely ones.
 *
 * An impossible token stays so. Source: llama.cpp #17927.
 * @param {number[]} logits (V,), cut as they will be
 * @param {number} target t in [0, 1], for this draw; `nextTarget` moves it
 * @returns {number[]} (V,)
 */
export function adaptiveP(logits, target) {
  const u = asLogits(logits), probs = softmax(u), t = checkProbability("adaptive_target", target);
  const distance = probs.map((p) => Math.abs(p - t) / WIDTH);
  return distance.map((d, i) => (u[i] === -Infinity ? u[i] : PEAK - (SHARPNESS * d ** 2) / (1 + d)));
}

/** t = 2 · target − (the average so far), in [0, 1]: above it after unlikely draws, below it after likely ones. */
export function nextTarget({ average }, target, decay) {
  const [total, weight] = average ?? startOf(target, decay);
  return Math.min(Math.max(2 * target - total / weight, 0), 1);
}

/** Both sums times the decay, plus the drawn token's probability before adaptive-p, and 1. */
export function nextAverage({ average }, prob, target, decay) {
  const [total, weight] = average ?? startOf(target, decay);
  return [prob + decay * total, 1 + decay * weight];
}

const startOf = (target, decay) => [target / (1 - decay), 1 / (1 - decay)];
