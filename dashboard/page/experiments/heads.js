// Experiments on the heads: which one does a thing, and what the model says without it.

import { totalVariation } from "../core/distributions.js";
import { after, candidates, first, idsOf, named } from "./next.js";

const LEAST = 6, MOST = 40; // tokens of a sentence

/** The head, of all, that gives the token before the most of its attention, in the mean over a sentence. */
export function previous(model, { text, block, head }) {
  const ids = model.encode(text.trim());
  if (ids.length < LEAST || ids.length > MOST) return { outcome: "unfit" };
  const mean = (rows) => rows.slice(1).reduce((sum, row, t) => sum + row[t], 0) / (rows.length - 1);
  const trace = { hidden_states: [], attentions: [], parts: [] };
  model.network.hidden(ids, model.network.newCache(), trace);
  const shares = trace.attentions.flatMap((heads, l) =>
    heads.map((rows, h) => ({ label: `${l + 1}.${h + 1}`, value: mean(rows) })));
  const ranked = [...shares].sort((a, b) => b.value - a.value), name = `${block}.${head}`;
  const place = ranked.findIndex(({ label }) => label === name) + 1, met = place === 1;
  if (!place) return { outcome: "unfit" };
  const told = { share: ranked[place - 1].value, even: mean(ids.map((_, t) => Array(t + 1).fill(1 / (t + 1)))), place, heads: shares.length };
  return { outcome: met ? "met" : "missed", ...told, bars: met ? ranked.slice(0, 4) : [ranked[place - 1]], format: "%0" };
}

/** One head without which another token comes first. */
export function ablation(model, { text, block, head }) {
  const ids = model.encode(text.trim());
  if (!ids.length || ids.length > MOST || !block || !head) return { outcome: "unfit" };
  const p = after(model, ids), q = after(model, ids, { heads: [[Number(block) - 1, Number(head) - 1]] });
  const before = first(p), now = first(q);
  const told = { before: named(model, before), now: named(model, now), p: p[before], q: q[before], tv: totalVariation(p, q) };
  return { outcome: now !== before ? "met" : "missed", ...told, bars: candidates(model, q), format: "%1" };
}
