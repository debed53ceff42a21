// One step of training on real logits: the distribution before, what came, the distribution after.

import { sum } from "../core/arrays.js";
import { logSoftmax, softmax } from "../core/softmax.js";
import { slots, withAll } from "../rows.js";

const loss = (u, y) => {
  const logs = logSoftmax(u);
  return -sum(y.map((share, i) => (share > 0 ? share * logs[i] : 0)));
};

/**
 * @param {Object} data as `vocabulary`, of one prompt; learning `rates`; the word for `nothing`
 * @param {{first, second, share, rate}} settings the places of two tokens, how often the first comes, the place of the rate
 */
export function gradientStep({ logits, words, shown, rates, nothing }, { first, second, share, rate: at }) {
  const u = logits.u0, p = softmax(u), rate = rates[at], y = u.map(() => 0);
  y[first] += share;
  y[second] += 1 - share;
  const g = p.map((x, i) => x - y[i]), after = u.map((x, i) => x - rate * g[i]);
  const fall = rate * (1 - rate / 4) * sum(g.map((x) => x * x)), promised = fall > 0;
  const [before, came, then, slope] = [p, y, softmax(after), g].map((values) => slots(values, shown));
  const rows = words.u0.map((token, i) => {
    const [was, is] = [before[i], then[i]].map((x) => Math.min(1, x));
    return { token, p: was, y: came[i], q: is, g: slope[i], end: Math.max(was, is) };
  });
  const sums = { rate, before: loss(u, y), after: loss(after, y), fall: promised ? fall : null, none: promised ? "" : nothing };
  return { rows: withAll(rows, sums), came: rows.map((row, i) => ({ token: row.token, y: row.y, row: i })).filter((row) => row.y > 0) };
}
