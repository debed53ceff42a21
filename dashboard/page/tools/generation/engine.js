// Who writes. An engine: { name, load({ progress }), generateRows(prompt, rows, how), encode(text), logits(ids) }, where a turn of
// generateRows is one step per row (fields of core.Step), null for the rows that are over.
import { model } from "../model.js";

/** The page's own model, in a thread of its own. */
export const pageEngine = {
  name: "embedded",
  load: (how) => model("embedded", how),
  generateRows: async function* (prompt, rows, how) {
    yield* (await model()).generateRows(prompt, rows, how);
  },
  encode: async (text) => (await model()).encode(text),
  logits: async (ids) => (await model()).logits(ids),
};
