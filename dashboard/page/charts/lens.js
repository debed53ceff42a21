// The logit lens: what the model would say if it stopped after a block, and which parts raised one token over another.

import { largest, sum } from "../core/arrays.js";
import { softmax } from "../core/softmax.js";
import { likeliest, withAll } from "../rows.js";

/**
 * @param {Object} data by variant: `words`, `prompts`, `lens` (depths, words) and `rest` (depths,) ln Σ e^u of the other tokens;
 *   the names of the depths, `places`; how many tokens are `shown`
 * @param {{variant, depth}} settings
 */
export function lens({ words, prompts, lens: logits, rest, places, shown }, { variant = "t0", depth }) {
  const u = logits[variant], names = words[variant], won = u.at(-1).indexOf(largest(u.at(-1)));
  const [here, last] = [depth, u.length - 1].map((at) => softmax([...u[at], rest[variant][at]]).slice(0, -1));
  const best = likeliest(names.map((_, i) => Math.max(here[i], last[i])), shown).sort((i, j) => i - j);
  const rows = best.map((i) => ({ token: names[i], u: u[depth][i], p: here[i], p_last: last[i], end: Math.max(here[i], last[i]) }));
  return { rows: withAll(rows, {
    prompt: prompts[variant],
    where: places[depth],
    top: names[u[depth].indexOf(largest(u[depth]))],
    p_top: largest(here),
    final: names[won],
    p_final: largest(last),
    p_here: here[won],
    tail: Math.max(0, 1 - sum(rows.map((row) => row.p))),
  }) };
}

/**
 * What each part adds to the logit of the first word, less what it adds to that of a rival.
 * @param {Object} data by variant: `words`, `shares` (parts, words); the names of the `parts`
 * @param {{variant, rival}} settings rival: its place, from 1
 */
export function pushes({ words, shares, parts }, { variant = "t0", rival }) {
  const rows = parts.map((part, i) => {
    const a = shares[variant][i][0], b = shares[variant][i][rival - 1];
    return { part, a, b, by: a - b };
  });
  const total = sum(rows.map((row) => row.by)), most = rows.reduce((top, row) => (Math.abs(row.by) > Math.abs(top.by) ? row : top));
  const [first, second] = [words[variant][0], words[variant][rival - 1]];
  return { rows: withAll(rows, { total, ratio: Math.exp(total), first, second, most: most.part, most_by: most.by }) };
}
