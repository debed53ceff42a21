// Where the parameters of a GPT-2 are: multi-head attention, width 4 C inside.

import { sum } from "../core/arrays.js";
import { withAll } from "../rows.js";

/**
 * @param {{words: string[]}} data the names of embedding, positions, attention, feed-forward and norms
 * @param {{c, L, v, t}} settings width, blocks, vocabulary, positions
 */
export function parts({ words }, { c: C, L, v: V, t: T }) {
  const attention = L * ((C + 1) * 3 * C + (C + 1) * C), inner = L * ((C + 1) * 4 * C + (4 * C + 1) * C);
  const counts = [V * C, T * C, attention, inner, (2 * L + 1) * 2 * C], total = sum(counts);
  const rows = words.map((part, i) => ({ part, count: counts[i], p: counts[i] / total }));
  return { rows: withAll(rows, { total, blocks_share: (attention + inner) / total, ratio: inner / attention }) };
}
