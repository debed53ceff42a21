// The same settings in two orders, temperature first and temperature last, token by token.

import { probabilities } from "../core/chain.js";
import { totalVariation } from "../core/distributions.js";
import { paramsOf, slots, withAll } from "../rows.js";

/**
 * @param {Object} data as `vocabulary`; the words of the two `orders`
 * @param {{variant, tau, top_k, top_p, min_p}} settings
 */
export function twoOrders({ logits, words, shown, orders, state }, settings) {
  const { variant = "u0" } = settings, u = logits[variant];
  const [first, last] = [true, false].map((temperature_first) => probabilities(u, paramsOf({ ...settings, temperature_first })));
  const moved = first.map((p, i) => p > 0 !== last[i] > 0), count = (flags) => flags.filter(Boolean).length;
  const bars = (flags) => slots(flags.map(Number), shown), sides = bars(moved), many = bars(u.map(() => 1));
  const each = [first, last].map((p) => ({ mass: slots(p, shown), here: bars(p.map((x) => x > 0)) }));
  const rows = words[variant].flatMap((token, i) => each.map(({ mass, here }, k) => ({
    token, order: orders[k], p: mass[i], kept: here[i] > 0, share: here[i] ? mass[i] : null, cut: here[i] ? "" : state[0],
    mark: sides[i] ? "  ⇄" : "", state: state[here[i] === 0 ? 0 : here[i] === many[i] ? 1 : 2],
  })));
  const [n_first, n_last] = [first, last].map((p) => count(p.map((x) => x > 0)));
  return { rows: withAll(rows, { n_first, n_last, n_moved: count(moved), tv: totalVariation(first, last) }) };
}
