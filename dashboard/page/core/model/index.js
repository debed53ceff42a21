// The model in the page: `const model = await Amostra.model.load()`, which works from file:// too.
// A server that sends a Content-Security-Policy has to allow `worker-src blob:`.

import { WORKER } from "./program.js"; // worker.js and what it needs as one text, written by dashboard/page/scripts.py

const HERE = globalThis.document?.currentScript?.src; // the weights' files lie beside this script
const loaded = new Map();
const AHEAD = 3; // turns of a text that are asked for at a time: the model does not wait while the page draws

/**
 * A model, loaded once however often it is asked for.
 * @param {string} name a folder of core/weights
 * @param {Object} [how]
 * @param {(share: number) => void} [how.progress] told how much has come, from 0 to 1; from a disk only that all has
 * @returns {Promise<Model>}
 */
export function load(name = "embedded", { progress = () => {} } = {}) {
  if (!loaded.has(name)) {
    const model = opened(name, progress);
    model.catch(() => loaded.delete(name)); // another try may find the file
    loaded.set(name, model);
  }
  return loaded.get(name);
}

async function opened(name, progress) {
  const address = new URL(`model_${name}.js`, HERE).href;
  const text = await (address.startsWith("file:") ? asScript(address, name) : fetched(address, progress));
  const model = new Model();
  Object.assign(model, await model.ask("open", text));
  progress(1);
  return model;
}

/** From a disk a page may run a script, and not read it. */
function asScript(address, name) {
  return new Promise((found, lost) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => {
      const { packed } = globalThis.Amostra;
      found(packed[name]);
      delete packed[name];
      script.remove();
    };
    script.onerror = () => lost(new Error(`${address} cannot be read`));
    document.head.append(script);
  });
}

/** The same script as a text. */
async function fetched(address, progress) {
  const answer = await fetch(address), chunks = [];
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const total = Number(answer.headers.get("content-length")); // gzip finds nothing more to save in it
  let many = 0;
  for (const reader = answer.body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    if (total) progress(Math.min(1, (many += value.length) / total));
  }
  const file = new TextDecoder("utf-16le").decode(await new Blob(chunks).arrayBuffer());
  return file.split('"').at(-2); // what stands between the last two quotes
}

/** A model in a thread of its own: every answer is a promise, and the page never stops. */
class Model {
  #worker = new Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
  #asked = new Map();
  #last = 0;

  constructor() {
    this.#worker.onmessage = ({ data: { id, value, error } }) => {
      const { answer, refuse } = this.#asked.get(id);
      this.#asked.delete(id);
      if (error) refuse(Object.assign(new Error(error.message), error));
      else answer(value);
    };
    this.#worker.onerror = ({ message }) => {
      for (const { refuse } of this.#asked.values()) refuse(new Error(message || "the worker did not start"));
      this.#asked.clear();
    };
  }

  /** What a method of `LanguageModel`, or of worker.js, answers. */
  ask(method, ...args) {
    const id = ++this.#last;
    return new Promise((answer, refuse) => {
      this.#asked.set(id, { answer, refuse });
      this.#worker.postMessage({ id, method, args });
    });
  }

  /** @returns {Promise<number[]>} */
  encode(text) {
    return this.ask("encode", text);
  }

  /** @returns {Promise<string>} */
  decode(ids) {
    return this.ask("decode", ids);
  }

  /** @returns {Promise<Float32Array>} (V,): after the last of the ids */
  logits(ids) {
    return this.ask("nextLogits", ids);
  }

  /** As `LanguageModel.inspect`. @returns {Promise<Trace>} */
  inspect(ids, how) {
    return this.ask("inspect", ids, how);
  }

  /** What the function of this name in experiments/ makes of the model and of plain data. */
  experiment(name, ...given) {
    return this.ask("experiment", name, ...given);
  }

  /** As `LanguageModel.lens`. */
  lens(ids, how) {
    return this.ask("lens", ids, how);
  }

  /**
   * One continuation, step by step; arguments as `generateRows` of generation.js. Leaving the loop ends it.
   * @returns {AsyncIterator<Step>}
   */
  async *generate(prompt, params = {}, { seed, forced, ...how } = {}) {
    for await (const [step] of this.generateRows(prompt, [{ params, seed, forced }], how)) yield step;
  }

  /** Several continuations in step. @returns {AsyncIterator<(Step | null)[]>} */
  async *generateRows(prompt, rows, how = {}) {
    const number = ++this.#last, coming = [];
    const ask = () => {
      const turn = this.ask("next", number);
      turn.catch(() => {}); // who awaits it hears of it
      coming.push(turn);
    };
    try {
      await this.ask("start", number, prompt, rows, how);
      for (let i = 0; i < AHEAD; i++) ask();
      for (;;) {
        const { done, value } = await coming.shift();
        if (done) return;
        ask();
        yield value;
      }
    } finally {
      this.ask("end", number);
    }
  }
}
