// Every logit of a vocabulary on one ruler, the distance from the largest, and a cut as an interval of it.

import { largest } from "../core/arrays.js";
import { effectiveChoices } from "../core/distributions.js";
import { ruled, withAll } from "../rows.js";

/**
 * @param {Object} data `logits` by variant, from the largest down; `rules`: [cut, setting] by name; their `names`; `bin`, nats a bar
 * @param {{variant, rule, tau}} settings
 */
export function ruler({ logits, rules, names, bin }, { variant = "u0", rule, tau = 1 }) {
  const u = logits[variant], { p, q, kept, ...told } = ruled(u, rules[rule], tau), bars = new Map();
  let from = Infinity, to = 0;
  u.forEach((x, i) => {
    const below = u[0] - x, at = Math.floor(below / bin);
    if (!bars.has(at)) bars.set(at, { bin: at * bin, bin_end: (at + 1) * bin, n: 0, n_here: 0, p: 0, q: 0 });
    const bar = bars.get(at);
    bar.n += 1;
    bar.n_here += Number(kept[i]);
    bar.p += p[i];
    bar.q += q[i];
    if (kept[i]) [from, to] = [Math.min(from, below), Math.max(to, below)];
  });
  const sums = { ...told, n_all: u.length, effective: effectiveChoices(q), q_max: largest(q), cut: names[rule], from, to };
  return { rows: withAll([...bars.values()], sums), ends: [{ place: from }, { place: to }] };
}
