// Every token of a model with its logit after a prompt: of the page's own, or of one on the app's server.
import { model } from "../model.js";
import { calledThere } from "../models.js";
import { ask, unpacked } from "../server.js";
import { visible } from "./read.js";

let vocabulary;
const vocabularies = new Map();  // of the server's models

/**
 * @param {string} prompt of a long one, after its last part
 * @param {(share: number) => void} progress of the model's coming, from 0 to 1
 * @returns {Promise<{tokens: string[], logits: Float64Array, problems: [], prompt: number[]}>}
 */
export async function afterPrompt(prompt, progress) {
  const loaded = await model("embedded", { progress });
  vocabulary ??= loaded.ask("vocabulary").then(distinct);
  vocabulary.catch(() => { vocabulary = undefined; });
  const ids = await loaded.encode(prompt), long = ids.length > loaded.context_length, read = ids.length ? ids : [loaded.eos_token_id];
  const given = long ? ids.slice(-Math.floor(loaded.context_length / 2)) : read;  // as a text is gone on with
  const [tokens, logits] = await Promise.all([vocabulary, loaded.logits(given)]);
  return { tokens, logits: Float64Array.from(logits), problems: [], prompt: read };
}

/**
 * The same of a model on the server. One on an inference server tells its likeliest tokens only: their log-probabilities, which
 * are logits up to a constant.
 * @param {string} chosen
 * @param {string} prompt
 * @param {{signal: AbortSignal, waits: function(string, number)}} how
 * @returns {Promise<{tokens: string[], logits: Float64Array, problems: [], prompt: number[], mass: number | null}>} `mass`: the
 *   probability of the tokens that are told; null for all
 */
export async function fromServer(chosen, prompt, how) {
  const name = calledThere(chosen), named = !vocabularies.has(name);
  const { tokens, logits, prompt: ids, top } = await ask("logits", JSON.stringify({ model: name, prompt, named }), how);
  if (top) {
    const kept = top.filter(([, p]) => p > 0), mass = kept.reduce((sum, [, p]) => sum + p, 0);
    return { tokens: distinct(kept.map(([text]) => text)), logits: Float64Array.from(kept, ([, p]) => Math.log(p)), problems: [], prompt: [], mass };
  }
  if (tokens) vocabularies.set(name, distinct(tokens));
  return { tokens: vocabularies.get(name), logits: Float64Array.from(unpacked(logits)), problems: [], prompt: ids, mass: null };
}

/** Texts with their spaces to be seen; one that stands for several tokens carries their ids. */
export function distinct(texts) {
  const seen = new Map(), shown = texts.map((text) => visible(text) || "∅");
  for (const text of shown) seen.set(text, (seen.get(text) ?? 0) + 1);
  return shown.map((text, id) => seen.get(text) > 1 ? `${text} (${id})` : text);
}
