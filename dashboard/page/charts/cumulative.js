// Cumulative mass over rank after real prompts, cut by k or by p.

import { cumulative as heads, sum } from "../core/arrays.js";
import { effectiveChoices } from "../core/distributions.js";
import { topK, topP } from "../core/samplers.js";
import { softmax, temperature } from "../core/softmax.js";
import { withAll } from "../rows.js";

/**
 * @param {{names: string[], logits: number[][], words: string[][], ranks: number[]}} data logits from the largest down, by
 *   prompt; the ranks that are drawn
 * @param {{top_k, top_p, tau}} settings
 */
export function cumulative({ names, logits, words, ranks }, { top_k: k = 0, top_p: p = 1, tau = 1 }) {
  const prompts = logits.map((row, i) => cut(temperature(row, tau), k, p, words[i]));
  const sums = { k, p };
  prompts.forEach(({ told }, i) => Object.entries(told).forEach(([field, value]) => { sums[`${field}_${i}`] = value; }));
  const whole = prompts.flatMap(({ mass }, i) => ranks.map((rank) => ({ name: names[i], rank, head: mass[rank - 1] })));
  return {
    rows: withAll(prompts.map(({ told, last }, i) => ({ name: names[i], last, ...told })), sums),
    whole,
    kept: whole.filter(({ rank }, i) => prompts[Math.floor(i / ranks.length)].kept[rank - 1]),
    cut: [{ k, p }],
  };
}

function cut(u, k, p, words) {
  const left = k ? topK(u, k) : topP(u, p), probs = softmax(u), kept = left.map((x) => x > -Infinity);
  const stays = probs.filter((_, i) => kept[i]), n = stays.length;
  return {
    kept,
    mass: heads(probs),
    last: n <= words.length ? words[n - 1] : "…",
    told: {
      n,
      mass: sum(stays),
      lost: sum(probs.filter((_, i) => !kept[i])),
      least: stays.reduce((least, x) => Math.min(least, x)),
      effective: effectiveChoices(softmax(left)),
    },
  };
}
