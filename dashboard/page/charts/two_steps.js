// A text of two tokens with a temperature for each: the distribution over the whole texts.

import { largest } from "../core/arrays.js";
import { totalVariation } from "../core/distributions.js";
import { softmax } from "../core/softmax.js";
import { temperatures, withAll } from "../rows.js";

/**
 * @param {Object} data the four `texts`; `first_logits` (2,) and, after each of those tokens, `second_logits` (2, 2); the `taus` of the
 *   slider
 * @param {{first, second}} settings the temperatures of the two steps
 */
export function twoSteps({ texts, first_logits, second_logits, taus }, { first, second }) {
  const wholes = (tau1, tau2) => softmax(first_logits, tau1).flatMap((p, i) => softmax(second_logits[i], tau2).map((x) => p * x));
  const p = wholes(first, second), constants = temperatures(taus), apart = constants.map((tau) => totalVariation(p, wholes(tau, tau)));
  const distance = Math.min(...apart), nearest = constants[apart.findIndex((x) => x <= distance + 1e-12)];
  const q = wholes(nearest, nearest), model = wholes(1, 1), top = largest(p);
  const rows = texts.map((text, i) => ({ text, p: p[i], q: q[i], p_model: model[i], end: Math.max(p[i], q[i]) }));
  const winner = texts[p.findIndex((x) => x >= top - 1e-12)];
  return { rows: withAll(rows, { tau_1: first, tau_2: second, nearest, distance, winner }) };
}
