// Every token of the page's model with its logit after a prompt.
import { model } from "../model.js";
import { visible } from "./read.js";

let vocabulary;

/**
 * @param {string} prompt of a long one, after its last part
 * @param {(share: number) => void} progress of the model's coming, from 0 to 1
 * @returns {Promise<{tokens: string[], logits: Float64Array, problems: [], prompt: number[]}>}
 */
export async function afterPrompt(prompt, progress) {
  const loaded = await model("embedded", { progress });
  vocabulary ??= loaded.ask("vocabulary").then(distinct);
  vocabulary.catch(() => { vocabulary = undefined; });
  const ids = await loaded.encode(prompt), given = ids.length ? ids.slice(-loaded.context_length) : [loaded.eos_token_id];
  const [tokens, logits] = await Promise.all([vocabulary, loaded.logits(given)]);
  return { tokens, logits: Float64Array.from(logits), problems: [], prompt: ids };
}

/** Texts with their spaces to be seen; one that stands for several tokens carries their ids. */
export function distinct(texts) {
  const seen = new Map(), shown = texts.map((text) => visible(text) || "∅");
  for (const text of shown) seen.set(text, (seen.get(text) ?? 0) + 1);
  return shown.map((text, id) => seen.get(text) > 1 ? `${text} (${id})` : text);
}
