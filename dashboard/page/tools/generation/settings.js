// What can be set: examples, presets, sliders and switches, and where everything begins.
import { OFFERED } from "../../core/offered.js";
import { ORDERS } from "../../core/orders.js";
import { DEFAULTS, STAGE_OF } from "../../core/params.js";
import { say } from "../../words.js";
import { offeredControl } from "../values.js";

/** Words under generation.example.<name>. */
export const EXAMPLES = {
  unicorn: "Era uma vez, um unicórnio",
  capital: "Qual é a capital do Brasil?",
  door: "Naquela noite, Helena abriu a porta e",
  counsellor: "O conselheiro tirou o chapéu, sentou-se e disse:",
};

/** For the models of the app's server, of which some write English. */
export const ENGLISH = { unicorn_en: "Once upon a time, a unicorn", capital_en: "What is the capital of Brazil?" };

/** Settings by preset, the others off; words under generation.preset.<name>. */
export const PRESETS = {
  model: {},
  chat: { temperature: 0.7, top_p: 0.9 },
  code: { greedy: true },
  code_warm: { temperature: 0.3 },
  creative: { temperature: 1, top_k: 50 },
};

export const LETTERS = ["a", "b", "c"];
export const ENGINES = Object.keys(ORDERS);
export const ALL = "all";  // of the orders: none of an engine's, every stage has a place
const START = { a: "chat", b: "creative", c: "code" };  // the preset that each letter begins with
const names = Object.keys(OFFERED), of = (...stages) => names.filter((name) => OFFERED[name] && stages.includes(STAGE_OF[name]));
const SWITCHES = names.filter((name) => !OFFERED[name]);
const MAIN = ["temperature", "top_k", "top_p", "min_p"], PENALTIES = of("penalties", "no_repeat_ngram", "dry");

/** The names of the settings by where they stand. */
export const GROUPS = {
  main: MAIN,
  penalties: PENALTIES,
  more: names.filter((name) => name !== "greedy" && !MAIN.includes(name) && !PENALTIES.includes(name)),
};

/** Every setting under a preset. */
export const preset = (name) => Object.fromEntries(names.map((one) => [one, PRESETS[name][one] ?? DEFAULTS[one]]));

/** The preset that the settings are, or "". */
export function presetOf(settings) {
  return Object.keys(PRESETS).find((name) => Object.entries(preset(name)).every(([one, value]) => settings[one] === value)) ?? "";
}

/** What a letter's settings are at first: each by its name, and `order`, an engine or ALL. */
export const first = (letter) => ({ ...preset(START[letter]), order: ENGINES[0] });

/** Settings for the controls: what no slider reaches goes to its end. */
export function reachable(params) {
  const fit = (name) => {
    const value = params[name] ?? DEFAULTS[name];
    return OFFERED[name] ? Math.min(Math.max(value, OFFERED[name][0]), OFFERED[name][1]) : value;
  };
  return { ...Object.fromEntries(names.map((name) => [name, fit(name)])), order: params.order == null ? ALL : ENGINES.includes(params.order) ? params.order : ENGINES[0] };
}

/** The params of one draw under a letter's settings: those that change something. */
export function paramsOf(settings) {
  const params = { ...settings, order: settings.order === ALL ? null : settings.order };
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => value !== DEFAULTS[name]));
}

/** A setting as a control of controls.js, at its initial value of a letter. */
export function controlFor(name, letter) {
  const told = { name, label: say(`setting.${name}`), help: say(`control.${name}.help`), value: first(letter)[name] };
  return offeredControl(told);
}
