// Questions one after the other in one room, and what came of each.
const KEPT = "amostra.quiz";

/** @typedef {{counts: Object<string, number>[], changed: number[]}} Came how many gave each answer, per vote; as in State */

/** The questions of a quiz. What came of them outlives a reload of the window, and not the room. */
export class Series {
  #room = null;
  #came = new Map();

  /** @param {import("./question.js").Question[]} questions */
  constructor(questions) { this.questions = questions; }

  /** The question before or after one; undefined at the ends. */
  beside(question, step) {
    return this.questions[this.questions.findIndex(({ name }) => name === question.name) + step];
  }

  /** The room that answers are given in: what was given in another is forgotten. */
  of(code) {
    if (code !== this.#room) this.#came = new Map(Object.entries(read(code)));
    this.#room = code;
  }

  /** @returns {Came | undefined} */
  came(name) { return this.#came.get(name); }

  /** Keep what came of a question, once its vote is closed. */
  note(name, { phase, counts, changed }) {
    const given = counts.some((vote) => Object.values(vote).some((count) => count > 0));
    if (phase === "open" || phase === "gone" || !given || !this.questions.some((one) => one.name === name)) return;
    this.#came.set(name, structuredClone({ counts, changed }));
    if (this.#room) write(this.#room, Object.fromEntries(this.#came));
  }

  /** Before another question is asked: the vote is closed, if anybody has answered, and kept. @returns {Promise<boolean>} false where the line is lost */
  async settle(name, source) {
    if (source.state?.phase === "open" && source.state.answered) await source.do("close");
    if (source.state?.phase === "open" && source.state.answered) return false;
    if (source.state) this.note(name, source.state);
    return true;
  }
}

function read(code) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    return kept?.code === code ? kept.came : {};
  } catch { return {}; }  // a private window
}

function write(code, came) {
  try { sessionStorage.setItem(KEPT, JSON.stringify({ code, came })); } catch { /* until the page is left */ }
}

/** Forget what came of a room's questions. */
export function forgetSeries() {
  try { sessionStorage.removeItem(KEPT); } catch { /* nothing was kept */ }
}
