// Softmax in 32 bits, with and without the maximum subtracted.

import { largest, sum } from "../core/arrays.js";
import { softmax } from "../core/softmax.js";
import { withAll } from "../rows.js";

const LOST = 1e-6;  // float32 alone leaves probabilities this close

/**
 * @param {{tokens: string[], logits: number[], verdicts: Object<string, string>}} data
 * @param {{shift, safe}} settings a constant added to all; whether the maximum is subtracted first
 */
export function singlePrecision({ tokens, logits, verdicts }, { shift, safe }) {
  const u = logits.map((x) => x + shift), top = largest(u), x = u.map((one) => (safe ? one - top : one)), right = softmax(u);
  const e = x.map((one) => Math.fround(Math.exp(one))), total = Math.fround(sum(e)), p = e.map((one) => Math.fround(one / total));
  const error = sum(p.map((one, i) => Math.abs(one - right[i]))) / 2;
  const kind = e.includes(Infinity) ? "overflow" : total === 0 ? "nothing" : error > LOST ? "wrong" : "right", wrong = kind === "wrong";
  const rows = tokens.map((token, i) => ({
    token, x: x[i], e: e[i], broken: Number.isNaN(p[i]), left: x[i] < 0, p: p[i] > 0 ? p[i] : null,
    odd: Number.isNaN(p[i]) ? "NaN" : p[i] === 0 ? "0" : "", p_right: right[i],
  }));
  return { rows: withAll(rows, {
    c: shift, x_max: largest(x), largest: largest(e), words: verdicts[kind], error: wrong ? error : null, stop: wrong ? "." : "",
  }) };
}
