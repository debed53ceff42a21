// A generation: what was asked and what came, with the fields of core.runs.GenerationRun; and the ones that go on from it.
import { lengthNormalised, likelihood } from "../../core/scores.js";
import { DEFAULTS } from "../../core/params.js";
import { chosenFor } from "../models.js";
import { LETTERS, paramsOf, reachable } from "./settings.js";
import { stopSequences, typed } from "./stops.js";
import { initial, MOST } from "./asked.js";

export const ALTERNATIVES = 8;  // candidates listed per token
const SCORES = { length_normalised: lengthNormalised, likelihood };

/**
 * @typedef {Object} Run
 * @property {string} model
 * @property {string | number[]} prompt
 * @property {{params: Object, seed: number | bigint, schedule: Object | null, forced: number[]}[]} rows
 * @property {number} max_new_tokens
 * @property {string[]} stop
 * @property {number} alternatives
 * @property {number} min_new_tokens
 * @property {number[]} stop_token_ids
 * @property {boolean} ignore_eos
 * @property {boolean} include_stop_str_in_output
 * @property {Step[][]} steps per row
 */

/** The run that the controls ask for, without steps. @param {Asked} asked @returns {Run} */
export function runOf(asked, model) {
  const rows = rowsOf(asked), given = Math.max(0, ...asked.branch.map((ids) => ids.length));
  const most = given ? given + (asked.after ?? Math.max(0, asked.tokens - given)) : asked.tokens;
  return {
    model, prompt: asked.prompt, rows, max_new_tokens: most, stop: stopSequences(asked.stop), alternatives: ALTERNATIVES,
    min_new_tokens: Math.min(most, asked.least), stop_token_ids: [], ignore_eos: asked.ignore_eos,
    include_stop_str_in_output: asked.show_stop, steps: rows.map(() => []),
  };
}

function rowsOf({ mode, settings, seed, n, ends, branch }) {
  const row = (params, luck, forced = []) => ({ params: paramsOf(params), seed: luck, schedule: null, forced });
  const each = (count, make) => Array.from({ length: count }, (_, i) => make(i));
  if (mode === "compare") return LETTERS.map((letter) => row(settings[letter], seed));
  if (mode === "best") return each(n, (i) => row(settings.a, seed + i));
  if (mode === "grid") return ends.flatMap((temperature) => each(2, (i) => row({ ...settings.a, temperature, greedy: false }, seed + i)));
  return branch.length ? branch.map((forced) => row(settings.a, seed, forced)) : [row(settings.a, seed)];
}

const sorted = (params) => Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));

/** Whether two runs ask for the same, whatever came of them. */
export function asksTheSame(one, other) {
  const rows = ({ rows: all }) => JSON.stringify(all.map(({ params, seed, forced, schedule }) => [sorted(params), String(seed), forced, schedule ?? null]));
  const names = ["prompt", "max_new_tokens", "stop", "min_new_tokens", "ignore_eos", "include_stop_str_in_output"];
  return rows(one) === rows(other) && names.every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]));
}

const several = (rows, of) => new Set(rows.map(of)).size > 1;
const settingsDiffer = ({ rows }) => several(rows, ({ params }) => JSON.stringify(sorted(params)));
const seedsDiffer = ({ rows }) => several(rows, ({ seed }) => String(seed));

/** Whether the texts are draws from one distribution, of which the best can be taken. */
export const ranked = (run) => run.rows.length > 1 && !settingsDiffer(run) && seedsDiffer(run);

/** Whether the probabilities that scores are made of are told; an inference server may keep them. */
export const scorable = (run) => run.steps.every((steps) => steps.every(({ prob_after }) => prob_after !== null));

/** Whether the text of a run, gone on with as asked, would end where it ended: at the same stop sequence, or by the same draw. */
export function endsAgain(run, asked) {
  const [steps] = run.steps, [was] = run.rows, next = runOf(asked, run.model), { finish } = steps.at(-1) ?? {};
  if (finish === "stop") return run.stop.some((one) => next.stop.includes(one));
  const draw = ({ params, seed }) => JSON.stringify([sorted(params), String(seed)]);
  return finish === "end" && !asked.ignore_eos && asked.least < steps.length && draw(next.rows[0]) === draw(was);
}

/** The mode of the page that such a run comes from. */
export function modeOf(run) {
  if (ranked(run)) return "best";
  if (settingsDiffer(run)) return seedsDiffer(run) ? "grid" : "compare";
  return "one";
}

/** What tells the texts apart: by settings, by seeds, by both, or by the token where they part. */
export function differences(run) {
  return { settings: settingsDiffer(run), seeds: seedsDiffer(run) };
}

/** The first place where two texts of one run have different tokens given, or −1. */
export function parting({ rows: [one, other] }) {
  return other ? one.forced.findIndex((id, t) => id !== other.forced[t]) : -1;
}

