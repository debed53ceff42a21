// A generation as a file: JSON as core/runs.py writes and reads it, and CSV with one line per step.
import { samplingParams } from "../../core/params.js";
import { csv } from "../../csv.js";

const FORMAT = "amostra generation", VERSION = 1;
const COLUMNS = ["index", "token_id", "token", "text", "finish", "forced", "temperature", "prob_before", "prob_after", "rank",
  "entropy_before", "entropy_after", "kept"];
const ENDS = { min_new_tokens: 0, stop_token_ids: [], ignore_eos: false, include_stop_str_in_output: false };
const MOST_ROWS = 64;

/** A file that is no generation: the place in it, and what is wrong there. */
export class RunFileError extends Error {
  constructor(where, fault) {
    super(fault);
    const short = (text, most) => (text.length > most ? `${text.slice(0, most)}…` : text);
    Object.assign(this, { name: "RunFileError", where: short(where, 80), fault: short(fault, 300) });
  }
}

/** @param {Run} run @returns {string} */
export function toJSON(run) {
  const data = { format: FORMAT, version: VERSION };
  for (const name of ["model", "prompt", "max_new_tokens", "stop", "alternatives"]) data[name] = run[name];
  for (const [name, off] of Object.entries(ENDS)) if (String(run[name]) !== String(off)) data[name] = run[name];
  data.rows = run.rows.map(({ params, seed, schedule, forced }) => (
    { params: finite(params), seed: String(seed), schedule: schedule && finite(schedule), forced }));
  data.steps = run.steps.map((steps) => steps.map(stepOut));
  return `${JSON.stringify(data).replace('"format":', '"format": ').replace(/"seed":"(\d+)"/g, '"seed":$1')}\n`;
}

const alternativeOut = ({ token_id, text, prob_before, prob_after }) => [token_id, text, prob_before, prob_after];
const stepOut = (step) => ({
  ...finite(Object.fromEntries(COLUMNS.map((name) => [name, step[name]]))),
  top_before: step.top_before.map(alternativeOut), top_after: step.top_after.map(alternativeOut),
});

/** The same with infinities as words, which JSON has not. */
const worded = (value) => (value === Infinity ? "inf" : value === -Infinity ? "-inf" : Array.isArray(value) ? value.map(worded) : value);
const finite = (record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, worded(value)]));

const infinite = (value) => (value === "inf" ? Infinity : value === "-inf" ? -Infinity : Array.isArray(value) ? value.map(infinite) : value);

/**
 * Read what `toJSON` or `GenerationRun.to_json` wrote.
 * @param {string} source
 * @returns {Run}
 * @throws {RunFileError}
 */
export function fromJSON(source) {
  let data;
  try {
    data = JSON.parse(source.replace(/^\ufeff/, "").replace(/("seed":\s*)(\d{16,})/g, '$1"$2"'));  // whole, however large
  } catch (error) {
    throw new RunFileError("", `not JSON (${error.message})`);
  }
  const { format, version, ...rest } = isRecord(data) ? data : {};
  if (format !== FORMAT) throw new RunFileError("format", `must be '${FORMAT}'`);
  if (version !== VERSION) throw new RunFileError("version", `must be ${VERSION}; got ${JSON.stringify(version)}`);
  const run = RUN("", { ...ENDS, ...rest });
  if (run.steps.length && run.steps.length !== run.rows.length) fail("steps", `one list per row: ${run.rows.length}`, run.steps.length);
  if (run.rows.length > MOST_ROWS) fail("rows", `at most ${MOST_ROWS} here`, run.rows.length);
  run.steps.forEach((steps, r) => steps.forEach((step, t) => step.index === t || fail(`steps[${r}][${t}].index`, t, step.index)));
  if (typeof run.prompt !== "string" && run.steps.flat().some(({ token_id }) => token_id === null)) {
    throw new RunFileError("prompt", "must be text where the steps have no token ids");
  }
  return run.steps.length ? run : { ...run, steps: run.rows.map(() => []) };
}

