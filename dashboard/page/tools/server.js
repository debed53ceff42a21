// The app's server, which has models that fit no page: what it offers, and questions to them, each in its turn. A site of files has none.
import { address } from "../beside.js";
import { events, watch } from "../room/events.js";
import { language, say } from "../words.js";

const PATIENCE = 45_000;  // ms without a sign of life: the line is lost

/** Whether this page is the app's. */
export const served = () => address("tools.js").includes("/_page/");

/** What the server did not do, in a sentence to show. */
export class ServerError extends Error {
  name = "ServerError";
}

let visitor, models;

/** The models on offer. @returns {Promise<{name: string, parameters?: number, licence?: string, engine?: string}[]>} */
export function offered() {
  models ??= answered("models", {}).then(async (answer) => (await answer.json()).models);
  models.catch(() => { models = undefined; });  // the next one asks again
  return models;
}

/**
 * Ask a model, and hear what becomes of it until it is over.
 * @param {"text" | "logits" | "ids"} what
 * @param {string} question JSON
 * @param {Object} how
 * @param {AbortSignal} how.signal ends it, on the server too
 * @param {(value: Object) => void} [how.steps] hears what was written since the last time
 * @param {(said: string, share: number, since: number) => void} [how.waits] hears where it stands; "" once it is at work, for so many seconds
 * @returns {Promise<Object | undefined>} what was found
 * @throws {ServerError}
 */
export async function ask(what, question, { signal, steps, waits }) {
  const control = new AbortController(), stop = () => control.abort();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  const { alive, rest } = watch(control, PATIENCE);
  let over = false, found, fault;
  const heard = (field) => {
    const name = field("event"), value = name && JSON.parse(field("data"));
    if (name === "state") waits?.(value.said, value.share, value.since);
    else if (name === "steps") steps(value);
    else if (name === "found") found = value;
    else if (name === "fault") fault = value.said;
    over ||= ["over", "fault"].includes(name);
    return over;
  };
  try {
    visitor ??= Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const headers = { "content-type": "application/json", "x-visitor": visitor };
    const answer = await answered(`models/${what}`, { method: "POST", headers, body: question, signal: control.signal });
    await events(answer.body.getReader(), alive, heard).catch(() => {});
  } finally {
    rest();
    signal.removeEventListener("abort", stop);
    control.abort();
  }
  if (!over || fault) throw new ServerError(fault ?? say("server.lost"));
  return found;
}

async function answered(path, { headers, ...how }) {
  const lang = { "accept-language": language() };
  const answer = await fetch(new URL(`../${path}`, address("tools.js")), { cache: "no-store", headers: { ...lang, ...headers }, ...how }).catch(() => null);
  if (answer?.ok) return answer;
  const told = await answer?.json().catch(() => null);
  throw new ServerError(told?.said ?? say("server.lost"));
}

/** Numbers as the server packs them: 32-bit floats in base64. @returns {Float32Array} */
export const unpacked = (text) => new Float32Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
