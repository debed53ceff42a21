// The nucleus as a staircase: each token is a step from the mass above it to that mass and its own.

import { cumulative, largest, sum } from "../core/arrays.js";
import { topP } from "../core/samplers.js";
import { softmax, temperature } from "../core/softmax.js";
import { withAll } from "../rows.js";

/**
 * @param {{tokens, logits, state, crosses: string, none: string}} data as `distribution`, from the largest to the smallest;
 *   the words for the token that crosses p and for none
 * @param {{variant, top_p, tau}} settings
 */
export function staircase({ tokens, logits, state, crosses, none }, { variant = "u0", top_p: p, tau = 1 }) {
  const u = temperature(logits[variant], tau), probs = softmax(u), left = topP(u, p), kept = left.map((x) => x > -Infinity);
  const lowest = u.reduce((least, x, i) => (kept[i] ? Math.min(least, x) : least), Infinity), heads = cumulative(probs);
  const rows = tokens.map((token, i) => {
    const ends = p < 1 && u[i] === lowest, own = probs[i];
    return { token, own, foot: heads[i] - own, head: heads[i], kept: kept[i], crosses: ends, state: ends ? crosses : state[Number(kept[i])] };
  });
  return {
    rows: withAll(rows, {
      n_kept: kept.filter(Boolean).length,
      mass_kept: sum(probs.filter((_, i) => kept[i])),
      mass_cut: sum(probs.filter((_, i) => !kept[i])),
      crossing: rows.find((row) => row.crosses)?.token ?? none,
      p_max: largest(softmax(left)),
    }),
    line: [{ level: p }],
  };
}