const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

function fail(where, accepted, value) {
  throw new RunFileError(where, `must be ${accepted}; got ${String(JSON.stringify(value)).slice(0, 60)}`);
}

// Checks take where a value stands, and the value; as core/file_checks.py.
const when = (is, accepted) => (where, value) => (is(value) ? value : fail(where, accepted, value));
const whole = when((value) => Number.isSafeInteger(value) && value >= 0, "a whole number >= 0");
const count = when((value) => Number.isSafeInteger(value) && value >= 1, "a whole number >= 1");
const text = when((value) => typeof value === "string", "a string");
const flag = when((value) => typeof value === "boolean", "true or false");
const probability = when((value) => typeof value === "number" && value >= 0 && value <= 1.000001, "a number in [0, 1]");
const positive = when((value) => typeof value === "number" && value >= 0, "a number >= 0");
const temperature = (where, value) => positive(where, infinite(value));
const optional = (check) => (where, value) => (value === null ? null : check(where, value));
const oneOf = (choices) => when((value) => choices.includes(value), `one of ${choices.join(", ")}`);

function seed(where, value) {
  if (typeof value === "number") return whole(where, value);
  const large = typeof value === "string" && /^\d{1,39}$/.test(value) ? BigInt(value) : -1n;
  return large >= 0n && large < 2n ** 128n ? large : fail(where, "a whole number >= 0 and < 2**128", value);
}

const items = (check, least = 0) => (where, value) => {
  if (!Array.isArray(value) || value.length < least) fail(where, `a list of ${least} or more`, value);
  return value.map((one, i) => check(`${where}[${i}]`, one));
};

const record = (checks) => (where, value) => {
  if (!isRecord(value)) fail(where, "a record", value);
  const at = (name) => (where ? `${where}.${name}` : name);
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) throw new RunFileError(at(unknown), "not known");
  const missing = Object.keys(checks).find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw new RunFileError(at(missing), "missing");
  return Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, check(at(name), value[name])]));
};

function params(where, value) {
  if (!isRecord(value)) fail(where, "a record", value);
  const given = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, infinite(one)]));
  try {
    samplingParams(given);
  } catch ({ argument, accepted }) {
    throw new RunFileError(`${where}.${argument}`, `must be ${accepted}`);
  }
  return given;
}

function alternative(where, value) {
  if (!Array.isArray(value) || value.length !== 4) fail(where, "[token id, text, probability before, probability after]", value);
  const checks = [optional(whole), text, probability, optional(probability)];
  const [token_id, shown, prob_before, prob_after] = checks.map((check, i) => check(`${where}[${i}]`, value[i]));
  return { token_id, text: shown, prob_before, prob_after };
}

const SCHEDULE = record({ start: temperature, end: temperature, steps: whole, shape: text });
const ROW = record({ params, seed, schedule: optional(SCHEDULE), forced: items(whole) });
/** A step as a file has it. */
export const STEP = record({
  index: whole, token_id: optional(whole), token: text, text, finish: optional(oneOf(["stop", "length", "end"])), forced: flag,
  temperature: optional(temperature), prob_before: optional(probability), prob_after: optional(probability), rank: optional(count),
  entropy_before: optional(positive), entropy_after: optional(positive), kept: optional(count),
  top_before: items(alternative), top_after: items(alternative),
});
const RUN = record({
  model: text, prompt: (where, value) => (typeof value === "string" ? value : items(whole)(where, value)), rows: items(ROW, 1),
  max_new_tokens: count, stop: items(text), alternatives: whole, steps: items(items(STEP)), min_new_tokens: whole,
  stop_token_ids: items(whole), ignore_eos: flag, include_stop_str_in_output: flag,
});

/** One line per step, its row first. As `GenerationRun.to_csv`. */
export function toCSV(run, decimal) {
  const lines = run.steps.flatMap((steps, r) => steps.map((step) => [r, ...COLUMNS.map((name) => step[name])]));
  return csv([["row", ...COLUMNS], ...lines], decimal);
}
