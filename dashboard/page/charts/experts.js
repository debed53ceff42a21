// A mixture of experts at work on real tokens: who works on each, and how the work is shared out.

import { sum } from "../core/arrays.js";
import { topK } from "../core/samplers.js";
import { softmax, temperature } from "../core/softmax.js";
import { withAll } from "../rows.js";

/** By token, the probability of every expert, and the weights of those that work. */
function routed({ logits, noise }, { router, k, tau_at: tau, sigma }) {
  return logits[router].map((row, t) => {
    const u = temperature(row.map((x, e) => x + sigma * noise[t][e]), tau);
    return { probs: softmax(u), weights: softmax(topK(u, k)) };
  });
}

/**
 * Which experts work on each token, and with what weight.
 * @param {Object} data `logits` (tokens, experts) by router, `noise` of the same shape, `words` of the tokens
 * @param {{router, k, tau_at, sigma}} settings tau_at: the router's temperature
 */
export function routes(data, settings) {
  const pairs = routed(data, settings).flatMap(({ probs, weights }, at) => (
    probs.map((prob, e) => ({ at, token: data.words[at], expert: e + 1, prob, weight: weights[e] }))
  ));
  const works = pairs.filter(({ weight }) => weight > 0), drawn = works.map(({ weight }) => weight);
  return {
    rows: withAll(works, {
      working: works.length, pairs: pairs.length, share: works.length / pairs.length, most: Math.max(...drawn), least: Math.min(...drawn),
    }),
    rings: pairs.map(({ at, expert, prob }) => ({ at, expert, prob })),
  };
}

/** The load of each expert over a whole text. Data and settings as `routes`; `room`: what an expert takes, in fair shares. */
export function expertLoad(data, settings) {
  const tokens = routed(data, settings), n = tokens[0].probs.length, fair = 1 / n, room = data.room / n;
  const counts = tokens[0].probs.map((_, e) => tokens.filter(({ weights }) => weights[e] > 0).length), all = sum(counts);
  const rows = counts.map((count, e) => {
    const f = count / all, P = sum(tokens.map(({ probs }) => probs[e])) / tokens.length;
    return { expert: e + 1, f, P, product: n * f * P, end: Math.max(f, P, room) };
  });
  const shares = rows.map(({ f }) => f);
  return {
    rows: withAll(rows, {
      loss: sum(rows.map(({ product }) => product)),
      idle: shares.filter((f) => f === 0).length,
      largest: Math.max(...shares),
      spilled: sum(shares.map((f) => Math.max(0, f - room))),
      fair,
    }),
    marks: [{ fair, room }],
  };
}
