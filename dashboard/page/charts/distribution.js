// One distribution, cut and renormalised.

import { probabilities } from "../core/chain.js";
import { effectiveChoices, entropy, keptMass } from "../core/distributions.js";
import { softmax } from "../core/softmax.js";
import { paramsOf, withAll } from "../rows.js";

/**
 * @param {{tokens: string[], logits: Object<string, number[]>, state: [string, string]}} data logits by variant; the words
 *   for cut and kept
 * @param {{variant, tau, top_k, top_p, min_p, temperature_first}} settings
 */
export function distribution({ tokens, logits, state }, settings) {
  const u = logits[settings.variant ?? "u0"], raw = softmax(u), p = probabilities(u, paramsOf(settings));
  const rows = tokens.map((token, i) => (
    { token, u: u[i], p_raw: raw[i], p: p[i], end: Math.max(raw[i], p[i]), state: state[Number(p[i] > 0)] }
  ));
  return { rows: withAll(rows, {
    n_kept: p.filter((x) => x > 0).length,
    mass_cut: keptMass(raw, p.map((x) => x === 0)),
    p_max: Math.max(...p),
    entropy: entropy(p),
    effective: effectiveChoices(p),
  }) };
}
