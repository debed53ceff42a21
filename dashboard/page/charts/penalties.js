// Penalties on the axis of the logits: where each token stood, how often it has come, and where it stands now.

import { largest, sum } from "../core/arrays.js";
import { frequencyPenalty, presencePenalty, repetitionPenalty } from "../core/penalties.js";
import { softmax } from "../core/softmax.js";
import { likeliest, withAll } from "../rows.js";

const count = (ids, i) => ids.filter((id) => id === i).length;

/**
 * @param {Object} data `words` are the named tokens, `text` the places of a text's tokens among them, `given` of them by the
 *   prompt; `logits` (steps, named), `rest` (steps,) ln Σ e^u of the `others`; `so_far` (steps,); `rules`, by engine: the
 *   first position that counts and how many of the last ones; `step` where no control moves it; how many are `shown`
 * @param {{engine, step, repetition, frequency, presence, shift}} settings
 */
export function penalties(data, settings) {
  const { words, others, shown } = data, { step = data.step, shift = 0 } = settings, { u, v, many } = penalised(data, step, shift, settings);
  const [raw, p] = [u, v].map((row) => softmax([...row, data.rest[step] + shift]).slice(0, -1));
  const places = likeliest(u.map((_, i) => Math.max(raw[i], p[i])), shown);
  const rows = places.sort((i, j) => u[j] - u[i] || i - j).map((i) => ({
    token: words[i], many: many[i], times: many[i] ? `  ×${many[i]}` : "", u: u[i], v: v[i], right: Math.max(u[i], v[i]), p_raw: raw[i], p: p[i],
  }));
  return { rows: withAll(rows, {
    so_far: data.so_far[step],
    before: words[u.indexOf(largest(u))],
    after: words[v.indexOf(largest(v))],
    p_before: largest(raw),
    p_after: largest(p),
    distinct: many.filter((n) => n > 0).length,
    others: u.length + others - rows.length,
    tail: 1 - sum(rows.map((row) => row.p)),
  }) };
}

function penalised({ text, given, logits, rules }, step, shift, { engine = "all", repetition = 1, frequency = 0, presence = 0 }) {
  const rule = rules[engine], end = given + step, first = Math.max(end - rule.window, 0);
  const [forR, forF] = [rule.repetition, rule.frequency].map((from) => text.slice(Math.max(first, from), end));
  const u = logits[step].map((x) => x + shift), divided = repetitionPenalty(u, repetition, forR);
  const v = presencePenalty(frequencyPenalty(divided, frequency, forF), presence, forF);
  return { u, v, many: u.map((_, i) => Math.max(count(forR, i), count(forF, i))) };
}
