// Who writes. An engine: { name, load({ progress }), generateRows(prompt, rows, how), encode(text), place(run, r, t) }. A turn of
// generateRows has a step for a row or none (fields of core.Step); `how` also has { signal, waits }, which a server needs.
import { model } from "../model.js";
import { calledThere, PAGE } from "../models.js";
import { ask, unpacked } from "../server.js";
import { STEP, toJSON } from "./files.js";
import { idsOf } from "./run.js";

/** The page's own model, in a thread of its own. */
const pageEngine = {
  name: PAGE,
  load: (how) => model("embedded", how),
  generateRows: async function* (prompt, rows, { signal, waits, ...how }) {
    yield* (await model()).generateRows(prompt, rows, how);
  },
  encode: async (text) => (await model()).encode(text),
  place: async (run, r, t) => {
    const own = await model(), read = typeof run.prompt === "string" ? await own.encode(run.prompt) : run.prompt;
    const prompt = read.length ? read : [own.eos_token_id], output = idsOf(run.steps[r].slice(0, t)), ids = [...prompt, ...output];
    if (ids.length > own.context_length) return null;  // the model read on from the half of its context
    return { prompt, output, logits: Array.from(await own.logits(ids)) };
  },
};

/** A model on the app's server, where texts wait for their turn. */
function serverEngine(chosen) {
  const name = calledThere(chosen), stopped = () => new AbortController().signal;
  let looking = new AbortController();
  return {
    name,
    load: async () => {},
    generateRows: (prompt, rows, { signal, waits, ...how }) => written(
      toJSON({ model: name, prompt, ...how, rows: rows.map((row) => ({ ...row, schedule: null })), steps: [] }), rows.length, signal, waits),
    encode: async (text) => (await ask("ids", JSON.stringify({ model: name, text }), { signal: stopped() })).ids,
    place: async (run, r, t) => {
      looking.abort();  // what was looked for before is wanted no more
      looking = new AbortController();
      const output = idsOf(run.steps[r].slice(0, t));
      if (run.steps[r][t].token_id === null) return null;
      const found = await ask("logits", JSON.stringify({ model: name, prompt: run.prompt, output, named: false }), looking);
      return found.logits ? { prompt: found.prompt, output: found.output, logits: Array.from(unpacked(found.logits)) } : null;
    },
  };
}

/** The steps of a run on the server, as they come: turns with one step. */
async function* written(question, many, signal, waits) {
  const come = [];
  let over = false, wake = () => {};
  const steps = (news) => {
    come.push(...news);
    wake();
  };
  const asked = ask("text", question, { signal, waits, steps }).finally(() => {
    over = true;
    wake();
  });
  asked.catch(() => {});  // it is told below
  for (;;) {
    for (const [r, step] of come.splice(0)) yield Array.from({ length: many }, (_, i) => (i === r ? STEP("step", step) : null));
    if (come.length) continue;
    if (over) return void await asked;
    await new Promise((done) => { wake = done; });
  }
}

const engines = new Map([[PAGE, pageEngine]]);

/** The engine of a choice of model. */
export function engineOf(chosen) {
  if (!engines.has(chosen)) engines.set(chosen, serverEngine(chosen));
  return engines.get(chosen);
}
