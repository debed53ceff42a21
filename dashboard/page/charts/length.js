// How long a text gets: the law where every step ends it with one probability, and what real texts say.

import { largest, sum } from "../core/arrays.js";
import { withAll } from "../rows.js";

const FAR = 1000;  // steps

/**
 * P(T > t) with one probability of the end at every step, and what a thousand requests cost.
 * @param {{end, limit, tokens_in, price_in, price_out}} settings prices per million tokens
 */
export function length(_, { end, limit, tokens_in, price_in, price_out }) {
  const alive = (t) => (t === 0 || end === 0 ? 1 : end === 1 ? 0 : Math.exp(t * Math.log1p(-end)));
  const mean = end === 0 ? limit : end === 1 ? 1 : -Math.expm1(limit * Math.log1p(-end)) / end, cut = alive(limit);
  const cost_in = (tokens_in * price_in) / 1000, cost_out = (mean * price_out) / 1000;
  const curve = Array.from({ length: FAR / 2 + 1 }, (_, i) => ({ t: 2 * i, alive: alive(2 * i) }));
  return {
    rows: [{ t: limit, limit, end, mean, cut, alive: cut, cost_in, cost_out, cost: cost_in + cost_out }],
    curve,
    under: curve.filter(({ t }) => t <= limit),
  };
}

/**
 * The probability of end-of-text before every token of real texts, under a logit bias.
 * @param {Object} data by variant: log-`odds` of the end, `words` they come after, `breaks`: 1 after a line break; `floor` of the axis
 * @param {{variant, bias}} settings
 */
export function endings({ odds, words, breaks, floor }, { variant, bias = 0 }) {
  const ends = odds[variant].map((x) => 1 / (1 + Math.exp(-(x + bias)))), top = largest(ends);
  const mean = (values) => (values.length ? sum(values) / values.length : 0), broken = (i) => breaks[variant][i] === 1;
  const rows = ends.map((q, i) => ({
    t1: i + 1, before: words[variant][i], q, kind: broken(i) ? "after" : "elsewhere", floor, shown: Math.max(q, floor),
  }));
  return { rows: withAll(rows, {
    p_max: top,
    mean: mean(ends),
    alive: ends.reduce((going, q) => going * (1 - q), 1),
    steps: ends.length,
    broken: mean(ends.filter((_, i) => broken(i))),
    unbroken: mean(ends.filter((_, i) => !broken(i))),
    likeliest: words[variant][ends.indexOf(top)],
  }) };
}
