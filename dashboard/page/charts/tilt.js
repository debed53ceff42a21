// A reward with a KL penalty: the tilted distribution, and what the distance from the model buys.

import { largest, sum } from "../core/arrays.js";
import { klDivergence } from "../core/distributions.js";
import { softmax } from "../core/softmax.js";
import { slots, temperatures, withAll } from "../rows.js";

/**
 * p_β ∝ p e^{r/β}.
 * @param {Object} data `log_probs` and `rewards` of every token; the `words` of those `shown`, and of the rest
 * @param {{beta_at}} settings β
 */
export function tilt({ log_probs, rewards, words, shown }, { beta_at: beta }) {
  const p = softmax(log_probs), v = softmax(log_probs.map((x, i) => x + rewards[i] / beta)), mean = (q) => sum(q.map((x, i) => x * rewards[i]));
  const [before, after] = [slots(p, shown), slots(v, shown)];
  const rows = words.map((token, i) => ({
    token, score: i < shown ? String(rewards[i]) : "–", p_raw: before[i], p: after[i], end: Math.max(before[i], after[i]), rest: i === shown,
  }));
  return { rows: withAll(rows, {
    beta, reward: mean(v), first: mean(p), kl: klDivergence(v, p, "nats"), p_max: largest(v.slice(0, shown)),
  }) };
}

/**
 * Expected reward over KL: the tilt for every β, best-of-N for every N.
 * @param {Object} data `levels`: [reward, mass below it, mass up to it], all that both ways depend on; `betas`, `ns`; words of the `ways`
 * @param {{beta_at, n}} settings
 */
export function frontier({ levels, betas, ns, ways: [optimum, best] }, { beta_at, n }) {
  const p = levels.map(([, below, up]) => up - below);
  const reached = (v) => ({ kl: klDivergence(v, p, "nats"), reward: sum(v.map((x, i) => x * levels[i][0])) });
  const tilted = (beta) => ({ way: optimum, ...reached(softmax(p.map((x, i) => Math.log(x) + levels[i][0] / beta))) });
  const chosen = (N) => ({ way: best, ...reached(levels.map(([, below, up]) => up ** N - below ** N)) });
  const [first, second] = [{ ...tilted(beta_at), at: 0 }, { ...chosen(n), at: 0 }];
  const sums = { tilt_kl: first.kl, tilt_reward: first.reward, best_kl: second.kl, best_reward: second.reward };
  return {
    rows: withAll([{ ...first, setting: "β", level: beta_at }, { ...second, setting: "N", level: n }], sums),
    curve: [...temperatures(betas).map(tilted), ...ns.map(chosen)].map((row, at) => ({ ...row, at })),
  };
}
