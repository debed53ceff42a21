// What the formulas say about a whole row of numbers (V,). Loops over places, because a row may be a vocabulary: over
// 8,192 numbers in arrays of several kinds `for … of` takes ten times as long, and Array.from five times.

export function sum(values) {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}

/** The largest; NaN where there is one. */
export function largest(values) {
  let top = -Infinity;
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i]);
  return top;
}

/** Σ_{j ≤ i} x_j for every i. */
export function cumulative(values) {
  let total = 0;
  return values.map((x) => (total += x));
}

/** A copy, the largest first. */
export const descending = (values) => plain(new Float64Array(values).sort().reverse());

/** A copy as a plain array. */
export function plain(values) {
  const copy = [];
  for (let i = 0; i < values.length; i++) copy.push(values[i]);
  return copy;
}

/** The places of the `many` largest positive numbers, the largest first, the first among equals first. */
export function largestOf(values, many) {
  const best = [];
  values.forEach((x, i) => {
    if (!(Math.fround(x) > 0) || (best.length === many && x <= values[best.at(-1)])) return;
    const at = best.findIndex((other) => x > values[other]);
    best.splice(at < 0 ? best.length : at, 0, i);
    if (best.length > many) best.pop();
  });
  return best;
}
