// The lab in the page's address: the names and values that its links have always had. Only what differs is written.
import { ENGINES } from "./chains.js";
import { COUNTS } from "./draws.js";
import { CLASSIC, OPENING, preset } from "./presets.js";
import { LONGEST } from "./read.js";
import { PAGE } from "../models.js";
import { numberFrom, switchFrom } from "../values.js";
import { FIRST, ORDERED, settingFrom } from "./settings.js";

const SEEDS = 2 ** 53 - 1;  // the largest: beyond it a browser's whole numbers have gaps
const PROMPT = 2000;  // characters
const FITS = 8000;  // characters of logits in a link: servers refuse addresses much longer
const OWN = ["temperature", "top_k", "top_p", "min_p"];  // an order of one's own that a link does not spell out
const MODEL = 200;  // characters of a model's name
const ASKED = "O céu hoje está";

const one = (choices) => (text) => choices.find((choice) => String(choice) === text);
const text = (most) => (given) => given.length <= most ? given : undefined;

const NAMES = {
  logits: text(LONGEST), prompt: text(PROMPT), so_far: text(PROMPT), from_prompt: switchFrom, model: text(MODEL),
  chain_a: one(ENGINES), chain_b: one(ENGINES), own_a: switchFrom, own_b: switchFrom,
  n: one(COUNTS), seed: (given) => numberFrom(given, 0, SEEDS, true),
  ...Object.fromEntries(Object.keys(FIRST).map((name) => [name, (given) => settingFrom(name, given)])),
};

const orders = (values) => {
  const list = values.length === 1 && values[0] === "" ? [] : values;
  return new Set(list).size === list.length && list.every((stage) => ORDERED.includes(stage)) ? list : undefined;
};

/**
 * What the address asks for, and what of it cannot be.
 * @param {URLSearchParams} address
 * @returns {{state: Object, bad: {name: string, value: string}[]}}
 */
export function fromAddress(address) {
  const found = {}, bad = [];
  const check = (name, take) => {
    if (!address.has(name)) return;
    const values = address.getAll(name), value = take(values);
    if (value === undefined) bad.push({ name, value: values.join(", ") });
    else found[name] = value;
  };
  for (const [name, take] of Object.entries(NAMES)) check(name, (values) => values.length === 1 ? take(values[0]) : undefined);
  for (const name of ["order_a", "order_b"]) check(name, orders);
  const chain = (letter, engine) => ({ engine: found[`chain_${letter}`] ?? engine, own: found[`own_${letter}`] ? found[`order_${letter}`] ?? OWN : null });
  const state = {
    text: found.logits ?? preset(Object.keys(found).length ? CLASSIC : OPENING),
    fromPrompt: found.from_prompt ?? false, model: found.model || PAGE, prompt: found.prompt ?? ASKED, soFar: found.so_far ?? "",
    settings: Object.fromEntries(Object.entries(FIRST).map(([name, value]) => [name, found[name] ?? value])),
    a: chain("a", "transformers"), b: chain("b", "llama.cpp"), n: found.n ?? 100, seed: found.seed ?? 7,
  };
  return { state, bad };
}

/**
 * The address of a state. @returns {{url: URL, whole: boolean}} `whole`: false where the logits are too many for a link
 */
export function addressOf(state, here) {
  const url = new URL(here), written = [];
  for (const name of [...Object.keys(NAMES), "order_a", "order_b"]) url.searchParams.delete(name);
  const put = (name, value, initial) => { if (value !== initial) written.push([name, value]); };
  put("prompt", state.prompt, ASKED);
  put("so_far", state.soFar, "");
  put("from_prompt", state.fromPrompt, false);
  put("model", state.model, PAGE);
  for (const [name, value] of Object.entries(state.settings)) put(name, value, FIRST[name]);
  for (const [letter, engine] of [["a", "transformers"], ["b", "llama.cpp"]]) {
    const { engine: chosen, own } = state[letter];
    put(`chain_${letter}`, chosen, engine);
    if (!own) continue;
    written.push([`own_${letter}`, true], ...(own.length ? own : [""]).map((stage) => [`order_${letter}`, stage]));
  }
  put("n", state.n, 100);
  put("seed", state.seed, 7);
  const whole = state.text.length <= FITS;
  if (whole && state.text !== preset(written.length ? CLASSIC : OPENING)) written.unshift(["logits", state.text]);
  for (const [name, value] of written) url.searchParams.append(name, value);
  return { url, whole };
}
