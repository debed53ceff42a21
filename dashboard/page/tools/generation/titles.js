// What tells the texts of a run apart, in words.
import { DEFAULTS, ignoredOf, samplingParams, STAGE_OF } from "../../core/params.js";
import { OFFERED } from "../../core/offered.js";
import { show } from "../../numbers.js";
import { language, say } from "../../words.js";
import { differences, parting } from "./run.js";
import { alone } from "./written.js";

/** Letters and settings, seeds, both, or the token where two texts part; nothing for a single one. @returns {string[]} */
export function titlesOf(run) {
  const { settings, seeds } = differences(run), t = parting(run);
  return run.rows.map((row, r) => [
    settings && !seeds ? String.fromCharCode(65 + r) : "",
    seeds ? say("generation.title.seed", { seed: String(row.seed) }) : "",
    settings ? summary(row.params) : "",
    !settings && !seeds && t >= 0 ? tokenAt(run, r, t) : "",
  ].filter(Boolean).join(" · "));
}

/** The token of row r at t, as soon as it stands there. */
const tokenAt = (run, r, t) => (run.steps[r][t] ? alone(run.steps[r][t].token) : String.fromCharCode(65 + r));

/** The settings in a line: the temperature, and what else acts. */
export function summary(params) {
  if (params.greedy) return say("stage.greedy");
  const written = (value) => show(value, "short", language());
  const idle = ignoredOf(samplingParams(params)), acts = (name, value) => OFFERED[name] && value !== DEFAULTS[name] && !idle.includes(STAGE_OF[name]);
  const on = Object.entries(params).filter(([name, value]) => name !== "temperature" && acts(name, value));
  return [`τ = ${written(params.temperature ?? DEFAULTS.temperature)}`, ...on.map(([name, value]) => `${say(`setting.${name}`)} ${written(value)}`)].join(" · ");
}
