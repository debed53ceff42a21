// From logits to probabilities: one logit moves, or all of them together.

import { softmax } from "../core/softmax.js";
import { withAll } from "../rows.js";

/**
 * @param {{tokens: string[], logits: number[]}} data
 * @param {{first, shift}} settings the first logit, and a constant added to all
 */
export function movedLogits({ tokens, logits }, { first, shift }) {
  const u = [first, ...logits.slice(1)].map((x) => x + shift), p = softmax(u);
  const rows = tokens.map((token, i) => ({ token, u: u[i], p: p[i] }));
  return { rows: withAll(rows, { p_first: p[0], odds_first: p[0] / p[1], odds_rest: p[1] / p[2] }) };
}
