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

/**
 * The value at which the weights reach a goal, added from the largest value on; the smallest value where they never do.
 *
 * Nothing is sorted: one of the values parts the others, and the search goes on in the part where the goal lies. The
 * places are parted where they stand; a step over a large vocabulary is mostly the memory that it asks for.
 * Source: Hoare (1961), Algorithm 65: Find; parted in three as Dijkstra (1976), A Discipline of Programming, chapter 14.
 * @param {number[]} values (V,)
 * @param {number[]} weights (V,), each ≥ 0
 * @param {number} goal
 * @returns {number}
 */
export function reachedAt(values, weights, goal) {
  const places = new Int32Array(values.length);
  for (let i = 0; i < places.length; i++) places[i] = i;
  for (let turn = 1, from = 0, to = places.length, sum = 0; ; turn++) { // sum: of the weights of all larger values
    const middle = values[places[from + Math.floor((to - from) * ((turn * GOLDEN) % 1))]];
    let above = sum, level = 0, left = from, right = to; // larger ones stand before left, smaller ones from right on
    for (let at = from; at < right; ) {
      const i = places[at];
      if (values[i] > middle) {
        places[at++] = places[left];
        places[left++] = i;
        above += weights[i];
      } else if (values[i] < middle) {
        places[at] = places[--right];
        places[right] = i;
      } else {
        level += weights[i];
        at++;
      }
    }
    if (left > from && above >= goal) to = left;
    else if (above + level >= goal || right === to) return middle;
    else [from, sum] = [right, above + level];
  }
}

const GOLDEN = (Math.sqrt(5) - 1) / 2; // its multiples are spread over [0, 1) whatever order the values stand in

/** The n-th largest, equals counted one by one; the smallest where there are fewer. */
export const nthLargest = (values, n) => reachedAt(values, new Uint8Array(values.length).fill(1), n);

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
  let least = 0; // what is not above it is not among them
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    if (!(x > least) || !(Math.fround(x) > 0)) continue;
    const at = best.findIndex((other) => x > values[other]);
    best.splice(at < 0 ? best.length : at, 0, i);
    if (best.length > many) best.pop();
    if (best.length === many) least = values[best.at(-1)];
  }
  return best;
}
