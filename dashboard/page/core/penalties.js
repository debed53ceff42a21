// What the text so far does to the next token: biases, penalties for repeating, forbidden n-grams. As
// core/penalties.py.
//
// Pure functions from logits (V,) to logits (V,). The text so far is `ids`: the token ids that count. An id outside the
// vocabulary throws ParameterError, and so does a row that ends with +Infinity or with nothing possible.

import {
  asLogits, checkFinite, checkFiniteAtLeast0, checkFiniteAtLeast1, checkIds, checkNumber, checkPositive, checkTokenIds,
  checkWhole, ParameterError,
} from "./validation.js";

export const SCOPES = ["prompt", "output", "both"];

/**
 * The text so far: what was given and what was generated, token ids both; and what its draws have left for the next
 * one, for mirostat (`cap`) and adaptive-p (`average`), null before the first draw.
 * @param {{prompt?: number[], output?: number[], memory?: {cap?: number, average?: [number, number]}}} context
 */
export function asContext({ prompt = [], output = [], memory = {} } = {}) {
  return { prompt: asIds("prompt", prompt), output: asIds("output", output), memory };
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
  const u = asLogits(logits).slice(), pairs = checkBias("logit_bias", bias);
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

/**
 * u_i ↦ u_i − m · b^(n − a) for every token i that would go on repeating: don't repeat yourself.
 *
 * n is the length of the longest sequence that ends the text and stood right before an i earlier; below a it is free. A
 * sequence holds no breaker, and a breaker is never penalised. b^(n − a) stops at the largest float32.
 * Source: p-e-w (2024), text-generation-webui #5677; llama.cpp #9702.
 * @param {number[]} logits (V,), before the temperature
 * @param {number} multiplier m ≥ 0; 0 is off
 * @param {number} base b ≥ 1
 * @param {number} allowedLength a ≥ 1
 * @param {number[]} ids the tokens so far, in their order
 * @param {number[]} breakers token ids
 * @returns {number[]} (V,)
 */
export function dry(logits, multiplier, base, allowedLength, ids, breakers = []) {
  const m = checkFiniteAtLeast0("dry_multiplier", multiplier), b = checkFiniteAtLeast1("dry_base", base);
  const allowed = checkWhole("dry_allowed_length", allowedLength, 1);
  const stops = new Set(checkTokenIds("dry_breakers", breakers));
  const longest = b > 1.000001 ? Math.floor(88.7228391 / Math.log(b)) : Infinity; // the float32 maximum is e^88.72…
  const backwards = asIds("ids", ids).reverse(), stop = backwards.findIndex((id) => stops.has(id));
  const limit = stop < 0 ? backwards.length : stop, repeated = new Map();
  matches(backwards).forEach((match, k) => {
    const n = Math.min(match, limit), token = backwards[k - 1];
    if (k > 0 && n >= allowed && !stops.has(token)) repeated.set(token, Math.max(n, repeated.get(token) ?? 0));
  });
  return changed(logits, m > 0 ? repeated : new Map(), (x, n) => x - m * b ** Math.min(n - allowed, longest));
}

/** For each k how many tokens from k on are those from 0 on: the Z function (Gusfield, 1997), in linear time. */
function matches(row) {
  const z = row.map(() => row.length);
  for (let k = 1, left = 0, right = 0; k < row.length; k++) {
    let n = k < right ? Math.min(z[k - left], right - k) : 0;
    while (k + n < row.length && row[n] === row[k + n]) n++;
    z[k] = n;
    if (k + n > right) [left, right] = [k, k + n];
  }
  return z;
}

/**
 * −∞ for every token in `banned`, and where `allowed` names any, for every token that is not in it.
 * @param {number[]} logits (V,)
 * @param {number[]} allowed token ids; none is off
 * @param {number[]} banned token ids
 * @returns {number[]} (V,)
 */
export function tokenMask(logits, allowed = [], banned = []) {
  const u = asLogits(logits);
  checkIds("allowed_token_ids", (allowed = checkTokenIds("allowed_token_ids", allowed)), u.length);
  checkIds("banned_token_ids", (banned = checkTokenIds("banned_token_ids", banned)), u.length);
  const may = new Set(allowed), mayNot = new Set(banned);
  return asLogits(u.map((x, i) => ((may.size && !may.has(i)) || mayNot.has(i) ? -Infinity : x)));
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

/** `change(u_i, count)` on the logit of every distinct id, and how often it occurs. */
function eachSeen(logits, ids, change) {
  const counts = new Map();
  for (const id of asIds("ids", ids)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return changed(logits, counts, change);
}

/** `change(u_i, number)` on the logit of every id in `numbers`, a Map. */
function changed(logits, numbers, change) {
  const u = asLogits(logits).slice();
  checkIds("ids", [...numbers.keys()], u.length);
  for (const [id, number] of numbers) u[id] = change(u[id], number);
  return asLogits(u);
}
