// The decode loop: logits, chain, draw, text, one token at a time. As core/generation.py and core/decoding.py.

import { largestOf, plain } from "../arrays.js";
import { appliedTemperature, probabilities, remember, trace } from "../chain.js";
import { entropyOf } from "../distributions.js";
import { draw, uniform } from "../draws.js";
import { samplingParams } from "../params.js";
import { tokenMask } from "../penalties.js";
import { softmaxOf } from "../softmax.js";
import { checkBig, checkSwitch, checkText, checkTokenIds, checkWhole, ParameterError } from "../validation.js";
import { checkSequence } from "./language_model.js";
import { checkStop, Detokenizer, StopFilter } from "./streaming.js";

/**
 * One token of a text, and where it came from: the fields of `core.Step`, under their names; null where not measured.
 * @typedef {Object} Step
 * @property {number} index 0 for the first new token
 * @property {number} token_id
 * @property {string} token decoded alone; part of a character comes out as U+FFFD
 * @property {string} text what this step adds to the text; what may be the beginning of a stop sequence waits
 * @property {null | "stop" | "length" | "end"} finish
 * @property {boolean} forced whether the caller chose the token
 * @property {number} temperature
 * @property {number} prob_before under softmax of the raw logits
 * @property {number} prob_after under the distribution drawn from
 * @property {number} rank 1 + the number of tokens with a larger raw logit
 * @property {number} entropy_before in bits
 * @property {number} entropy_after in bits
 * @property {number} kept how many tokens can come
 * @property {Alternative[]} top_before the likeliest tokens of the first distribution, each {token_id, text,
 *   prob_before, prob_after}
 * @property {Alternative[]} top_after those of the second one
 * @property {Stage[]} stages of `trace`, where asked for
 */

/**
 * Several continuations of one prompt, side by side: per turn one step per row, null for rows that are over.
 * @param {LanguageModel} model
 * @param {string | number[]} prompt text, or token ids; an empty one stands for the beginning of a text (end-of-text).
 *   Beyond the context the model goes on from a new cache with the last half of it
 * @param {{params?: Object, seed?: number | bigint, forced?: number[]}[]} rows settings as `samplingParams` takes them;
 *   a seed, by which step t draws with the number that (seed, t) names; token ids that come first, chosen and not drawn
 * @param {Object} [how]
 * @param {number} [how.max_new_tokens] at most so many steps, ≥ 1; forced tokens count
 * @param {string | string[]} [how.stop] strings that end the text and are not part of it, even across tokens
 * @param {number} [how.min_new_tokens] so many tokens come before one that ends the text can be drawn
 * @param {number[]} [how.stop_token_ids] ids that end the text too, beside the model's own
 * @param {boolean} [how.ignore_eos] the model's own end-of-text is drawn, adds no text, and ends nothing
 * @param {boolean} [how.include_stop_str_in_output] what ended the text, of `stop` and `stop_token_ids`, is part of it
 * @param {number} [how.alternatives] how many tokens top_before and top_after list; 0 measures nothing
 * @param {boolean} [how.traced] whether each step carries the chain's stages
 * @returns {Iterator<(Step | null)[]>}
 * @throws {ParameterError} at once for what is out of range
 */
export function generateRows(model, prompt, rows, how = {}) {
  const ends = checkEnds(model, how), V = model.vocab_size;
  const isText = typeof prompt === "string";
  const given = isText ? model.encode(checkText("prompt", prompt)) : checkSequence("prompt", prompt, V);
  const ids = given.length ? given : [model.eos_token_id];
  if (!Array.isArray(rows) || !rows.length) throw new ParameterError("rows", rows, "one row or more");
  const alternatives = checkWhole("alternatives", how.alternatives ?? 5);
  const traced = checkSwitch("traced", how.traced ?? false);
  const measured = { alternatives, traced };
  return written(new Reader(model, ids), rows.map((row) => new Writer(model, ids, row, ends, measured)));
}

/** One continuation: `generateRows` of one row, step by step. */
export function generate(model, prompt, params = {}, { seed, forced, ...how } = {}) {
  return only(generateRows(model, prompt, [{ params, seed, forced }], how));
}

const only = function* (turns) {
  for (const [step] of turns) yield step;
};

const written = function* (reader, writers) {
  let logits = reader.start();
  const readers = writers.map((_, row) => (row ? reader.copied() : reader)), rows = writers.map(() => logits);
  for (;;) {
    yield writers.map((writer, row) => (writer.finished ? null : writer.write(rows[row])));
    if (writers.every((writer) => writer.finished)) return;
    writers.forEach((writer, row) => {
      if (!writer.finished) rows[row] = readers[row].next(writer.last);
    });
  }
};

