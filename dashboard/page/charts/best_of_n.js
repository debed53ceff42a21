// N draws, one chosen: who wins.

import { klDivergence } from "../core/distributions.js";
import { bestOfN, klBound, withAll } from "../rows.js";
import { sum } from "../core/arrays.js";

/**
 * @param {{names: string[], probs: number[], scores: Object<string, number[]>}} data scores by variant
 * @param {{variant, N}} settings
 */
export function winners({ names, probs, scores }, { variant = "s0", N }) {
  const s = scores[variant], won = bestOfN(probs, s, N), expected = (p) => sum(p.map((x, i) => x * s[i]));
  const rows = names.map((name, i) => ({ name, s: s[i], p_raw: probs[i], p: won[i], end: Math.max(probs[i], won[i]) }));
  return { rows: withAll(rows, {
    N, expected: expected(won), first: expected(probs), kl: klDivergence(won, probs, "nats"), bound: klBound(N),
  }) };
}
