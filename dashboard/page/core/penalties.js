// What the text so far does to the next token: biases, penalties for repeating, forbidden n-grams. As
// core/penalties.py.
//
// Pure functions from logits (V,) to logits (V,). The text so far is `ids`: the token ids that count. An id outside the
// vocabulary throws ParameterError, and so does a row that ends with +Infinity or with nothing possible.

import { asLogits, checkFinite, checkNumber, checkPositive, checkWhole, ParameterError } from "./validation.js";

export const SCOPES = ["prompt", "output", "both"];

/**
 * The text so far: what was given and what was generated, token ids both.
 * @param {{prompt?: number[], output?: number[]}} context
 * @returns {{prompt: number[], output: number[]}}
 */
export function asContext({ prompt = [], output = [] } = {}) {
  return { prompt: asIds("prompt", prompt), output: asIds("output", output) };
}

function asIds(argument, ids) {
  const accepted = "token ids";
  if (!Array.isArray(ids) && !ArrayBuffer.isView(ids)) throw new ParameterError(argument, ids, accepted);
  try {
    return Array.from(ids, (id) => checkWhole(argument, id));
  } catch {
    throw new ParameterError(argument, ids, accepted);
  }
}

/**
 * The ids that count: those of the scope, and of these the last `window` (0: all).
 * @returns {number[]}
 */
export function idsOf({ prompt, output }, scope = "both", window = 0) {
  const ids = { prompt, output, both: [...prompt, ...output] }[scope];
  return ids.slice(-window);
}

/**
 * u_i ↦ u_i + b_i for the ids in `bias`; −∞ forbids the token. Source: OpenAI API reference, `logit_bias`.
 * @param {number[]} logits (V,)
 * @param {Object<number, number> | Map<number, number> | [number, number][]} bias b by token id
 * @returns {number[]} (V,)
 */
export function logitBias(logits, bias) {
  const u = asLogits(logits), pairs = checkBias("logit_bias", bias);
  checkIds("logit_bias", pairs.map(([id]) => id), u.length);
  for (const [id, b] of pairs) u[id] += b;
  return asLogits(u);
}

/**
 * u_i ↦ u_i / θ if u_i > 0, u_i · θ otherwise, once for every token in `ids` however often it occurs.
 *
 * Not invariant to a constant added to the logits, unlike everything else here.
 * Source: Keskar, McCann, Varshney, Xiong & Socher (2019), CTRL, section 4.1; as corrected for negative logits.
 * @param {number[]} logits (V,), before the temperature
 * @param {number} penalty θ > 0; 1 is off, above 1 discourages
 * @param {number[]} ids the tokens that count
 * @returns {number[]} (V,)
 */
export function repetitionPenalty(logits, penalty, ids) {
  const theta = checkPositive("repetition_penalty", penalty);
  return eachSeen(logits, ids, (x) => (x > 0 ? x / theta : x * theta));
}

/**
 * u_i ↦ u_i − α · (how often i occurs in `ids`); 0 is off, negative encourages.
 * Source: OpenAI API reference, "frequency and presence penalties".
 * @param {number[]} logits (V,)
 * @param {number} penalty α
 * @param {number[]} ids the tokens that count
 * @returns {number[]} (V,)
 */
export function frequencyPenalty(logits, penalty, ids) {
  return subtract(logits, penalty, 0, ids);
}

/**
 * u_i ↦ u_i − α for every token in `ids`, however often it occurs. Source as `frequencyPenalty`.
 * @param {number[]} logits (V,)
 * @param {number} penalty α
 * @param {number[]} ids the tokens that count
 * @returns {number[]} (V,)
 */
export function presencePenalty(logits, penalty, ids) {
  return subtract(logits, 0, penalty, ids);
}

/** Both at once, so that two large penalties of opposite signs cancel instead of overflowing. */
export function subtract(logits, frequency, presence, ids) {
  frequency = checkFinite("frequency_penalty", frequency);
  presence = checkFinite("presence_penalty", presence);
  return eachSeen(logits, ids, (x, count) => (x > -Infinity ? x - (frequency * count + presence) : x));
}

/**
 * Cut every token that would complete an n-gram already in `ids`; n = 0 is off, n = 1 forbids every repetition.
 *
 * Source: Paulus, Xiong & Socher (2018), 2.5.
 * @param {number[]} logits (V,)
 * @param {number} n a whole number ≥ 0
 * @param {number[]} ids the tokens so far, in their order
 * @returns {number[]} (V,)
 */
export function noRepeatNgram(logits, n, ids) {
  n = checkWhole("no_repeat_ngram", n);
  const seen = asIds("ids", ids), first = seen.length - n + 1; // where the n-gram that the next token ends begins
  const endsAlike = (end) => seen.slice(end - n + 1, end).every((x, i) => x === seen[first + i]);
  const completes = (_, end) => n > 0 && end >= n - 1 && endsAlike(end);
  return eachSeen(logits, seen.filter(completes), () => -Infinity);
}

/** [id, bias] pairs in the order of the ids, from an object, a Map or pairs; a bias below +∞, −∞ included. */
export function checkBias(argument, bias) {
  const accepted = "a mapping from token ids to numbers < inf";
  const refuse = () => {
    throw new ParameterError(argument, bias, accepted);
  };
  const number = (key) => (/^\d+$/.test(key) ? Number(key) : key); // an object's keys are strings
  if (bias === null || typeof bias !== "object") refuse();
  const listed = bias instanceof Map || Array.isArray(bias);
  const pairs = listed ? [...bias] : Object.entries(bias).map(([key, b]) => [number(key), b]);
  if (!pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) refuse();
  return [...new Map(pairs)]
    .map(([id, b]) => [checkWhole(argument, id), checkNumber(argument, b, -Infinity, 1.7e308, accepted)])
    .sort(([i], [j]) => i - j);
}

function checkIds(argument, ids, V) {
  const last = ids.reduce((a, b) => Math.max(a, b), -1);
  if (last >= V) throw new ParameterError(argument, last, `token ids in [0, ${V})`);
}

/** `change(u_i, count)` on the logit of every distinct id, and how often it occurs. */
function eachSeen(logits, ids, change) {
  const u = asLogits(logits), counts = new Map();
  ids = asIds("ids", ids);
  checkIds("ids", ids, u.length);
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const [id, count] of counts) u[id] = change(u[id], count);
  return asLogits(u);
}