function checkEnds(model, how) {
  const off = (name) => checkSwitch(name, how[name] ?? false), further = how.stop_token_ids ?? [];
  checkSequence("stop_token_ids", further, model.vocab_size);
  return {
    most: checkWhole("max_new_tokens", how.max_new_tokens ?? 100, 1),
    least: checkWhole("min_new_tokens", how.min_new_tokens ?? 0),
    end: off("ignore_eos") ? [] : [model.eos_token_id],
    ids: checkTokenIds("stop_token_ids", further),
    stop: checkStop(how.stop ?? []),
    shown: off("include_stop_str_in_output"),
  };
}

/** The logits after a text that grows, over one cache. */
class Reader {
  constructor(model, ids, cache = model.network.newCache()) {
    Object.assign(this, { model, ids: [...ids], cache });
  }

  /** The same text with a cache of its own. */
  copied() {
    return new Reader(this.model, this.ids, this.model.network.copied(this.cache));
  }

  /** After the prompt. */
  start() {
    return this.read(this.ids);
  }

  /** After one token more. */
  next(token) {
    this.ids.push(token);
    return this.read([token]);
  }

  read(ids) {
    const { network, context_length } = this.model;
    if (network.fits(this.cache, ids.length)) return this.model.nextLogits(ids, this.cache);
    this.cache = network.newCache(); // the context is full: half of it is read again, half is free
    return this.model.nextLogits(this.ids.slice(-Math.max(1, Math.floor(context_length / 2))), this.cache);
  }
}

/** One row: draws from the logits, measures the draw, and turns tokens into text. */
class Writer {
  constructor(model, prompt, { params = {}, seed, forced = [] }, ends, measured) {
    this.params = samplingParams(params);
    this.seed = checkBig("seed", seed ?? Math.floor(Math.random() * 2 ** 32), 128);
    this.forced = checkSequence("forced", forced, model.vocab_size);
    this.context = { prompt, output: [], memory: {} };
    this.characters = new Detokenizer((ids) => model.decode(ids), prompt);
    this.text = new StopFilter(ends.stop, ends.shown);
    Object.assign(this, { model, ends, measured, index: 0, last: null, finished: false });
  }

  /** The next step, from a Float32Array of logits (V,). */
  write(given) {
    const raw = plain(given); // once, and not in every function of the chain
    const { params, context, ends, index, measured: { alternatives, traced } } = this;
    const forced = index < this.forced.length, early = index < ends.least && !forced;
    const logits = early ? tokenMask(raw, [], [...ends.end, ...ends.ids]) : raw;
    const after = forced && !alternatives ? null : probabilities(logits, params, context);
    const token = forced ? this.forced[index] : draw(after, uniform(this.seed, index));
    const [text, finish] = this.show(token);
    const step = {
      index,
      token_id: token,
      token: this.model.decode([token]),
      text,
      finish,
      forced,
      temperature: appliedTemperature(logits, params, context),
      ...(alternatives ? this.measure(raw, after, token, alternatives) : UNMEASURED),
      stages: traced ? trace(logits, params, context) : [],
    };
    context.memory = remember(logits, params, context, token);
    context.output.push(token);
    Object.assign(this, { index: index + 1, last: token, finished: finish !== null });
    return step;
  }

  /** What the token adds to the text, and why the text ends with it, or null. */
  show(token) {
    const { ends } = this, end = ends.end.includes(token), stop = ends.ids.includes(token);
    let text = end || (stop && !ends.shown) ? "" : this.text.push(this.characters.push(token));
    if (!end && !stop && this.index + 1 < ends.most && this.text.matched === null) return [text, null];
    text += this.text.push(this.characters.finish()) + this.text.finish(); // both are nothing after a match
    return [text, stop || this.text.matched !== null ? "stop" : end ? "end" : "length"];
  }

  measure(raw, after, token, many) {
    const before = softmaxOf(raw);
    const alternative = (id) => {
      return { token_id: id, text: this.model.decode([id]), prob_before: before[id], prob_after: after[id] };
    };
    return {
      prob_before: before[token],
      prob_after: after[token],
      rank: 1 + count(raw, (x) => x > raw[token]),
      entropy_before: entropyOf(before) / Math.LN2,
      entropy_after: entropyOf(after) / Math.LN2,
      kept: count(after, (p) => Math.fround(p) > 0), // as core, which keeps probabilities in 32 bits
      top_before: largestOf(before, many).map(alternative),
      top_after: largestOf(after, many).map(alternative),
    };
  }
}

const UNMEASURED = {
  prob_before: null, prob_after: null, rank: null, entropy_before: null, entropy_after: null, kept: null,
  top_before: [], top_after: [],
};

function count(values, isOne) {
  let many = 0;
  for (let i = 0; i < values.length; i++) many += isOne(values[i]);
  return many;
}
