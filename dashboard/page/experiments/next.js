// What comes after a text, and what a text costs: asked of a `LanguageModel` where it runs.

import { largestOf, plain } from "../core/arrays.js";
import { utf8 } from "../core/model/bytes.js";
import { softmax } from "../core/softmax.js";
import { bare, visible } from "../tools/inside/reading.js";

/** The ids of a text; an empty one stands for the beginning of a text. */
export function idsOf(model, text) {
  const ids = model.encode(text);
  return ids.length ? ids : [model.eos_token_id];
}

/** The distribution after some ids, (V,), with parts cut as in `hidden` of core/model/gpt.js. @returns {number[]} */
export function after({ network }, ids, cut) {
  const x = network.hidden(ids, network.newCache(), undefined, cut);
  return softmax(plain(network.readOut(x.subarray(-network.C))));
}

/** The first candidate of a distribution. @returns {number} its id */
export const first = (p) => largestOf(p, 1)[0];

const shown = (model, id) => visible(model.decode([id]), id);

/** A token as a sentence names it. */
export const named = (model, id) => bare(shown(model, id));

/** The likeliest tokens, as bars. */
export const candidates = (model, p, many = 4) => largestOf(p, many).map((id) => ({ label: shown(model, id), value: p[id] }));

/**
 * What a continuation costs.
 * @param {number[]} before ids (≥ 1)
 * @param {number[]} ids those that follow (≥ 1)
 * @returns {number} −log₂ of its probability, in bits
 */
export function bitsOf(model, before, ids) {
  const V = model.vocab_size, logits = model.logits([...before, ...ids.slice(0, -1)]);
  return ids.reduce((bits, id, i) => {
    const at = (before.length - 1 + i) * V;
    return bits - Math.log2(softmax(plain(logits.subarray(at, at + V)))[id]);
  }, 0);
}

/** How many bytes a text has. */
export const bytesOf = (text) => utf8(text.normalize("NFC")).length;

/** A continuation stands a space away from what it continues, but for a punctuation mark. */
export const spaced = (text) => (/^[\p{L}\p{N}]/u.test(text.trim()) ? ` ${text.trim()}` : text.trim());
