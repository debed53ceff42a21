// The settings of one draw, plain objects with the Python names as keys: each declared once, with what changes nothing,
// its check and its stage. As core/params.py.

import { epsilonCutoff, etaCutoff, pLess, topA, topH, topNSigma, typicalP } from "./cuts.js";
import { ORDERS } from "./orders.js"; // of core.engines, written by dashboard/page/scripts.py
import { checkBias, SCOPES } from "./penalties.js";
import { minP, topK, topP } from "./samplers.js";
import {
  checkAtLeast0, checkAtLeast1, checkChoice, checkFinite, checkFiniteAtLeast0, checkFiniteAtLeast1, checkNumber,
  checkPositive, checkProbability, checkSwitch, checkTemperature, checkTokenIds, checkWhole, ParameterError,
} from "./validation.js";

const checkDecay = (argument, value) => checkNumber(argument, value, 0, 0.99, "a number in [0, 0.99]");
const checkScope = (argument, value) => checkChoice(argument, value, SCOPES);

// off: what changes nothing; check: (argument, value) -> the value as it is kept; and one of
//   cut: (logits, value, minTokensToKeep) -> logits, of a cut that is a stage by the setting's own name
//   stage: the stage that a value other than `off` switches on
//   of: the stage that this setting only says more about
// and after: the stage that a stage comes right after in the default order, where transformers has it not.
const setting = (off, check, role = {}) => ({ off, check, ...role });

const SETTINGS = {
  temperature: setting(1, checkTemperature, { stage: "temperature" }),
  top_k: setting(0, checkWhole, { cut: topK }),
  top_p: setting(1, checkProbability, { cut: topP }),
  min_p: setting(0, checkProbability, { cut: minP }),
  order: setting(null, checkOrder),
  dynatemp_range: setting(0, checkAtLeast0, { stage: "temperature" }),
  dynatemp_exponent: setting(1, checkAtLeast0, { of: "temperature" }),
  typical_p: setting(1, checkProbability, { cut: typicalP }),
  epsilon_cutoff: setting(0, checkProbability, { cut: epsilonCutoff }),
  eta_cutoff: setting(0, checkProbability, { cut: etaCutoff }),
  top_n_sigma: setting(0, checkAtLeast0, { cut: topNSigma }),
  top_a: setting(0, checkProbability, { cut: topA }),
  top_h: setting(1, checkProbability, { cut: topH }),
  p_less: setting(false, checkSwitch, { cut: (logits, on, atLeast) => pLess(logits, atLeast) }),
  xtc_probability: setting(0, checkProbability, { stage: "xtc" }),
  xtc_threshold: setting(0.1, checkProbability, { of: "xtc" }),
  xtc_protected: setting([], checkTokenIds, { of: "xtc" }),
  mirostat_tau: setting(0, checkFiniteAtLeast0, { stage: "mirostat" }),
  mirostat_eta: setting(0.1, checkFiniteAtLeast0, { of: "mirostat" }),
  adaptive_target: setting(0, checkProbability, { stage: "adaptive_p" }),
  adaptive_decay: setting(0.9, checkDecay, { of: "adaptive_p" }),
  greedy: setting(false, checkSwitch, { stage: "greedy" }),
  logit_bias: setting([], checkBias, { stage: "logit_bias" }),
  repetition_penalty: setting(1, checkPositive, { stage: "penalties" }),
  frequency_penalty: setting(0, checkFinite, { stage: "penalties" }),
  presence_penalty: setting(0, checkFinite, { stage: "penalties" }),
  repetition_scope: setting("both", checkScope, { of: "penalties" }),
  frequency_scope: setting("output", checkScope, { of: "penalties" }),
  penalty_window: setting(0, checkWhole, { of: "penalties" }),
  no_repeat_ngram: setting(0, checkWhole, { stage: "no_repeat_ngram" }),
  dry_multiplier: setting(0, checkFiniteAtLeast0, { stage: "dry", after: "penalties" }),
  dry_base: setting(1.75, checkFiniteAtLeast1, { of: "dry" }),
  dry_allowed_length: setting(2, checkAtLeast1, { of: "dry" }),
  dry_window: setting(0, checkWhole, { of: "dry" }),
  dry_breakers: setting([], checkTokenIds, { of: "dry" }),
  allowed_token_ids: setting([], checkTokenIds, { stage: "token_mask", after: "no_repeat_ngram" }),
  banned_token_ids: setting([], checkTokenIds, { stage: "token_mask" }),
  min_tokens_to_keep: setting(1, checkAtLeast1),
};

