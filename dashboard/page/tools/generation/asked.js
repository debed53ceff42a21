// What the controls ask for, and the page's address, which says all of it: gen.<name>, gen.b.<name> of another letter.
import { PAGE } from "../models.js";
import { numberFrom, settingFrom, switchFrom } from "../values.js";
import { ALL, ENGINES, EXAMPLES, first, LETTERS } from "./settings.js";

export const MODES = ["one", "compare", "best", "grid"];
const FITS = 8000;  // characters: servers refuse addresses much longer
export const MOST = { tokens: 1000, given: 50_000, least: 200, rows: 8, prompt: 20_000, stop: 1000, model: 200, temperature: 2, seed: 2 ** 53 - 1 };

/**
 * @typedef {Object} Asked
 * @property {string} mode one of MODES
 * @property {string} model what writes, as `models.js` has it
 * @property {string} prompt
 * @property {number} tokens at most so many new ones
 * @property {number} seed
 * @property {string} stop as typed
 * @property {number} least new tokens before the text may end
 * @property {boolean} ignore_eos
 * @property {boolean} show_stop
 * @property {number} n texts, of the best of N
 * @property {number[]} ends the two temperatures of the grid
 * @property {Object<string, Object>} settings by letter
 * @property {number[][]} branch ids that come first, of one text or of several side by side; [] for none
 * @property {number | null} after how many tokens come after those of `branch`; null for what `tokens` leaves
 * @property {boolean} go whether the link writes when it is opened
 */

/** What is asked for at first. @returns {Asked} */
export const initial = () => ({
  mode: "one", model: PAGE, prompt: EXAMPLES.unicorn, tokens: 60, seed: 7, stop: "", least: 0, ignore_eos: false, show_stop: false, n: 4,
  ends: [0.3, 1.2], settings: Object.fromEntries(LETTERS.map((letter) => [letter, first(letter)])), branch: [], after: null, go: false,
});

/** Each reads the values of one name: the value, or undefined for what is none. */
const alone = (read) => (values) => (values.length === 1 ? read(values[0]) : undefined);
const whole = (low, high) => alone((text) => numberFrom(text, low, high, true));
const switched = alone(switchFrom);
const text = (most) => alone((given) => (given.length <= most ? given : undefined));

function range(values) {
  const ends = values.map((value) => numberFrom(value, 0, MOST.temperature));
  return ends.length === 2 && ends.every((end) => end !== undefined) && ends[0] <= ends[1] ? ends : undefined;
}

/** Ids with dots between them, and a comma between two texts. */
function branches(values) {
  const found = values.length === 1 ? values[0].split(",").map((one) => one.split(".").map((id) => numberFrom(id, 0, 2 ** 31, true))) : [];
  const good = found.length && found.length <= MOST.rows && found.every((ids) => ids.length <= MOST.given && !ids.includes(undefined));
  return good ? found : undefined;
}

const READ = {
  tokens: whole(1, MOST.tokens), seed: whole(0, MOST.seed), stop: text(MOST.stop), least: whole(0, MOST.least), ignore_eos: switched,
  show_stop: switched, n: whole(2, MOST.rows), ends: range, prompt: text(MOST.prompt), branch: branches, after: whole(0, MOST.tokens), go: switched,
  model: text(MOST.model),
};

function setting(name) {
  if (name === "order") return alone((given) => ([...ENGINES, ALL].includes(given) ? given : undefined));
  return alone((text) => settingFrom(name, text));
}

const key = (name, letter = "a") => (letter === "a" ? `gen.${name}` : `gen.${letter}.${name}`);

/**
 * What an address asks for. A value that is none is left out, and told.
 * @param {URLSearchParams} given
 * @param {{mode: Object<string, string>, model: Object<string, string>}} called what a link may call a mode, or the page's model
 * @returns {{asked: Asked, bad: {name: string, value: string}[]}}
 */
export function fromAddress(given, called) {
  const asked = initial(), bad = [];
  const take = (name, read, put) => {
    if (!given.has(name)) return;
    const values = given.getAll(name), value = read(values);
    if (value === undefined) bad.push({ name, value: values.join(", ") });
    else put(value);
  };
  take("gen.mode", alone((one) => (Object.hasOwn(called.mode, one) ? called.mode[one] : undefined)), (mode) => { asked.mode = mode; });
  for (const [name, read] of Object.entries(READ)) take(key(name), read, (value) => { asked[name] = value; });
  if (Object.hasOwn(called.model, asked.model)) asked.model = called.model[asked.model];
  for (const letter of LETTERS) {
    for (const name of Object.keys(asked.settings[letter])) {
      take(key(name, letter), setting(name), (value) => { asked.settings[letter][name] = value; });
    }
  }
  return { asked, bad };
}

/** The address with all of it: only what is not as at first is written. @returns {URL} */
export function addressOf(asked, from) {
  const url = new URL(from), start = initial();
  const put = (name, value, off, texts) => {
    url.searchParams.delete(name);
    if (String(value) !== String(off)) for (const text of texts) url.searchParams.append(name, text);
  };
  put("gen.mode", asked.mode, start.mode, [asked.mode]);
  for (const name of Object.keys(READ)) {
    const value = asked[name], texts = name === "branch" ? [value.map((ids) => ids.join(".")).join(",")] : [value].flat();
    put(key(name), value, start[name], texts);
  }
  for (const letter of LETTERS) {
    for (const [name, value] of Object.entries(asked.settings[letter])) put(key(name, letter), value, start.settings[letter][name], [value]);
  }
  return url;
}

/** The address, without the prompt and the given tokens where with them it would be too long. @returns {{url: URL, whole: boolean}} */
export function fitting(asked, from) {
  const whole = addressOf(asked, "https://a/").search.length <= FITS;
  return { whole, url: addressOf(whole ? asked : { ...asked, prompt: initial().prompt, branch: [], after: null }, from) };
}
