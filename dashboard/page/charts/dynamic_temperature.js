// A temperature that moves with each step of a real text, by a rule.

import { sum } from "../core/arrays.js";
import { withAll } from "../rows.js";

const EDT_BASE = 0.8;
const over = (d, tau) => (tau === 0 ? (d === 0 ? 0 : -Infinity) : d / tau);  // (u − max u)/τ, and its limit

/**
 * @param {Object} data by step: the token (`words`), the distinct logits `below` the largest in hundredths with their `counts`,
 *   and the logit `drawn`
 * @param {{rule, temp, spread, exponent}} settings
 */
export function overText({ words, below, counts, drawn }, { rule, temp, spread, exponent }) {
  const low = Math.max(0, temp - spread), high = temp + spread;
  const rows = words.map((token, i) => {
    const d = below[i].map((x) => x / 100), raw = weighed(d, counts[i], 1), h = raw.nats, x = i / (words.length - 1);
    const tau = {
      entropy: low + (high - low) * Math.min(1, h / Math.log(sum(counts[i]))) ** exponent,
      edt: temp * EDT_BASE ** (exponent / h),
      linear: high + (low - high) * x,
      cosine: high + ((low - high) * (1 - Math.cos(Math.PI * x))) / 2,
    }[rule];
    const after = weighed(d, counts[i], tau);
    return {
      t: i,
      token,
      before: Math.exp(h),
      p_raw: Math.exp(drawn[i]) / raw.Z,
      tau,
      after: Math.exp(after.nats),
      p: Math.exp(over(drawn[i], tau)) / after.Z,
      beyond: Math.max(tau, temp),
    };
  });
  const taus = rows.map((row) => row.tau), mean = sum(taus) / taus.length;
  return { rows: withAll(rows, { low, high, coldest: Math.min(...taus), hottest: Math.max(...taus), mean }), centre: [{ temp }] };
}

/** Σ n e^{d/τ} over distinct logits, and the entropy in nats. */
function weighed(d, counts, tau) {
  const z = d.map((x) => over(x, tau)), weights = z.map((x, i) => counts[i] * Math.exp(x)), Z = sum(weights);
  return { Z, nats: sum(weights.map((w, i) => (w > 0 ? (w / Z) * (Math.log(Z) - z[i]) : 0))) };
}
