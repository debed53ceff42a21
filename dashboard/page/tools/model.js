// The page's model for a tool: its scripts come with the first call.
import { beside } from "../beside.js";

/** `Amostra.model.load(name, how)`, loaded when it is first asked for. */
export async function model(name = "embedded", how = {}) {
  await beside("model.js");
  return globalThis.Amostra.model.load(name, how);
}