/** What the controls stand at for a run: those of `asked` where the run says nothing. @returns {Asked} */
export function askedBy(run, asked) {
  const mode = modeOf(run), taus = run.rows.map(({ params }) => params.temperature ?? DEFAULTS.temperature);
  const given = mode === "one" && run.rows.some(({ forced }) => forced.length) ? run.rows.map(({ forced }) => [...forced]) : [];
  const longest = Math.max(0, ...given.map((ids) => ids.length));
  const settings = { ...asked.settings };
  if (mode === "compare") LETTERS.slice(0, run.rows.length).forEach((letter, i) => { settings[letter] = reachable(run.rows[i].params); });
  else settings.a = reachable(run.rows[0].params);
  return {
    ...initial(), ...asked, mode, model: chosenFor(run.model, asked.model), settings, go: false,
    prompt: typeof run.prompt === "string" ? run.prompt : asked.prompt,
    tokens: given.length ? asked.tokens : Math.min(run.max_new_tokens, MOST.tokens),
    seed: Number(run.rows[0].seed) > MOST.seed ? MOST.seed : Number(run.rows[0].seed),
    stop: typed(run.stop), least: Math.min(run.min_new_tokens, MOST.least), ignore_eos: run.ignore_eos, show_stop: run.include_stop_str_in_output,
    n: mode === "best" ? Math.min(run.rows.length, MOST.rows) : asked.n,
    ends: mode === "grid" ? [Math.min(...taus), Math.max(...taus)].map((tau) => Math.min(tau, MOST.temperature)) : asked.ends,
    branch: given, after: given.length ? Math.min(Math.max(0, run.max_new_tokens - longest), MOST.tokens) : null,
  };
}

export const idsOf = (steps) => steps.map(({ token_id }) => token_id);

/** The text of the steps of a row. */
export const textOf = (steps) => steps.map(({ text }) => text).join("");

/** A run of one prompt with these ids given, a list per text, and `after` tokens more; settings and seed of row r. */
export function given(run, r, branch, after) {
  const rows = branch.map((forced) => ({ ...run.rows[r], forced, schedule: null })), longest = Math.max(...branch.map((ids) => ids.length));
  return { ...run, rows, max_new_tokens: Math.max(1, longest + after), steps: rows.map(() => []) };
}

/** Text r up to step t and a word more, for a model that tells no ids: what it wrote becomes part of the prompt. */
export function inWords(run, r, t, word) {
  const prompt = run.prompt + textOf(run.steps[r].slice(0, t)) + word;
  return { ...run, prompt, rows: [{ ...run.rows[r], forced: [] }], max_new_tokens: Math.max(1, left(run, t + 1)), steps: [[]] };
}

/** The run of the step that comes after the first text of a run, whatever would have ended it. @returns {Run} */
export function oneMore(run) {
  const [steps] = run.steps, told = knownIds(steps), forced = told ? idsOf(steps) : [];
  const prompt = told ? run.prompt : run.prompt + textOf(steps);
  return { ...run, prompt, rows: [{ ...run.rows[0], forced }], max_new_tokens: forced.length + 1, min_new_tokens: 0, stop: [], steps: [[]] };
}

/** What a class may choose at a step: the model's favourites in alphabetical order, so that their places tell nothing. */
export function ballot(step, most) {
  const key = ({ text }) => [text.trim().toLowerCase(), text];
  return step.top_before.slice(0, most).sort((one, other) => (String(key(one)) < String(key(other)) ? -1 : 1));
}

/** Whether the ids of a text are told. */
export const knownIds = (steps) => steps.every(({ token_id }) => token_id !== null);

/** How many tokens the text of a run would still have after `t` of them. */
export const left = (run, t) => Math.max(0, run.max_new_tokens - t);

/** The texts' scores: log-probabilities, in nats. */
export const scores = (run, name) => run.steps.map((steps) => SCORES[name](steps.map(({ prob_after }) => prob_after)));
export const SCORED = Object.keys(SCORES);

/** Whether every text has come to its end. */
export const ended = (run) => run.steps.every((steps) => steps.length && steps.at(-1).finish);

/** The row with the highest score, the first among equals. */
export function best(run, name) {
  const all = scores(run, name);
  return all.indexOf(Math.max(...all));
}

/** What could have come at a step: the likeliest before and after the chain, and the token itself, by falling probability. */
export function candidatesOf(step) {
  const own = { token_id: step.token_id, text: step.token, prob_before: step.prob_before ?? 0, prob_after: step.prob_after };
  const found = new Map([...step.top_before, ...step.top_after, own].map((one) => [`${one.token_id} ${one.text}`, one]));
  return [...found.values()].sort((one, other) => other.prob_before - one.prob_before);
}
