// The settings that the lab offers: those of core/params.js that have a slider or a switch, and where they begin.
import { OFFERED } from "../../core/offered.js";
import { DEFAULTS, STAGE_OF, STAGES } from "../../core/params.js";
import { SCOPES } from "../../core/penalties.js";
import { offeredControl, settingFrom as offeredFrom } from "../values.js";

const TEXT = ["penalties", "dry", "no_repeat_ngram"], MEMORY = ["mirostat", "adaptive_p"];
const MAIN = ["temperature", "top_k", "top_p", "min_p"];
const rest = Object.keys(OFFERED).filter((name) => !MAIN.includes(name));
const SCOPED = ["repetition_scope", "frequency_scope"];

/** The names of the settings, by where they stand. */
export const GROUPS = {
  main: MAIN,
  cuts: rest.filter((name) => !TEXT.includes(STAGE_OF[name]) && !MEMORY.includes(STAGE_OF[name])),
  memory: rest.filter((name) => MEMORY.includes(STAGE_OF[name])),
  text: [...rest.filter((name) => TEXT.includes(STAGE_OF[name])), ...SCOPED],
};

/** The stages that have a place in an order of one's own, in the default order. */
export const ORDERED = Object.keys(STAGES).filter((stage) => Object.keys(OFFERED).some((name) => STAGE_OF[name] === stage));

const START = { temperature: 0.5, top_p: 0.8 };  // with logits 3, 2, 1 they show that the order matters

/** What each setting is at first. */
export const FIRST = Object.fromEntries(Object.values(GROUPS).flat().map((name) => [name, START[name] ?? DEFAULTS[name]]));

/** A setting as a control of controls.js. */
export function controlFor(name, say) {
  const told = { name, label: say(`setting.${name}`), help: say(`control.${name}.help`), value: FIRST[name] };
  if (SCOPED.includes(name)) return { ...told, block: "Choice", values: SCOPES, labels: SCOPES.map((scope) => say(`lab.scope.${scope}`)) };
  return offeredControl(told);
}

/** A setting as the address has it; undefined for what it cannot be. */
export function settingFrom(name, text) {
  if (SCOPED.includes(name)) return SCOPES.includes(text) ? text : undefined;
  return offeredFrom(name, text);
}
