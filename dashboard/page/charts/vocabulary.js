// The chain on every logit of a vocabulary; the largest tokens each have a bar, all the others share the last one.

import { largest } from "../core/arrays.js";
import { probabilities } from "../core/chain.js";
import { effectiveChoices, entropy, keptMass } from "../core/distributions.js";
import { softmax } from "../core/softmax.js";
import { paramsOf, slots, withAll } from "../rows.js";

/**
 * @param {Object} data `logits` and `words` of the bars by variant; how many tokens are `shown`; the words of the `state`s
 * @param {{variant, tau, top_k, top_p, min_p, temperature_first}} settings
 */
export function vocabulary({ logits, words, shown, state }, settings) {
  const { variant = "u0" } = settings, u = logits[variant], raw = softmax(u), p = probabilities(u, paramsOf(settings));
  const here = slots(p.map((x) => Number(x > 0)), shown), many = slots(u.map(() => 1), shown), [before, after] = [slots(raw, shown), slots(p, shown)];
  const rows = words[variant].map((token, i) => ({
    token,
    p_raw: before[i],
    p: after[i],
    end: Math.max(before[i], after[i]),
    rest: i === shown,
    state: state[here[i] === 0 ? 0 : here[i] === many[i] ? 1 : 2],
  }));
  return { rows: withAll(rows, {
    n_kept: p.filter((x) => x > 0).length,
    entropy: entropy(p),
    effective: effectiveChoices(p),
    p_max: largest(p),
    mass_cut: keptMass(raw, p.map((x) => x === 0)),
  }) };
}
