// How far rounded weights move a distribution, position by position, under the bound that the logits allow.

import { largest } from "../core/arrays.js";

function median(values) {
  const sorted = Float64Array.from(values).sort(), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * @param {Object} data by format: `spreads` (positions,), `distances` (temperatures, positions), `names`; the `taus`
 * @param {{form, tau_at}} settings the format and the temperature
 */
export function rounding({ spreads, distances, names, taus }, { form, tau_at: tau }) {
  const spread = spreads[form], far = distances[form][taus.indexOf(tau)], bound = (d) => Math.tanh(d / (2 * tau));
  const curve = Array.from({ length: 61 }, (_, j) => 10 ** (j / 20 - 2)).map((d) => ({ d, tv: bound(d) }));
  return {
    rows: [{
      name: names[form], tau, positions: far.length, middle_d: median(spread), middle: median(far), farthest: largest(far),
      closest: largest(far.map((tv, i) => tv / bound(spread[i]))),
    }],
    cloud: spread.map((d, i) => ({ d, tv: far[i] })),
    curve,
  };
}