const NAMES = Object.keys(SETTINGS);

/** What changes nothing, by setting. */
export const DEFAULTS = Object.fromEntries(NAMES.map((name) => [name, SETTINGS[name].off]));

/** The stage that a setting switches on or says more about. */
export const STAGE_OF = Object.fromEntries(
  NAMES.map((name) => [name, SETTINGS[name].stage ?? SETTINGS[name].of ?? (SETTINGS[name].cut ? name : "")])
    .filter(([, stage]) => stage),
);

/** The cuts by name: (logits, value, minTokensToKeep) -> logits. */
export const CUTS = Object.fromEntries(NAMES.map((name) => [name, SETTINGS[name].cut]).filter(([, cut]) => cut));

/** Every stage by name in the default order, and the settings that switch it on by leaving what changes nothing. */
export const STAGES = declaredStages();

// The default order is that of transformers. A stage that it has not stands where its declaration says, or right before
// greedy decoding.
function declaredStages() {
  const switchedBy = (name) => SETTINGS[name].stage ?? (SETTINGS[name].cut ? name : "");
  const order = [...ORDERS.transformers];
  for (const name of NAMES) {
    const stage = switchedBy(name), { after } = SETTINGS[name];
    if (!stage || order.includes(stage)) continue;
    order.splice(after ? order.indexOf(after) + 1 : order.indexOf("greedy"), 0, stage);
  }
  return Object.fromEntries(order.map((stage) => [stage, NAMES.filter((name) => switchedBy(name) === stage)]));
}

function checkOrder(argument, order) {
  if (order === null || (typeof order === "string" && Object.hasOwn(ORDERS, order))) return order;
  const isStage = (name) => typeof name === "string" && Object.hasOwn(STAGES, name);
  if (Array.isArray(order) && order.every(isStage) && new Set(order).size === order.length) return [...order];
  const [engines, stages] = [ORDERS, STAGES].map((names) => Object.keys(names).join(", "));
  throw new ParameterError(argument, order, `an engine (${engines}) or stages without repetition (${stages})`);
}

/**
 * Every setting of one draw, checked; what is not given changes nothing.
 *
 * `order` says which stage comes first, second, …: an engine's name, an array of stage names, or null for the order of
 * transformers with every other stage added. A stage that the order leaves out does not run.
 * @param {Object} given any of the settings; what they mean is in `core.SamplingParams`
 * @returns {Object} all of them
 */
export function samplingParams(given = {}) {
  if (given === null || typeof given !== "object") throw new ParameterError("params", given, "an object of settings");
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(SETTINGS, name));
  if (unknown !== undefined) throw new ParameterError(unknown, given[unknown], `one of ${NAMES.join(", ")}`);
  const params = {};
  for (const [name, { off, check }] of Object.entries(SETTINGS)) {
    params[name] = check(name, given[name] === undefined ? off : given[name]);
  }
  if (params.dynatemp_range && params.temperature + params.dynatemp_range > 1.7e308) {
    throw new ParameterError("dynatemp_range", params.dynatemp_range, "0, or such that temperature + range is finite");
  }
  return params;
}

/** The stages of checked params that run, in their order: those of `order` that are not off. */
export function stagesOf(params) {
  return orderOf(params).filter((stage) => isOn(params, stage));
}

/** The stages of checked params that are set and do not run, because the order has no place for them. */
export function ignoredOf(params) {
  const order = orderOf(params);
  return Object.keys(STAGES).filter((stage) => isOn(params, stage) && !order.includes(stage));
}

const orderOf = ({ order }) => (Array.isArray(order) ? order : order === null ? Object.keys(STAGES) : ORDERS[order]);

const isOn = (params, stage) => STAGES[stage].some((name) => !isOff(params[name], SETTINGS[name].off));
const isOff = (value, off) => value === off || (Array.isArray(value) && value.length === 0);
