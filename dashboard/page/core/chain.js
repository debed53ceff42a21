// The ordered chain of samplers: what it leaves, the distribution drawn from, and every stage on the way. As
// core/chain.py.
//
// `context` is the text so far, {prompt, output, memory}: only the stages "penalties", "dry" and "no_repeat_ngram" look
// at it, and "mirostat" and "adaptive_p" at its memory.

import { xtc } from "./cuts.js";
import { entropyOf } from "./distributions.js";
import { adaptiveP, mirostat, nextAverage, nextCap, nextTarget } from "./memory.js";
import { CUTS, samplingParams, stagesOf } from "./params.js";
import {
  asContext, dry, idsOf, logitBias, noRepeatNgram, repetitionPenalty, subtract, tokenMask,
} from "./penalties.js";
import { greedy } from "./samplers.js";
import { dynamicTemperature, entropyTemperature } from "./schedules.js";
import { softmaxOf, temperature } from "./softmax.js";
import { asLogits } from "./validation.js";

// The stages that are no cut with one setting: (logits, params, context, coin) -> logits.
const OTHERS = {
  logit_bias: (u, s) => logitBias(u, s.logit_bias),
  penalties: penalise,
  no_repeat_ngram: (u, s, context) => noRepeatNgram(u, s.no_repeat_ngram, idsOf(context)),
  dry: penaliseRepetition,
  token_mask: (u, s) => tokenMask(u, s.allowed_token_ids, s.banned_token_ids),
  mirostat: (u, s, { memory }) => mirostat(u, capOf(s, memory), s.min_tokens_to_keep),
  adaptive_p: (u, s, { memory }) => adaptiveP(u, nextTarget(memory, s.adaptive_target, s.adaptive_decay)),
  temperature: (u, s) => (s.dynatemp_range ? dynamicTemperature(u, ...rangeOf(s)) : temperature(u, s.temperature)),
  xtc: (u, s, _, coin) => xtc(u, s.xtc_threshold, s.xtc_probability, coin, s.min_tokens_to_keep, s.xtc_protected),
  greedy: (u) => greedy(u),
};

function penalise(u, s, context) {
  if (s.repetition_penalty !== 1) {
    u = repetitionPenalty(u, s.repetition_penalty, idsOf(context, s.repetition_scope, s.penalty_window));
  }
  if (s.frequency_penalty || s.presence_penalty) {
    const ids = idsOf(context, s.frequency_scope, s.penalty_window);
    u = subtract(u, s.frequency_penalty, s.presence_penalty, ids);
  }
  return u;
}

function penaliseRepetition(u, s, context) {
  const ids = idsOf(context, "both", s.dry_window);
  return dry(u, s.dry_multiplier, s.dry_base, s.dry_allowed_length, ids, s.dry_breakers);
}

function rangeOf({ temperature, dynatemp_range, dynatemp_exponent }) {
  return [Math.max(0, temperature - dynatemp_range), temperature + dynatemp_range, dynatemp_exponent];
}

const capOf = ({ mirostat_tau }, { cap }) => cap ?? 2 * mirostat_tau;

function runStage(name, u, s, context, coin) {
  return name in CUTS ? CUTS[name](u, s[name], s.min_tokens_to_keep) : OTHERS[name](u, s, context, coin);
}

/**
 * The logits after every stage, cut tokens at −∞.
 * @param {number[]} logits (V,)
 * @param {Object} params as `samplingParams` takes them
 * @param {{prompt?: number[], output?: number[]}} context
 * @param {number} coin in [0, 1): XTC acts where coin < xtc_probability; 0: whenever it is on
 * @returns {number[]} (V,)
 */
export function apply(logits, params = {}, context = {}, coin = 0) {
  const s = samplingParams(params), text = asContext(context);
  return stagesOf(s).reduce((u, name) => runStage(name, u, s, text, coin), asLogits(logits).slice());
}

