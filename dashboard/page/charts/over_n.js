// Best-of-N as N grows: how far it goes from the model, and what a flawed score does to it.

import { largest, sum } from "../core/arrays.js";
import { bestOfN, klBound } from "../rows.js";

/**
 * KL(best-of-N ‖ p) for m equally likely answers with different scores, its bound and its ceiling.
 * @param {{ns: number[]}} data the N of the curve
 * @param {{m, n}} settings
 */
export function divergence({ ns }, { m, n }) {
  const at = (N) => {
    const won = Array.from({ length: m }, (_, i) => ((i + 1) / m) ** N - (i / m) ** N);
    return { N, now: N, size: m, kl: sum(won.map((p) => (p > 0 ? p * Math.log(p * m) : 0))), bound: klBound(N), ceiling: Math.log(m) };
  };
  return { rows: [at(n)], curve: ns.map(at) };
}

/**
 * What the chosen answer is worth over N, by the score that chooses and in truth.
 * @param {{ns: number[], kinds: [string, number, number, number][]}} data name, probability, score and truth; the last fools
 * @param {{share, n}} settings share: the probability of the answer that fools
 */
export function flawedScore({ ns, kinds }, { share, n }) {
  const [probs, scores, truths] = [1, 2, 3].map((i) => kinds.map((kind) => kind[i]));
  const honest = probs.slice(0, -1), whole = sum(honest), mixed = [...honest.map((p) => (p / whole) * (1 - share)), share];
  const at = (N) => {
    const won = bestOfN(mixed, scores, N), [score, truth] = [scores, truths].map((values) => sum(won.map((p, i) => p * values[i])));
    return { N, score, truth };
  };
  const curve = ns.map(at), most = largest(curve.map(({ truth }) => truth));
  const best_n = curve.find(({ truth }) => truth >= most - 1e-12).N;
  return { rows: [{ ...at(n), now: n, share, single: curve[0].truth, best_n }], curve };
}
