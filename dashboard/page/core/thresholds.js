// Each cut as its sampler sees it: what it looks at, and where its line runs. For pictures; the cut itself is the sampler's.

import { cumulative, largest, sum } from "./arrays.js";

const LINES = {
  min_p: (p, s) => s.min_p * largest(p),
  epsilon_cutoff: (_, s) => s.epsilon_cutoff,
  eta_cutoff: (_, s, nats) => Math.min(s.eta_cutoff, Math.sqrt(s.eta_cutoff) * Math.exp(-nats)),
  top_a: (p, s) => s.top_a * largest(p) ** 2,
  p_less: (p) => sum(p.map((x) => x * x)),
  xtc: (_, s) => s.xtc_threshold,
};

/**
 * The first tokens of a stage as the next one sees them.
 *
 * top-p: the staircase of cumulative mass and the line at p. min-p, ε, η, top-a, p-less and XTC: a line at a probability.
 * top-nσ: a line at a logit, n deviations below the largest. Typical: how far each surprise is from the entropy, in bits,
 * the nearest first. The others have no line: what they did is in the probabilities before and after.
 * @param {Stage} before
 * @param {string} name of the stage that follows
 * @param {Object} s checked params
 * @param {number} most how many tokens
 * @returns {{kind: "probability" | "cumulative" | "logit" | "atypical", order: number[], values: number[], line: ?number}}
 *   `order`: token ids, from the left; `values`: one for each of them
 */
export function pictureOf(before, name, s, most) {
  const { logits, probs, kept, entropy } = before;
  if (name === "typical_p") {
    const nearness = probs.map((p) => (p > 0 ? -Math.abs(-Math.log2(p) - entropy) : -Infinity));
    const order = first(nearness, most);
    return { kind: "atypical", order, values: order.map((i) => -nearness[i]), line: null };
  }
  const order = first(logits, most);
  if (name === "top_p") return { kind: "cumulative", order, values: cumulative(order.map((i) => probs[i])), line: s.top_p };
  if (name === "top_n_sigma") {
    const line = largest(logits) - s.top_n_sigma * deviation(logits.filter((_, i) => kept[i]));
    return { kind: "logit", order, values: order.map((i) => logits[i]), line };
  }
  const line = LINES[name]?.(probs, s, entropy * Math.LN2) ?? null;
  return { kind: "probability", order, values: order.map((i) => probs[i]), line };
}

function deviation(values) {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((x) => (x - mean) ** 2)) / values.length);
}

/**
 * The places of the largest values, the largest first, in their order among equals.
 * @param {number[]} values (V,)
 * @param {number} most
 * @returns {number[]} at most `most`
 */
export function first(values, most) {
  const places = [];
  for (let i = 0; i < values.length; i++) {
    if (places.length === most && !(values[i] > values[places[most - 1]])) continue;
    let at = places.length === most ? most - 1 : places.length;
    while (at > 0 && values[i] > values[places[at - 1]]) {
      places[at] = places[at - 1];
      at--;
    }
    places[at] = i;
  }
  return places;
}
