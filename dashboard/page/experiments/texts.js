// Experiments in which the reader writes, and the model weighs what was written.

import { entropy, totalVariation } from "../core/distributions.js";
import { after, bitsOf, bytesOf, candidates, first, idsOf, named, spaced } from "./next.js";

/** A beginning after which the model hesitates between a quarter of as many tokens as after `against`, or fewer. */
export function certainty(model, { text }, { against }) {
  if (!text.trim()) return { outcome: "unfit" };
  const p = after(model, idsOf(model, text.trim())), choices = 2 ** entropy(p);
  const reference = 2 ** entropy(after(model, idsOf(model, against)));
  const bars = candidates(model, p);
  return { outcome: choices <= reference / 4 ? "met" : "missed", choices, reference, bars, format: "%1" };
}

const WORDS = 5; // different ones: a word said over and over is cheap for another reason

/** A text that costs half as many bits per byte as `against`, or less. */
export function cost(model, { text }, { against }) {
  const words = new Set(text.toLowerCase().match(/\p{L}+/gu));
  if (words.size < WORDS) return { outcome: "unfit" };
  const each = (one) => bitsOf(model, [model.eos_token_id], model.encode(one)) / bytesOf(one);
  const bits = each(text.trim()), reference = each(against);
  const bars = [{ label: text.trim(), value: bits }, { label: against, value: reference }];
  return { outcome: bits <= reference / 2 ? "met" : "missed", bits, reference, bars, format: "2" };
}

/** The same words in another order, the last one in its place, after which another token comes first. */
export function order(model, { one, other }) {
  const [ids, moved] = [one, other].map((text) => idsOf(model, ` ${text.trim().toLowerCase()}`));
  const sorted = (all) => [...all].sort((a, b) => a - b).join();
  if (ids.length < 3 || sorted(ids) !== sorted(moved) || ids.at(-1) !== moved.at(-1)) return { outcome: "unfit" };
  const [p, q] = [ids, moved].map((all) => after(model, all)), [before, now] = [first(p), first(q)];
  const bars = [p, q].map((each, i) => ({ label: `${i + 1}: ${named(model, first(each))}`, value: each[first(each)] }));
  const told = { tv: totalVariation(p, q), before: named(model, before), now: named(model, now), bars, format: "%1" };
  return { outcome: now !== before ? "met" : "missed", ...told };
}

/** What stands before a prompt and makes a word ten times as likely to follow it, or more. */
export function context(model, { before }, { prompt, word }) {
  const ids = model.encode(spaced(word)), chance = (text) => 2 ** -bitsOf(model, idsOf(model, text), ids);
  const alone = chance(prompt), led = chance(`${before.trim()}\n${prompt}`), times = led / alone;
  return { outcome: times >= 10 ? "met" : "missed", alone, led, times, format: "%2", bars: [{ label: "1", value: alone }, { label: "2", value: led }] };
}

/** Two continuations that the whole probability and the bits per byte put in opposite orders. */
export function measures(model, { one, other }, { prompt }) {
  const texts = [one, other].map(spaced), before = idsOf(model, prompt);
  if (texts.includes("") || texts[0] === texts[1]) return { outcome: "unfit" };
  const whole = texts.map((text) => bitsOf(model, before, model.encode(text)));
  const each = whole.map((bits, i) => bits / bytesOf(texts[i]));
  const [by_whole, by_byte] = [whole, each].map(([a, b]) => (a < b ? 1 : 2));
  const bars = texts.map((text, i) => ({ label: text.trim(), value: each[i] }));
  const told = { whole_1: whole[0], whole_2: whole[1], each_1: each[0], each_2: each[1], by_whole, by_byte };
  return { outcome: by_whole !== by_byte ? "met" : "missed", ...told, bars, format: "2" };
}
