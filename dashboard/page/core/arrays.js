// What the formulas say about a whole row of numbers (V,).

export const sum = (values) => values.reduce((total, x) => total + x, 0);

/** The largest; NaN where there is one. */
export const largest = (values) => values.reduce((top, x) => Math.max(top, x), -Infinity);

/** Σ_{j ≤ i} x_j for every i. */
export function cumulative(values) {
  let total = 0;
  return values.map((x) => (total += x));
}

/** A copy, the largest first. */
export const descending = (values) => Array.from(Float64Array.from(values).sort().reverse());
