// A temperature that moves with the model's uncertainty. As core/schedules.py.
//
// Every token sees one and the same τ ≥ 0, so ranks never change and ties stay ties (Lemma 10.1).

import { entropy } from "./distributions.js";
import { softmax, temperature } from "./softmax.js";
import { asLogits, checkNumber } from "./validation.js";

/**
 * u_i ↦ (u_i − max u) / τ with τ = low + (high − low)·(H / ln V)^exponent: cold where the model is sure.
 *
 * H is the entropy of softmax(u) in nats and V the number of possible tokens; with one possible token τ = low.
 * Source: kalomaze (2023), Dynamic Temperature; llama.cpp #4972.
 * @param {number[]} logits (V,)
 * @param {number} low 0 ≤ low ≤ high
 * @param {number} high finite
 * @param {number} exponent ≥ 0
 * @returns {number[]} (V,)
 */
export function dynamicTemperature(logits, low, high, exponent = 1) {
  return temperature(logits, entropyTemperature(logits, low, high, exponent));
}

/**
 * The τ that `dynamicTemperature` finds; throws what it throws.
 * @returns {number}
 */
export function entropyTemperature(logits, low, high, exponent = 1) {
  const possible = asLogits(logits).filter((x) => x > -Infinity).length;
  high = checkNumber("high", high, 0, 1.7e308, "a finite number >= 0");
  low = checkNumber("low", low, 0, high, "a number in [0, high]");
  exponent = checkNumber("exponent", exponent, 0, Infinity, "a number >= 0");
  const share = possible > 1 ? Math.min(entropy(softmax(logits), "nats") / Math.log(possible), 1) : 0;
  const power = share === 1 ? 1 : share ** exponent; // 1 ** Infinity is NaN in JavaScript
  return low + (high - low) * power;
}
