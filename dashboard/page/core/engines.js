// The settings of a draw in an engine's own words: as `to_engine` of core/engines/translation.py, for everything but biases
// and lists of token ids. What the engines are stands in core/engines/facts.py.

import { FACTS } from "./facts.js"; // written by dashboard/page/scripts.py
import { DEFAULTS, ignoredOf, samplingParams, STAGE_OF, STAGES, stagesOf } from "./params.js";

const COUNTED = { repetition_scope: ["repetition_penalty"], frequency_scope: ["frequency_penalty", "presence_penalty"] };
const BEFORE_SAMPLING = ["logit_bias", "penalties", "dry", "no_repeat_ngram", "token_mask"];
const KEEP_THE_FIRST = [
  "temperature", "top_k", "top_p", "min_p", "epsilon_cutoff", "eta_cutoff", "top_n_sigma", "top_a", "top_h", "p_less", "mirostat",
];
const WINDOWS = ["penalty_window", "dry_window"];
const ONLY_WHEN_ON = ["dry", "mirostat", "adaptive_p"]; // of these nothing is written while they are off
const LISTS = ["logit_bias", "allowed_token_ids", "banned_token_ids", "dry_breakers", "xtc_protected"];
const WHOLE = ["top_k", "no_repeat_ngram", "penalty_window", "dry_window", "dry_allowed_length"];
const HOT = 1e30; // a temperature above it leaves no logit apart from the others in single precision
const CALLS = { transformers: "model.generate(**inputs, {})", vllm: "SamplingParams({})" };

export const ENGINES = Object.keys(FACTS.engines);

/**
 * Params as settings of an engine.
 * @param {Object} params as `samplingParams` takes them, without lists of ids
 * @param {string} engine
 * @returns {{values: Object, text: string, missing: {key: string, field: string, value: *}[]}}
 *   `text` to paste; `missing`: what the engine cannot express, `key` under missing.<key> in the catalog
 */
export function toEngine(params, engine) {
  const given = samplingParams(params), spec = { name: engine, ...FACTS.engines[engine] }, draw = inEffect(given), on = stagesOf(draw);
  const missing = [...dropped(given, spec), ...lost(given, draw, spec)], values = new Map();
  if (engine === "transformers") values.set("do_sample", !draw.greedy);
  for (const [name, parameter] of Object.entries(spec.parameters)) {
    if (name === "greedy" || LISTS.includes(name) || (draw.greedy && engine === "transformers" && samples(name))) continue;
    if (ONLY_WHEN_ON.includes(STAGE_OF[name]) && !on.includes(STAGE_OF[name])) continue;
    const value = spelled(draw, name, parameter);
    if (value !== null && (runs(draw, name) || value !== (parameter.default ?? DEFAULTS[name]))) {
      values.set(parameter.name, name === "temperature" && value === 0 ? 0 : { value, whole: WHOLE.includes(name) });
    }
  }
  const order = orderIn(draw, spec), movable = Object.keys(spec.stage_names).length > 0;
  if (movable && order.includes("dry")) values.set("--dry-sequence-breaker", "none");
  if (movable && on.includes("mirostat")) values.set("--mirostat", 2);
  else if (movable && (!alike(order, native(order, spec)) || order.includes("adaptive_p"))) {
    values.set("--samplers", order.filter((name) => spec.stage_names[name]).map((name) => spec.stage_names[name][0]).join(";"));
  }
  return { values: Object.fromEntries([...values].map(([name, one]) => [name, one?.value ?? one])), text: written(values, spec), missing };
}

/** The same draw with nothing idle: the stages that act as its order, every other setting off. */
function inEffect(params) {
  const end = endOf(params);
  let stages = stagesOf(params);
  if (end !== null) {
    stages = stages.slice(0, end);
    while (KEEP_THE_FIRST.includes(stages.at(-1)) && (stages.at(-1) !== "temperature" || !hot(params))) stages.pop();
    stages.push("greedy");
  }
  const acting = Object.fromEntries(Object.keys(STAGE_OF).filter((name) => stages.includes(STAGE_OF[name])).map((name) => [name, params[name]]));
  acting.greedy = end !== null;
  if (!params.dynatemp_range) delete acting.dynatemp_exponent;
  for (const [scope, names] of Object.entries(COUNTED)) {
    if (names.every((name) => (acting[name] ?? DEFAULTS[name]) === DEFAULTS[name])) delete acting[scope];
  }
  if (stages.some((stage) => ![...BEFORE_SAMPLING, "temperature", "greedy"].includes(stage))) acting.min_tokens_to_keep = params.min_tokens_to_keep;
  return samplingParams({ ...acting, order: stages });
}

/** The place of the stage after which one token is left, or the tied maxima; null where there is none. */
function endOf(params) {
  const cold = params.temperature === 0 && !params.dynatemp_range;
  const at = stagesOf(params).findIndex((name) => name === "greedy" || (name === "temperature" && cold));
  return at < 0 ? null : at;
}

/** Whether the draw is among tied maxima: it ends at τ = 0, and no greedy decoding follows. */
function tied(params) {
  const end = endOf(params);
  if (end === null) return false;
  return stagesOf(params).slice(end).find((name) => !KEEP_THE_FIRST.includes(name)) !== "greedy";
}

const hot = (params) => params.temperature + params.dynatemp_range > HOT;
const samples = (name) => !BEFORE_SAMPLING.includes(STAGE_OF[name]);
const alike = (one, other) => one.length === other.length && one.every((name, i) => name === other[i]);
const isDefault = (name, value) => value === DEFAULTS[name] || (Array.isArray(value) && !value.length);

