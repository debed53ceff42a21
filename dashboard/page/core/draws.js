// From a distribution to a token: one uniform number, and the inverse of the cumulative distribution. As core/draws.py:
// the same number and, tokens laid out by id, the same token for the same (logits, params, seed, step, row).

import { cumulative, largest } from "./arrays.js";
import { probabilities } from "./chain.js";
import { philox } from "./philox.js";
import { asMasses, checkBig, checkWhole, ParameterError } from "./validation.js";

/**
 * The uniform number that (seed, step, row) names: NumPy's Philox, the seed its key and the row the upper half of its
 * counter; every count gives four numbers.
 * @param {number | bigint} seed 0 ≤ seed < 2¹²⁸
 * @param {number | bigint} step 0 ≤ step < 2¹²⁸
 * @param {number} row which text of a batch
 * @returns {number} in [0, 1)
 */
export function uniform(seed, step = 0, row = 0) {
  const [key, t] = [checkBig("seed", seed, 128), checkBig("step", step, 128)];
  const counter = (BigInt(checkWhole("row", row)) << 128n) + t / 4n + 1n; // NumPy counts before it draws
  return Number(philox(counter, key)[Number(t % 4n)] >> 11n) * 2 ** -53;
}

/**
 * The smallest i with p_1 + … + p_i > u · Σp. The inequality is strict, so a token of probability zero can never come.
 * @param {number[]} probs (V,), non-negative; need not add up to 1
 * @param {number} u in [0, 1)
 * @returns {number} a token id
 */
export function draw(probs, u) {
  const p = asMasses("probs", probs);
  if (!(typeof u === "number" && 0 <= u && u < 1)) throw new ParameterError("u", u, "in [0, 1)");
  const upTo = cumulative(p), total = largest(upTo);
  if (!(total > 0)) throw new ParameterError("probs", total, "non-negative with a positive finite sum");
  return upTo.findIndex((mass) => mass > u * total);
}

/**
 * How often each token comes for these uniform numbers: `draw`, many times over one distribution.
 * @param {number[]} probs (V,)
 * @param {number[]} numbers (n,), each in [0, 1)
 * @returns {Int32Array} (V,), which adds up to n
 */
export function countDraws(probs, numbers) {
  const upTo = cumulative(asMasses("probs", probs)), total = largest(upTo), counts = new Int32Array(upTo.length);
  if (!(total > 0)) throw new ParameterError("probs", total, "non-negative with a positive finite sum");
  for (const u of numbers) {
    let low = 0, high = upTo.length - 1; // the smallest i with upTo[i] > u · total, by halves
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] > u * total) high = middle;
      else low = middle + 1;
    }
    counts[low]++;
  }
  return counts;
}

/**
 * One token id from `probabilities(logits, params, context)`.
 * @param {number[]} logits (V,)
 * @param {Object} params as `samplingParams` takes them
 * @param {Object} how
 * @param {number | bigint} how.seed
 * @param {number | bigint} how.step
 * @param {number} how.row
 * @param {{prompt?: number[], output?: number[]}} how.context
 * @returns {number}
 */
export function sample(logits, params, { seed, step = 0, row = 0, context = {} } = {}) {
  return draw(probabilities(logits, params, context), uniform(seed, step, row));
}
