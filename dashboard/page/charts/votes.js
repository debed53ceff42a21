// A majority of N independent answers, each right with probability p.

const MOST = 101;

/**
 * M(2m + 1) = p + (2p − 1) Σ_{1 ≤ j ≤ m} C(2j − 1, j) (p(1 − p))^j, Condorcet's theorem in steps of two votes.
 * @param {{p, N}} settings N odd
 */
export function majority(_, { p, N }) {
  const right = [p];
  for (let j = 1, term = p * (1 - p); right.length <= MOST / 2 + 1; j++) {
    right.push(right.at(-1) + (2 * p - 1) * term);
    term *= ((2 * (2 * j + 1)) / (j + 1)) * p * (1 - p);
  }
  const m = (N - 1) / 2, curve = right.slice(0, (MOST + 1) / 2).map((one, i) => ({ n: 2 * i + 1, right: one, single: p }));
  return { rows: [{ n: N, now: N, single: p, right: right[m], gain: 100 * (right[m + 1] - right[m]) }], curve };
}