/** Whether a setting acts: it is set, or it says how a stage that runs does. */
function runs(draw, name) {
  if (name === "dynatemp_exponent") return draw.dynatemp_range > 0;
  return !isDefault(name, draw[name]) || (stagesOf(draw).includes(STAGE_OF[name]) && !STAGES[STAGE_OF[name]].includes(name));
}

const isOff = ({ off_to, off_from }, value) => value !== null && ((off_to > -Infinity && value <= off_to) || (off_from < Infinity && value >= off_from));

/** A setting's value in the engine's words; null where there is nothing to say. */
function spelled(draw, name, parameter) {
  const value = draw[name];
  if (name === "temperature" && draw.greedy) return 0;
  if (WINDOWS.includes(name)) return runs(draw, name) ? within(value || FACTS.all_tokens, parameter) : null;
  if (value === DEFAULTS[name]) return isOff(parameter, parameter.default) ? parameter.default : value;
  return within(value, parameter);
}

/** The value, or the nearest one that the engine takes, uses as it is and does not read as off. */
function within(value, { low, high, above, off_to, off_from, least }) {
  const lowest = Math.max(low, ...[above, off_to].filter((one) => one > -Infinity).map((one) => beside(one, 1)));
  const highest = Math.min(high, off_from < Infinity ? beside(off_from, -1) : Infinity);
  const inside = Math.min(Math.max(value, lowest), highest);
  return Math.abs(inside) > 0 && Math.abs(inside) < least ? Math.sign(inside) * least : inside;
}

/** The next double above (1) or below (−1) a finite number ≥ 0, below only of one > 0. */
function beside(x, side) {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x + 0);
  bits.setBigInt64(0, bits.getBigInt64(0) + BigInt(side));
  return bits.getFloat64(0);
}

/** The draw's stages that the engine has, in their order; greedy decoding is where the temperature is. */
function orderIn(draw, spec) {
  const has = [...spec.stages, ...Object.keys(spec.stage_names)], movable = Object.keys(spec.stage_names).length > 0;
  const stages = stagesOf(draw).filter((name) => has.includes(name) && !(draw.greedy && name === "temperature"));
  return stages.filter((name) => name !== "greedy" || movable).map((name) => (name === "greedy" ? "temperature" : name));
}

const native = (order, spec) => [...spec.stages, "adaptive_p"].filter((name) => order.includes(name));

/** What is set and neither the engine nor the one that was chosen as the order has. */
function dropped(params, spec) {
  if (typeof params.order !== "string") return [];
  const ignored = ignoredOf(params);
  return Object.keys(STAGE_OF).filter((name) => ignored.includes(STAGE_OF[name]) && !(name in spec.parameters) && !isDefault(name, params[name]))
    .map((name) => ({ key: "stage", field: name, value: params[name] }));
}

function lost(params, draw, spec) {
  const found = [], on = stagesOf(draw), movable = Object.keys(spec.stage_names).length > 0;
  const say = (key, field, value) => found.push({ key, field, value });
  if (tied(params)) say("ties", "temperature", params.temperature);
  for (const name of [...Object.keys(STAGE_OF), "min_tokens_to_keep"]) {
    const value = draw[name], parameter = spec.parameters[name];
    if (isDefault(name, value) && !(name in COUNTED)) continue;
    if (name in COUNTED) {
      const counted = COUNTED[name].some((penalty) => runs(draw, penalty) && penalty in spec.parameters);
      if (counted && value !== spec[name]) say("scope", name, value);
    } else if (WINDOWS.includes(name)) {
      if (!parameter || value === FACTS.all_tokens) say("scope", name, value);
      else if (within(value, parameter) !== value) say("range", name, value);
    } else if (name === "greedy") continue;
    else if (!parameter) say("stage", name, value);
    else if (on.includes("mirostat") && !["logit_bias", "temperature", "mirostat"].includes(STAGE_OF[name])) say("alone", name, value);
    else if (draw.greedy && samples(name) && (!movable || STAGE_OF[name] === "temperature")) say("greedy", name, value);
    else if (within(value, parameter) !== value) say("range", name, value);
  }
  const order = orderIn(draw, spec);
  if (on.includes("mirostat") && movable) {
    const runs = on.filter((name) => ["logit_bias", "temperature", "mirostat"].includes(name));
    const least = ["logit_bias", "temperature", "mirostat"].filter((name) => runs.includes(name));
    if (!alike(runs, least)) say("order", "order", least);
    return found;
  }
  const canMove = movable && (!order.includes("adaptive_p") || order.indexOf("adaptive_p") === order.length - 1);
  if (!alike(order, native(order, spec)) && !canMove) say("order", "order", native(order, spec));
  return found;
}

/** The engine's names and values as text to paste. */
function written(values, spec) {
  const words = [...values].map(([name, one]) => [name, typeof one === "object" ? numeral(one) : one]);
  if (spec.form === "json") return `{${words.map(([name, value]) => `"${name}": ${value}`).join(", ")}}`;
  if (spec.form === "flags") return words.map(([name, value]) => `${name} ${/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value}'`}`).join(" ");
  const literal = (value) => ({ true: "True", false: "False", Infinity: 'float("inf")', null: "None" })[value] ?? value;
  return CALLS[spec.name].replace("{}", () => words.map(([name, value]) => `${name}=${literal(value)}`).join(", "));
}

/** A number as Python reads it: one that is no whole number of things has a point. */
function numeral({ value, whole }) {
  return Number.isInteger(value) && !whole && Math.abs(value) < 1e21 ? `${value}.0` : String(value);
}
