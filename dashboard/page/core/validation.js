// What is accepted, and the one error that says what was not: the conditions and words of core/validation.py.

import { largest, plain, sum } from "./arrays.js";

const LARGEST = 1.7e308; // what "finite" means for a setting, as in core

/** An argument outside its range: `argument` (its Python name), `value` (what was given), `accepted` (in English). */
export class ParameterError extends Error {
  constructor(argument, value, accepted) {
    super(`${argument} must be ${accepted}; got ${shown(value)}`);
    Object.assign(this, { name: "ParameterError", argument, value, accepted });
  }
}

function shown(value) {
  const listed = Array.isArray(value) ? `[${value.slice(0, 100).map(String)}]` : String(value);
  const text = typeof value === "string" ? `"${value}"` : listed;
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

/** `value`, a number with low ≤ value ≤ high; −0 comes back as 0: the sign of a zero is no setting. */
export function checkNumber(argument, value, low, high, accepted) {
  if (typeof value === "number" && low <= value && value <= high) return value + 0;
  throw new ParameterError(argument, value, accepted);
}

export const checkTemperature = (argument, value) => checkNumber(argument, value, 0, Infinity, "a number >= 0");
export const checkProbability = (argument, value) => checkNumber(argument, value, 0, 1, "a number in [0, 1]");
export const checkFinite = (argument, value) => checkNumber(argument, value, -LARGEST, LARGEST, "a finite number");
export const checkPositive = (argument, value) => checkNumber(argument, value, 5e-324, LARGEST, "a finite number > 0");
export const checkAtLeast0 = (argument, value) => checkNumber(argument, value, 0, Infinity, "a number >= 0");
export const checkFiniteAtLeast0 = (argument, value) => checkFiniteFrom(0, argument, value);
export const checkFiniteAtLeast1 = (argument, value) => checkFiniteFrom(1, argument, value);
export const checkAtLeast1 = (argument, value) => checkWhole(argument, value, 1);

function checkFiniteFrom(low, argument, value) {
  return checkNumber(argument, value, low, LARGEST, `a finite number >= ${low}`);
}

/** `value`, a whole number with low ≤ value < 2⁶³. */
export function checkWhole(argument, value, low = 0) {
  return Number(checkBig(argument, value, 63, low));
}

/** A whole number, low ≤ value < 2^bits, given as a number or as a BigInt, as a BigInt. */
export function checkBig(argument, value, bits, low = 0) {
  const whole = typeof value === "bigint" || Number.isInteger(value);
  if (!whole || value < low) throw new ParameterError(argument, value, `a whole number >= ${low}`);
  if (BigInt(value) >= 1n << BigInt(bits)) throw new ParameterError(argument, value, `a whole number < 2**${bits}`);
  return BigInt(value);
}

/** Token ids in ascending order, each once. */
export function checkTokenIds(argument, ids) {
  try {
    if (!Array.isArray(ids)) throw new ParameterError(argument, ids, "token ids");
    return [...new Set(ids.map((id) => checkWhole(argument, id)))].sort((i, j) => i - j);
  } catch {
    throw new ParameterError(argument, ids, "token ids");
  }
}

/** Raise unless every id is in [0, V). */
export function checkIds(argument, ids, V) {
  const last = ids.reduce((a, b) => Math.max(a, b), -1);
  if (last >= V) throw new ParameterError(argument, last, `token ids in [0, ${V})`);
}

/** `value`, a text without a lone half of a surrogate pair, which UTF-8 cannot write. */
export function checkText(argument, value) {
  if (typeof value === "string" && !/\p{Surrogate}/u.test(value)) return value;
  throw new ParameterError(argument, value, "text without a lone half of a surrogate pair");
}

/** `value`, one of the strings in `choices`. */
export function checkChoice(argument, value, choices) {
  if (choices.includes(value)) return value;
  throw new ParameterError(argument, value, choices.map((choice) => `"${choice}"`).join(" or "));
}

export function checkSwitch(argument, value) {
  if (typeof value === "boolean") return value;
  throw new ParameterError(argument, value, "true or false");
}

/** Numbers (V,), V ≥ 1, as a plain array: the given one, to be read and not written, where it is one. */
function asTable(argument, values) {
  const isTyped = ArrayBuffer.isView(values) && !(values instanceof DataView);
  const numbers = isTyped ? plain(values) : Array.isArray(values) ? values : [undefined];
  for (let i = 0; i < numbers.length; i++) {
    if (typeof numbers[i] !== "number") throw new ParameterError(argument, values, "an array of real numbers");
  }
  if (!numbers.length) throw new ParameterError(argument, [0], "of shape (..., V) with V >= 1");
  return numbers;
}

/** Logits (V,), checked: each finite or −∞, at least one finite. The given array where it is a plain one. */
export function asLogits(logits) {
  const u = asTable("logits", logits), top = largest(u); // NaN wins every comparison: one look finds all three faults
  if (!Number.isFinite(top)) throw new ParameterError("logits", top, "finite or -inf, with a finite maximum");
  return u;
}

/** Probabilities, or weights in their place, (V,): none negative, of a finite sum. The given array where it is a plain one. */
export function asMasses(argument, probs) {
  const p = asTable(argument, probs), total = sum(p);
  let least = Infinity;
  for (let i = 0; i < p.length; i++) least = Math.min(least, p[i]); // NaN wins
  if (least >= 0 && Number.isFinite(total)) return p;
  throw new ParameterError(argument, least >= 0 ? total : least, "non-negative with a finite sum");
}

/** Raise unless `values` has the length V. */
export function checkLength(argument, values, V) {
  if (values.length !== V) throw new ParameterError(argument, [values.length], `of a shape that fits [${V}]`);
}
