// Who reads whom: one head's attention over a text.

import { largest } from "../core/arrays.js";
import { effectiveChoices } from "../core/distributions.js";
import { softmax } from "../core/softmax.js";
import { withAll } from "../rows.js";

/**
 * @param {Object} data by variant: `scores` (layers, heads, positions²) over √d in thousandths, `words`, `prompts`; `root`: √d
 * @param {{variant, layer, head, row, mask, divisor}} settings layer, head and row from 1
 */
export function attention({ scores, words, prompts, root }, { variant = "t0", layer, head, row, mask, divisor }) {
  const tokens = words[variant], n = tokens.length, asked = Math.min(row, n) - 1, kept = scores[variant][layer - 1][head - 1];
  const by = { one: 1, root, whole: root ** 2 }[divisor];
  const score = (i, j) => ((kept[i * n + j] / 1000) * root) / by;
  const reads = (i) => [...Array(mask ? i + 1 : n).keys()].map((j) => score(i, j));
  const weights = tokens.map((_, i) => softmax(reads(i))), here = weights[asked], most = largest(here);
  const rows = here.map((weight, j) => ({ place: j + 1, token: tokens[j], score: score(asked, j), weight }));
  return {
    rows: withAll(rows, {
      prompt: prompts[variant],
      asks: tokens[asked],
      top: tokens[here.indexOf(most)],
      p_max: most,
      effective: effectiveChoices(here),
      seen: here.length,
      first: here[0],
      own: here[asked],
    }),
    pairs: weights.flatMap((all, i) => all.map((p, j) => ({ i, j, p, asked: i === asked }))),
    words: tokens.map((token, i) => ({ i, token })),
    frame: [{ i: asked }],
  };
}