/**
 * The distribution that is drawn from: softmax of what the chain leaves.
 *
 * With XTC it is the mixture over its coin: q · (the distribution when it acts) + (1 − q) · (when it does not).
 * @param {number[]} logits (V,)
 * @param {Object} params as `samplingParams` takes them
 * @param {{prompt?: number[], output?: number[]}} context
 * @returns {number[]} (V,)
 */
export function probabilities(logits, params = {}, context = {}) {
  const s = samplingParams(params), q = s.xtc_probability;
  if (!stagesOf(s).includes("xtc") || q === 1) return softmaxOf(apply(logits, s, context));
  const [acts, rests] = [1, 0].map((on) => softmaxOf(apply(logits, { ...s, xtc_probability: on }, context)));
  return acts.map((p, i) => q * p + (1 - q) * rests[i]);
}

/**
 * The τ that the chain divides by; with dynamic temperature, what it finds in the logits that reach the stage.
 * @returns {number}
 */
export function appliedTemperature(logits, params = {}, context = {}) {
  const s = samplingParams(params), stages = stagesOf(s), at = stages.indexOf("temperature");
  if (!s.dynatemp_range || at < 0) return s.temperature;
  return entropyTemperature(apply(logits, { ...s, order: stages.slice(0, at) }, context), ...rangeOf(s));
}

/**
 * What the draw of `token` leaves for the next one: the memory of `context`, moved on; arguments as `probabilities`.
 *
 * With XTC as if it acted. A token that the chain cuts (a forced one, say) moves nothing.
 * @returns {{cap?: number, average?: [number, number]}}
 */
export function remember(logits, params, context, token) {
  const s = samplingParams(params), was = asContext(context).memory, on = stagesOf(s);
  if (!on.includes("mirostat") && !on.includes("adaptive_p")) return was;
  const stages = trace(logits, s, context), find = (name) => stages.findIndex((stage) => stage.name === name);
  const left = stages[find("mirostat")]?.probs[token], before = stages[find("adaptive_p") - 1]?.probs[token];
  const cap = left ? nextCap(capOf(s, was), left, s.mirostat_tau, s.mirostat_eta) : was.cap;
  const average = before ? nextAverage(was, before, s.adaptive_target, s.adaptive_decay) : was.average;
  return { cap, average };
}

/**
 * The distribution after one stage; fields as `core.Stage`.
 * @typedef {Object} Stage
 * @property {string} name "logits" for the raw one, otherwise the stage's
 * @property {number[]} logits (V,)
 * @property {number[]} probs (V,), softmax(logits)
 * @property {Uint8Array} kept (V,), 1 where the token is still possible: bytes, which a garbage collector need not look through
 * @property {number} massRemoved the probability that the tokens cut here had in the previous stage
 * @property {number} entropy in bits
 * @property {number} effectiveChoices e^H with H in nats
 */

/**
 * Every stage that is on with its distribution, first the raw one, named "logits"; arguments as `apply`.
 * @returns {Stage[]}
 */
export function trace(logits, params = {}, context = {}, coin = 0) {
  const s = samplingParams(params), stages = [firstStage(logits)];
  for (const name of stagesOf(s)) stages.push(nextStage(stages.at(-1), name, s, context, coin));
  return stages;
}

/** The raw stage of a trace. @param {number[]} logits (V,) @returns {Stage} */
export function firstStage(logits) {
  const raw = asLogits(logits).slice();
  return stageOf("logits", raw, softmaxOf(raw));
}

/** The stage `name` after another one, for who keeps the stages that did not change; `s` is checked params. @returns {Stage} */
export function nextStage(before, name, s, context = {}, coin = 0) {
  return stageOf(name, runStage(name, before.logits, s, asContext(context), coin), before.probs);
}

function stageOf(name, logits, probsBefore) {
  const probs = softmaxOf(logits), kept = new Uint8Array(logits.length), nats = entropyOf(probs);
  let massRemoved = 0;
  for (let i = 0; i < kept.length; i++) {
    if (logits[i] > -Infinity) kept[i] = 1;
    else massRemoved += probsBefore[i];
  }
  return { name, logits, probs, kept, massRemoved, entropy: nats / Math.LN2, effectiveChoices: Math.exp(nats) };
}
