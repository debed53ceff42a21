// What the model does with a sentence, ready to be shown: asked of the model in its worker, or made of its answers.

import { largestOf, plain } from "../../core/arrays.js";
import { entropy, totalVariation } from "../../core/distributions.js";
import { softmax } from "../../core/softmax.js";

export const MOST = 24; // tokens: more are no longer read in one row
const SHOWN = 5; // candidates

/** A token's text with the space or line break around it to be seen; the number of one that is a part of a character. */
export function visible(text, id) {
  if (text.includes("\ufffd")) return `#${id}`;
  return text.trim() === text ? text : text.replaceAll("\n", "↵").replaceAll(" ", "␣");
}

/** The same without the mark of the space before it, to be named in a sentence. */
export const bare = (token) => (/^␣[^␣]/.test(token) ? token.slice(1) : token);

/**
 * Parts that are cut, as an address has them: "2.3,4" is head 3 of block 2, and block 4; both count from 1.
 * @param {string} text
 * @param {number} L blocks
 * @param {number} H heads
 * @returns {string[] | undefined} undefined where the model has no such part
 */
export function partsOf(text, L, H) {
  const parts = text.split(",").filter(Boolean);
  const there = (part) => {
    const found = /^([1-9]\d*)(?:\.([1-9]\d*))?$/.exec(part);
    return found !== null && Number(found[1]) <= L && Number(found[2] ?? 1) <= H;
  };
  return parts.every(there) ? [...new Set(parts)].sort() : undefined;
}

/** The same parts as `hidden` of core/model/gpt.js takes them; undefined where nothing is cut. */
export function cutOf(parts) {
  if (!parts.length) return undefined;
  const pairs = parts.map((part) => part.split(".").map((one) => Number(one) - 1));
  return {
    blocks: pairs.filter((pair) => pair.length === 1).map(([block]) => block),
    heads: pairs.filter((pair) => pair.length === 2),
  };
}

/**
 * How one head, or the mean of a block's heads, spreads its attention.
 * @param {number[][][][]} attentions [block][head][position], its weights for every position
 * @param {number} block from 1; 0 is before any block, where no position reads another
 * @param {number | null} head from 1; null for the mean
 * @returns {number[][]} [position][position it reads]
 */
export function weightsOf(attentions, block, head) {
  if (block === 0) return attentions[0][0].map((row) => row.map(() => 0));
  const heads = head === null ? attentions[block - 1] : [attentions[block - 1][head - 1]];
  return heads[0].map((row, t) => row.map((_, s) => heads.reduce((sum, one) => sum + one[t][s], 0) / heads.length));
}

/**
 * Two distributions of the next token, before and after parts were cut.
 * @param {number[]} before (V,)
 * @param {number[]} after (V,)
 * @returns {{tv: number, entropies: [number, number], rows: {id: number, before: number, after: number}[]}} the rows are
 *   the tokens likeliest in either, those of `after` first
 */
export function compared(before, after) {
  const either = before.map((p, i) => Math.max(p, after[i]));
  const rows = largestOf(either, SHOWN).map((id) => ({ id, before: before[id], after: after[id] }));
  rows.sort((a, b) => b.after - a.after || b.before - a.before);
  return { tv: totalVariation(before, after), entropies: [entropy(before), entropy(after)], rows };
}

/**
 * The tokens of a text, without the space around it.
 * @returns {Promise<{ids: number[], tokens: string[]}>}
 */
export async function tokensOf(model, text) {
  const ids = await model.encode(text.trim());
  return { ids, tokens: ids.length > MOST ? [] : await named(model, ids) };
}

const named = (model, ids) =>
  Promise.all(ids.map(async (id) => visible(await model.decode([id]), id)));

/**
 * The whole sentence, with parts cut. `intact` is the same without a cut, where it is known: before the first part that is
 * cut nothing is another.
 * @returns {Promise<{attentions: number[][][][], lens: Object[][]}>} lens as `LanguageModel.lens`, three tokens each
 */
export async function sentence(model, ids, parts, intact) {
  const cut = cutOf(parts), from = intact ? Math.min(...parts.map((part) => parseInt(part, 10))) : 0;
  const [{ attentions }, lens] = await Promise.all([model.inspect(ids, { cut }), model.lens(ids, { cut, most: 3, from })]);
  const shown = lens.map((places) => places.map(({ entropy, best }) => ({
    entropy, best: best.map(({ token_id, text, prob }) => ({ id: token_id, prob, text: visible(text, token_id) })),
  })));
  return { attentions: attentions.map((heads) => heads.map((rows) => rows.map((row) => [...row]))), lens: [...(intact?.lens.slice(0, from) ?? []), ...shown] };
}

/**
 * What comes next after some ids, with parts cut and without (`known`, where it is), and what every part adds to the logit
 * of `first`.
 * @returns {Promise<{tv: number, entropies: number[], rows: Object[], before: number[], shares: number[]}>} rows as
 *   `compared`, with their `text`; before (V,), without a cut; shares: embeddings, each block's attention and feed-forward part, the last norm's bias
 */
export async function next(model, ids, parts, first, known) {
  const cut = cutOf(parts), probs = ({ lens }) => softmax(plain(lens.at(-1)));
  const here = await model.inspect(ids, { cut, tokens: [first] }), after = probs(here);
  const before = cut ? known ?? probs(await model.inspect(ids)) : after;
  const found = compared(before, after), texts = await named(model, found.rows.map((row) => row.id));
  return { ...found, before, rows: found.rows.map((row, i) => ({ ...row, text: texts[i] })), shares: here.shares.map(([share]) => share) };
}
