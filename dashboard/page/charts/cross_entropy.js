// The cost of believing the wrong probability of a yes-or-no answer, in bits.

import { entropy, klDivergence } from "../core/distributions.js";

/** @param {{p_true, q_said}} settings */
export function crossEntropy(_, { p_true: p, q_said }) {
  const h = entropy([p, 1 - p]);
  const at = (q) => {
    const kl = klDivergence([p, 1 - p], [q, 1 - q]);
    return { p, q, here: q, entropy: h, cross: h + kl, kl };
  };
  return { rows: [at(q_said)], curve: Array.from({ length: 99 }, (_, i) => at((i + 1) / 100)) };
}
