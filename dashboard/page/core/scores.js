// What a text is ranked by, as core/best_of_n.py: of the log-probabilities (nats) of its tokens under what was drawn from.

/** Σ ln p: of the whole text, which favours short ones. */
export const likelihood = (probs) => probs.reduce((sum, p) => sum + Math.log(p), 0);

/** Σ ln p / T, T tokens. Source: Wu et al. (2016), section 7, with α = 1. */
export const lengthNormalised = (probs) => likelihood(probs) / Math.max(probs.length, 1);

/** −Σ log₂ p: what a text costs to write down, in bits. */
export const bits = (probs) => Math.abs(likelihood(probs) / Math.LN2);
