// Where the counts come from: a room on the server, or hands that somebody counts. Both answer to the same names.
import { events, watch } from "./events.js";
import { keepRoom, ownRoom } from "./own.js";
import { forgetSeries } from "./series.js";

const PATIENCE = 15000;  // ms without a sign of life: the line is lost
const PHASES = { close: "closed", reopen: "open", reveal: "revealed" };

/**
 * @typedef {Object} State
 * @property {string} phase "open", "closed", "revealed" or "gone"
 * @property {Object<string, number>[]} counts per vote
 * @property {number} answered in the vote in hand
 * @property {number[]} changed who answered both times, and how many of them something else
 */

/** Hands: typed in the page, kept in the page. */
export class Hands {
  served = false;
  lost = false;
  listener = () => {};

  state = { phase: "open", turn: 1, counts: [{}], answered: 0, phones: 0, changed: [0, 0] };

  /** How many gave each answer in the vote in hand. */
  count(counts) {
    this.state.counts[this.state.counts.length - 1] = counts;
    this.state.answered = Object.values(counts).reduce((sum, one) => sum + one, 0);
    this.listener();
  }

  async do(what) {
    const { state } = this;
    if (what === "again") Object.assign(state, { phase: "open", turn: state.turn + 1, counts: [...state.counts, {}], answered: 0 });
    else state.phase = PHASES[what];
    this.listener();
  }
}

/** What came of a question that the phones have left: looked at, and not changed. */
export class Past extends Hands {
  past = true;

  /** @param {import("./series.js").Came} came */
  constructor({ counts, changed }) {
    super();
    const answered = Object.values(counts.at(-1)).reduce((sum, one) => sum + one, 0);
    Object.assign(this.state, { phase: "revealed", counts, changed, answered });
  }
}

/** A room on the server. Its secret is kept in this browser, so that a reload finds it again. */
export class Served {
  served = true;
  lost = false;
  state = null;
  listener = () => {};
  #tries = 0;
  #reading = null;
  #owed = null;  // a question that may not have reached the server, and the turn before it
  #again = () => {};

  /** @param {{code: string, secret: string, name: string, at: string}} room */
  constructor(room) {
    this.room = room;
    addEventListener("online", () => { this.#tries = 0; this.#again(); });
    addEventListener("offline", () => this.#reading?.abort());
  }

  /** A new room with a question. Rejects with what the server said. */
  static async open(at, question) {
    const { status, told } = await post(at, question.body);
    if (status !== 200) throw new Refused(told);
    const made = new Served({ ...told, name: question.name, at });
    keepRoom(made.room);
    return made;
  }

  get over() { return this.state?.phase === "gone"; }

  /** The room is over. What this browser keeps may by now be another, opened in another window. */
  forget() {
    if ((ownRoom() ?? this.room).code === this.room.code) {
      keepRoom(null);
      forgetSeries();
    }
    this.state = { turn: 0, counts: [{}], answered: 0, changed: [0, 0], ...this.state, phase: "gone" };
    this.#reading?.abort();
    this.listener();
  }

  async do(what, body = {}) {
    let answer;
    try { answer = await post(`${this.room.at}/${this.room.code}/desk`, { do: what, ...body }, this.room.secret); } catch {
      if (what === "ask") this.#owed = { body, turn: this.state?.turn };
      return this.line(true);
    }
    if (answer.status === 404 || answer.status === 403 || (what === "end" && answer.status === 200)) return this.forget();
    if (answer.status === 200 && what !== "here") this.take({ ...this.state, ...answer.told });
    else if (answer.status !== 200 && answer.told.refused !== "late") throw new Refused(answer.told);
  }

  /** Ask a question; where the line is lost, as soon as it is back. */
  async ask(question) {
    this.room.name = question.name;
    await this.do("ask", question.body);
    if (this.#owed && !this.over) this.take({ ...this.state, phase: "open", counts: [{}], answered: 0, changed: [0, 0] });
    if (!this.over) keepRoom(this.room);
  }

  take(state) {
    this.state = state;
    this.listener();
  }

  line(lost) {
    if (this.lost === lost) return;
    this.lost = lost;
    this.listener();
  }

  /** Follow the room until it is over. The line may come and go, and the addresses with it. */
  async follow() {
    while (!this.over) {
      const control = this.#reading = new AbortController();
      const { alive, rest } = watch(control, PATIENCE);
      try {
        const answer = await fetch(`${this.room.at}/${this.room.code}/desk`,
          { headers: { authorization: `Bearer ${this.room.secret}` }, signal: control.signal, cache: "no-store", credentials: "omit" });
        if (answer.status === 404 || answer.status === 403) { this.forget(); return; }
        if (answer.ok) await events(answer.body.getReader(), alive, (field) => this.#heard(field));
      } catch { /* the line: again */ }
      rest();
      if (this.over) return;
      this.line(true);
      await new Promise((done) => {
        this.#again = done;
        setTimeout(done, Math.min(4000, 400 * 2 ** this.#tries++));
      });
    }
  }

  #heard(field) {
    const data = field("data");
    this.#tries = 0;
    this.lost = false;
    const told = data && JSON.parse(data), owed = this.#owed;
    this.#owed = null;
    if (owed && told && !(told.turn > owed.turn)) return void this.do("ask", owed.body).catch(() => {});
    if (told && !(told.turn < this.state?.turn)) this.take(told);  // what was on its way when the next question was asked
    this.do("here").catch(() => {});  // by this the phones know that the line is whole in both directions
  }
}

/** What the server did not do, in its own words. */
export class Refused extends Error {
  constructor({ refused, said }) {
    super(said ?? refused ?? "");
    this.reason = refused;
  }
}

async function post(address, body, secret) {
  const headers = { "content-type": "application/json", "accept-language": document.documentElement.lang, ...(secret ? { authorization: `Bearer ${secret}` } : {}) };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body), credentials: "omit" });
  return { status: answer.status, told: await answer.json().catch(() => ({})) };
}

/** The origin that phones reach: this page's own, unless only this machine has it. */
export function originFor(here, addresses, chosen) {
  if (!isLocal(here.hostname) || !addresses.length) return here.origin;
  return `${here.protocol}//${addresses[chosen % addresses.length]}${here.port ? `:${here.port}` : ""}`;
}

/** Whether a name leads to the machine that says it, and to no other. */
export const isLocal = (name) => /^(localhost|127\.|\[?::1)/.test(name);
