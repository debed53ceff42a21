// What the formulas say about a whole row of numbers (V,). Loops, because a row may be a vocabulary.

export function sum(values) {
  let total = 0;
  for (const x of values) total += x;
  return total;
}

/** The largest; NaN where there is one. */
export function largest(values) {
  let top = -Infinity;
  for (const x of values) top = Math.max(top, x);
  return top;
}

/** Σ_{j ≤ i} x_j for every i. */
export function cumulative(values) {
  let total = 0;
  return values.map((x) => (total += x));
}

/** A copy, the largest first. */
export const descending = (values) => Array.from(Float64Array.from(values).sort().reverse());
