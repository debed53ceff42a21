// The softmax over products of random vectors of more and more components.

import { largest, sum } from "../core/arrays.js";
import { effectiveChoices } from "../core/distributions.js";
import { softmax } from "../core/softmax.js";
import { withAll } from "../rows.js";

/**
 * @param {{dots: Object<string, number[][]>, sizes: number[]}} data by variant, (sizes, keys)
 * @param {{variant, d, divisor}} settings
 */
export function saturation({ dots, sizes }, { variant, d, divisor }) {
  const products = dots[variant][sizes.indexOf(d)], by = { one: 1, root: Math.sqrt(d), whole: d }[divisor], p = softmax(products, by);
  const top = largest(products), others = products.filter((x) => x < top), gap = top - largest(others);
  const miss = sum(p.filter((_, j) => products[j] < top)), tail = others.length * Math.exp(-gap / by), most = largest(p);
  const rows = products.map((dot, j) => ({ key: `k${j + 1}`, dot, p: p[j] }));
  return { rows: withAll(rows, {
    d, by, gap, p_max: most, effective: effectiveChoices(p),
    slope: most > 0.5 ? miss * (1 - miss) : largest(p.map((x) => x * (1 - x))),  // 1 − p_max would cancel
    bound: tail / (products.length - others.length + tail),
  }) };
}
