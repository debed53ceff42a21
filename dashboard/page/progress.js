// What a reader did, kept in his browser and nowhere else, the same in both languages and on both surfaces of one address.
const KEY = "amostra.progress", VERSION = 1, LONGEST = 200;
export const STEPS = 4;  // an exercise at the last of them does not come back
const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;  // of a lesson, a section, an exercise
const memory = (globalThis.Amostra ??= {}).memory ??= { kept: null };  // where the browser keeps nothing: until the page is left, one for all scripts

/**
 * @typedef {import("./spacing.js").Done} Done
 * @typedef {Object} Lesson
 * @property {Object<string, string>} bets option by bet
 * @property {Object<string, Done>} done last answer by exercise
 * @property {string[]} read the sections read to their end
 * @property {string} last the section where the reader was last; "" before the first
 * @property {number} seen when that was, ms since 1970
 * @property {Object<string, number>} sections what the lesson has: the length of each section, as last seen
 * @property {string[]} exercises what the lesson has, as last seen
 * @typedef {{ version: 1, lessons: Object<string, Lesson> }} Progress
 */

/** What is not the progress of a reader. `reason`: "unreadable", "foreign" or "newer". */
export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** @returns {Progress} */
export function progress() {
  if (memory.kept) return memory.kept;
  try { return parsed(localStorage.getItem(KEY), Date.now()); } catch { return nothing(); }  // a private window, or what another program wrote there
}

const nothing = () => ({ version: VERSION, lessons: {} });

/**
 * What was done in a lesson; `change` may alter it, and then it is kept.
 * @param {string} slug
 * @param {(lesson: Lesson) => void} [change]
 * @returns {Lesson}
 */
export function ofLesson(slug, change) {
  const all = progress(), one = all.lessons[slug] ?? lesson({});
  if (!change) return one;
  change(one);
  all.lessons[slug] = one;
  keep(all);
  return one;
}

/** Keep this progress in the place of what was kept. */
export function keep(all) {
  memory.kept = all;
  try {
    if (reasonAgainst(localStorage.getItem(KEY)) === "newer") throw new Refused("newer");  // a later version's is not written over
    localStorage.setItem(KEY, JSON.stringify(all));
    memory.kept = null;
  } catch { /* kept in memory */ }
  changed();
}

/** Forget everything. */
export function clear() {
  memory.kept = null;
  try { localStorage.removeItem(KEY); } catch { memory.kept = nothing(); }
  changed();
}

/** Whether what is done now will still be there when the page was left. */
export function keeps() {
  try {
    localStorage.setItem(`${KEY}.probe`, "1");
    localStorage.removeItem(`${KEY}.probe`);
    return memory.kept === null;
  } catch { return false; }
}

/** Everything on the page that shows progress listens to this. */
export const CHANGED = "amostra-progress";
function changed() { globalThis.dispatchEvent?.(new Event(CHANGED)); }

/** The part of a lesson still to be read, between 0 and 1, by the length of its sections. */
export function left({ read, sections }) {
  const lengths = Object.values(sections), whole = lengths.reduce((a, b) => a + b, 0);
  if (!whole) return read.length ? 0 : 1;
  return Object.entries(sections).reduce((rest, [id, length]) => rest + (read.includes(id) ? 0 : length), 0) / whole;
}

/** The exercises of a lesson whose last answer is not a right one. */
export const missing = ({ exercises, done }) => exercises.filter((id) => !done[id]?.right);

/** A lesson is done when its last section was read to the end and every exercise's last answer is right. */
export function complete(one) {
  const last = Object.keys(one?.sections ?? {}).at(-1);
  return last !== undefined && one.read.includes(last) && !missing(one).length;
}

// Files -----------------------------------------------------------------------------------------------------------------

/** The progress as the text of a file. */
export const written = (all) => `${JSON.stringify(all, null, 1)}\n`;

/**
 * Progress out of a file, or out of the browser.
 * @param {string} text
 * @param {number} now ms: what a clock that is ahead has written counts as done now
 * @returns {Progress}
 * @throws {Refused}
 */
export function parsed(text, now) {
  const value = json(text);
  if (!isObject(value) || !Number.isInteger(value.version)) throw new Refused("foreign");
  if (value.version > VERSION) throw new Refused("newer");
  if (value.version !== VERSION) throw new Refused("foreign");
  return { version: VERSION, lessons: record((one) => lesson(one, now))(value.lessons) };
}

function reasonAgainst(text) {
  try { parsed(text, 0); } catch ({ reason }) { return reason; }
  return undefined;
}

function json(text) {
  try { return JSON.parse(text); } catch { throw new Refused("unreadable"); }
}

/** What two browsers know, together: all that was read and bet, and of each exercise the later answer. Where both bet, mine stays. */
export function merged(mine, theirs) {
  const lessons = { ...mine.lessons };
  for (const [slug, other] of Object.entries(theirs.lessons)) lessons[slug] = lessons[slug] ? mergedLesson(lessons[slug], other) : other;
  return { version: VERSION, lessons };
}

function mergedLesson(mine, theirs) {
  const done = { ...mine.done };
  for (const [id, other] of Object.entries(theirs.done)) if (!done[id] || other.when > done[id].when) done[id] = other;
  const { last, seen, sections, exercises } = theirs.seen > mine.seen ? theirs : mine;
  return { bets: { ...theirs.bets, ...mine.bets }, done, read: [...new Set([...mine.read, ...theirs.read])], last, seen, sections, exercises };
}

// The shape: what is missing is filled in, what is of another kind is refused ---------------------------------------------

function need(holds) { if (!holds) throw new Refused("foreign"); }
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const name = (value) => { need(typeof value === "string" && NAME.test(value) && !(value in {})); return value; };
const text = (value) => { need(typeof value === "string" && value.length <= LONGEST); return value; };
const amount = (value) => { need(Number.isFinite(value) && value >= 0); return value; };
const names = (value) => { need(Array.isArray(value)); return [...new Set(value.map(name))]; };

const record = (each) => (value) => {
  need(isObject(value));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [name(key), each(one)]));
};

function lesson(value, now = Infinity) {
  need(isObject(value));
  const { bets = {}, done = {}, read = [], last = "", seen = 0, sections = {}, exercises = [] } = value;
  return {
    bets: record(text)(bets), done: record((one) => exercise(one, now))(done), read: names(read), last: last === "" ? "" : name(last),
    seen: Math.min(amount(seen), now), sections: record(amount)(sections), exercises: names(exercises),
  };
}

function exercise(value, now) {
  need(isObject(value) && typeof value.right === "boolean");
  const { answer, right, when, step = 1 } = value;
  need(Number.isInteger(step) && step >= 0 && step <= STEPS);
  return { answer: text(answer), right, when: Math.min(amount(when), now), step: right ? Math.max(step, 1) : 0 };
}
