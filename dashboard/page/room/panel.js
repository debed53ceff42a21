// What the projector shows of a room: the way in, how many answered, bars, the answer, the second vote beside the first.
import { element } from "../dom.js";
import { save } from "../handed.js";
import { show } from "../numbers.js";
import { plain } from "../plain.js";
import { addressed } from "../quiz/link.js";
import { number, say, speak } from "../words.js";
import { bar, button, frame, open, part, percent } from "./frame.js";
import { outcome } from "./outcome.js";
import { keepShown, ownRoom } from "./own.js";
import { fromForm, nextToken } from "./question.js";
import { classDraw, csv, distance, rowsOf, totals } from "./results.js";
import { Series } from "./series.js";
import { Hands, isLocal, originFor, Past, Refused, Served } from "./sources.js";
import { countsOf, typedOf, whole } from "./typed.js";
import { WORDS } from "./made.js";  // the catalog's, written by scripts.py

const hands = new Map();  // by question: what was typed is there when the panel is opened again
let served = null, panel = null;

/** Ask an exercise of the page; `left` is called when its panel is left. */
export async function ask(form, name, left) {
  const lang = inLanguage();
  await shown(fromForm(form, name, lang), { lang, left });
}

/**
 * Ask which token comes next. In an open panel the same phones get the next question.
 * @param {{prompt: string, options: {text: string, p: number}[], seed: number, step: number}} given
 * @param {(index: number) => void} go goes on with a token
 * @param {() => void} left
 */
export async function vote(given, go, left = () => {}) {
  const lang = inLanguage();
  await shown(nextToken({ lang, ...given }), { lang, left, go, seed: given.seed, step: given.step });
}

/**
 * Ask the exercises of a quiz one after the other: the room stays, and at the end stands what came of each.
 * @param {{form: HTMLFormElement, name: string}[]} asked
 * @param {string} [first] the name of the one to begin with
 * @param {() => void} left
 */
export async function askAll(asked, first, left) {
  const lang = inLanguage(), questions = asked.map(({ form, name }) => fromForm(form, name, lang));
  await shown(questions.find(({ name }) => name === first) ?? questions[0], { lang, left, quiz: new Series(questions) });
}

/** Whether a panel for next tokens is on the screen, waiting for the next of them. */
export const voting = () => panel?.dialog.open === true && panel.question.kind === "next";

function inLanguage() {
  const lang = document.documentElement.lang.startsWith("en") ? "en" : "pt";
  speak({ ...Object.fromEntries(Object.entries(WORDS).map(([key, text]) => [key, text[lang]])), lang: document.documentElement.lang });
  return lang;
}

async function shown(question, how) {
  const source = await sourceOf(question, how);
  if (!source) return;  // the line is lost, which is said: the question stays, with what was answered to it
  panel?.dialog.remove();
  panel = new Panel(question, source, how);
  panel.open();
}

/** The room that is open, which goes on to this question; else a new one. Without a server, hands. What a quiz has asked is looked at, unless it is asked anew. */
async function sourceOf(question, { quiz, anew }) {
  const at = globalThis.Amostra.roomAddress, own = at && ownRoom();
  if (!at) {
    if (!hands.has(question.name)) hands.set(question.name, new Hands());
    return hands.get(question.name);
  }
  if (own) quiz?.of(own.code);
  const came = !anew && own?.name !== question.name && quiz?.came(question.name);
  if (came) return new Past(came);
  if (!served || served.over || served.room.code !== own?.code) {
    served = own ? new Served(own) : await Served.open(at, question);
    served.follow();
    quiz?.of(served.room.code);
  }
  if (served.room.name !== question.name) {
    if (quiz && !await quiz.settle(served.room.name, served)) return undefined;
    await served.ask(question);
  }
  return served;
}

class Panel {
  constructor(question, source, how) {
    const { left } = how;
    Object.assign(this, { question, source, ...how, how: { ...how, anew: false }, chosen: 0, told: "", drawn: null, address: "" });
    this.dialog = frame(this.title(), part("line", "p"), element("div", { class: "am-room-body" }, part("way"), element("div", { class: "am-room-asked" }, part("question"), part("answered", "p"), part("rows", "ol"), part("said"))));
    this.part = (name) => this.dialog.querySelector(`[data-part="${name}"]`);
    for (const name of ["line", "answered", "said"]) this.part(name).setAttribute("role", "status");
    this.part("question").append(...question.text());
    this.dialog.addEventListener("close", () => {
      keepShown("");
      source.listener = () => {};
      this.dialog.remove();
      left();
    });
    source.listener = () => this.draw();
  }

  title() {
    const { quiz, source } = this, place = quiz && quiz.questions.indexOf(this.question) + 1;
    return quiz ? say("room.series", { place, all: quiz.questions.length }) : say(source.served ? "room.title" : "room.hands");
  }

  open() {
    open(this.dialog);
    this.draw();
    this.dialog.showModal();
    keepShown(this.question.name);
    this.part("buttons").querySelector(".am-room-next")?.focus();
  }

  draw() {
    const { source, question } = this, { state } = source;
    this.part("line").textContent = this.told || (state?.phase === "gone" && source.served ? say("room.phone.gone") : source.lost ? say("room.lost") : "");
    if (!state) return;
    this.quiz?.note(question.name, state);
    this.dialog.dataset.phase = state.phase;
    this.way();
    this.count();
    const drawn = JSON.stringify([state.turn, state.phase, state.phase === "open" ? 0 : state.counts, this.drawn]);
    if (drawn === this.last) return;
    this.last = drawn;
    this.rows = state.phase === "gone" ? [] : rowsOf(question, state.counts, state.phase === "revealed");
    this.part("rows").replaceChildren(...this.listed());
    this.part("said").replaceChildren(...this.said());
    this.buttons();
  }

  /** How a phone gets here. The address is that of now: the machine may have changed its network. */
  way() {
    const { state, room } = this.source, box = this.part("way");
    box.hidden = !this.source.served || state.phase !== "open";
    if (state.phase === "gone") this.part("code").textContent = "";
    if (!this.source.served || !state.addresses || state.phase === "gone") return;
    const origin = originFor(location, state.addresses, this.chosen), address = `${origin}${new URL(room.at).pathname}/${state.code}`;
    if (address === this.address) return;
    this.address = address;
    const short = address.replace(/^https?:\/\//, ""), place = short.slice(0, -state.code.length - 1);
    const alone = origin === location.origin && isLocal(location.hostname);
    this.part("code").textContent = short;
    box.replaceChildren(
      element("img", { src: `${room.at}/${state.code}/qr.svg?origin=${encodeURIComponent(origin)}`, alt: say("room.qr", { address: short }), width: "300", height: "300" }),
      element("p", {}, `${say("room.join")} `, element("b", {}, place), ` ${say("room.code")} `, element("b", { class: "am-room-code" }, state.code)),
      ...(alone ? [element("p", { class: "am-room-alone" }, say("room.alone"))] : []),
      ...(state.addresses.length > 1 && origin !== location.origin ? [button("room.other", () => { this.chosen += 1; this.way(); })] : []));
  }

  count() {
    const { state, served } = this.source, counted = { count: state.answered, phones: state.phones };
    this.part("answered").textContent = state.phase === "gone" ? "" : say(served ? "room.answered" : "room.counted", counted);
  }

  listed() {
    const { state, served } = this.source, { question } = this, open = state.phase === "open", sums = totals(this.rows);
    if (state.phase === "gone") return [];
    if (open && question.numeric) return served ? [element("li", {}, say("room.numbers"))] : [this.typed()];
    return this.rows.map((row) => {
      const option = question.options.find((one) => one.value === row.value), line = element("li"), label = element("div", { class: "am-room-label" }, ...this.label(row, option));
      line.append(label);
      const right = state.phase === "revealed" && option?.right;
      line.toggleAttribute("data-right", Boolean(right));
      if (right) label.append(" ", element("strong", {}, `✓ ${say("room.right")}`));
      if (open && !served) line.append(this.counter(row.value, label.textContent));
      const before = row.counts.slice(0, open ? -1 : undefined);
      before.forEach((count, i) => line.append(bar(sums[i] ? count / sums[i] : 0, `${number(count)} (${percent(sums[i] ? count / sums[i] : 0)})`, this.series(i), i + 1 < row.counts.length ? "first" : "now")));
      if (state.phase === "revealed" && option?.p !== undefined) line.append(bar(option.p, percent(option.p), say("room.the_model"), "model"));
      if (state.phase === "revealed" && option) line.append(...[element("div", { class: "am-room-why" }, ...option.said())].filter((one) => one.textContent));
      return line;
    });
  }

  label(row, option) {
    return option ? option.label() : row.number === undefined ? [say("room.others")] : [show(row.number, "short", document.documentElement.lang)];
  }

  series(i) {
    if (this.question.kind === "next") return say("room.class");
    return this.source.state.counts.length > 1 ? say(i ? "room.second" : "room.first") : "";
  }

  /** A box for the hands of an option. */
  counter(value, text) {
    const input = element("input", { type: "number", min: "0", max: "9999", inputmode: "numeric", "aria-label": say("room.votes_for", { option: text }) });
    input.value = this.source.state.counts.at(-1)[value] || "";
    input.addEventListener("input", () => this.source.count({ ...this.source.state.counts.at(-1), [value]: whole(input.value) }));
    return input;
  }

  /** The numbers that the class gave, a line each: "0,83: 12". */
  typed() {
    const area = element("textarea", { rows: "5", "aria-label": say("room.type.numbers"), placeholder: "0,83: 12" });
    area.value = typedOf(this.source.state.counts.at(-1), this.lang);
    area.addEventListener("input", () => this.source.count(countsOf(area.value)));
    return element("li", {}, element("p", {}, say("room.type.numbers")), area);
  }

  said() {
    const { state, served } = this.source, { question } = this, lines = [];
    if (state.phase === "open" && !served && !question.numeric) lines.push(say("room.type"));
    if (state.phase === "closed" && state.counts.length === 1 && question.kind !== "next") lines.push(say("room.discuss"));
    const [both, changed] = state.changed ?? [0, 0];
    if (state.phase !== "open" && state.phase !== "gone" && both) lines.push(say("room.changed", { both, count: changed }));
    if (question.kind === "next" && state.phase === "revealed" && state.answered) {
      const tv = distance(this.rows.map((row) => row.counts.at(-1)), question.options.map((one) => one.p));
      lines.push(say("room.distance", { tv: percent(tv) }));
      if (this.drawn !== null) lines.push(say("room.drawn", { seed: this.seed, token: question.options[this.drawn].token }));
    }
    return [...lines.map((text) => element("p", {}, text)), ...(state.phase === "gone" ? this.more() : [])];
  }

  /** At the end of a room with one question: the way to several, this one the first. */
  more() {
    const page = document.querySelector("a[data-quiz-link]");
    if (!page || this.quiz || this.question.kind === "next") return [];
    return [element("p", {}, element("a", { href: addressed(page.href, this.question.bet ? [] : [this.question.name]) }, say("room.several")))];
  }

  buttons() {
    const { source, question } = this, { state } = source, box = this.part("buttons"), focused = box.contains(document.activeElement);
    const does = (what, name = `room.do.${what}`) => button(name, () => this.command(what));
    const known = question.options.some((one) => one.right) || question.kind === "next", made = [];
    if (state.phase === "open") made.push(does("close"));
    else if (state.phase === "closed") {
      if (known) made.push(does("reveal", question.kind === "next" ? "room.do.model" : "room.do.reveal"));
      if (state.counts.length === 1) made.push(does("again"));
      made.push(does("reopen"));
    }
    if (this.quiz) made.push(...this.around());
    if (state.phase === "revealed" && this.go && state.answered) made.push(...this.onward());
    if (state.phase === "closed" || state.phase === "revealed") made.push(button("room.do.csv", () => this.save()));
    if (state.phase === "gone") made.push(button("room.do.restart", () => this.does(() => shown(question, this.how))));
    else if (source.served) made.push(does("end"));
    if (state.phase === "open" || state.phase === "closed" || this.go) made[0].classList.add("am-room-next");
    box.replaceChildren(...made, button("room.do.hide", () => this.dialog.close()));
    if (focused) box.querySelector("button").focus();
  }

  /** The class is the sampler: draw among its votes, then go on with what came. */
  onward() {
    if (this.drawn === null) {
      return [button("room.do.draw", () => {
        this.drawn = classDraw(this.rows.map((row) => row.counts.at(-1)), this.seed, this.step);
        this.draw();
      })];
    }
    return [button("room.do.go", ({ target }) => {
      target.disabled = true;  // until the next question comes
      this.go(this.drawn);
    }, { token: this.question.options[this.drawn].token })];
  }

  /** The other questions of a quiz, what came of them all, and this one once more. A room that is over asks nothing. */
  around() {
    const { quiz, question, source } = this, there = (one) => one && (!served?.over || quiz.came(one.name));
    const to = (name, one, how) => button(`room.do.${name}`, () => this.does(async () => {
      if (!source.served) await quiz.settle(question.name, source);
      await shown(one, { ...this.how, ...how });
    }));
    const [before, after] = [-1, 1].map((step) => quiz.beside(question, step)), results = button("room.do.results", () => this.does(() => this.results()));
    const next = there(after) ? to("next", after) : results, made = [...(there(before) ? [to("previous", before)] : []), ...new Set([next, results])];
    if (source.state.phase === "revealed") next.classList.add("am-room-next");
    return source.past && !served?.over ? [...made, to("anew", question, { anew: true })] : made;
  }

  /** What came of the quiz, in the place of the question. */
  async results() {
    const { quiz, question, how, lang, left } = this;
    await quiz.settle(question.name, this.source);
    if (served && !served.over) await quiz.settle(served.room.name, served);
    const way = (name, what) => button(name, async () => {
      await this.does(what);
      dialog.querySelector("[data-part=line]").textContent = this.told;
    });
    const ways = [way("room.do.back", () => shown(question, how))];
    if (served && !served.over) ways.push(way("room.do.end", async () => {
      await served.do("end");
      ways.forEach((one) => one.remove());
      dialog.querySelector("button").focus();
    }));
    const dialog = outcome(quiz, lang, ways);
    this.dialog.remove();
    panel = { dialog, question };
    keepShown("");
    dialog.addEventListener("close", () => {
      dialog.remove();
      left();
    });
    dialog.showModal();
  }

  async command(what) {
    await this.does(() => this.source.do(what));
    this.draw();
  }

  /** Do it; what the server refuses is said, and that it did not answer. */
  async does(what) {
    this.told = "";
    try { await what(); } catch (error) {
      if (!(error instanceof Refused)) console.error(error);
      this.told = error instanceof Refused ? error.message : say("room.failed");
      this.draw();
    }
  }

  save() {
    const { state } = this.source, { question } = this, votes = state.counts.map((_, i) => say(i ? "room.second" : "room.first"));
    const rows = this.rows.map((row) => {
      const option = question.options.find((one) => one.value === row.value);
      return [plain(this.label(row, option)), ...row.counts, ...(option?.p !== undefined ? [option.p] : [option?.right ? say("room.right") : ""])];
    });
    const head = [say("room.option"), ...votes, question.kind === "next" ? say("room.the_model") : say("room.right")];
    const text = csv([[plain(question.text())], head, ...rows], this.lang === "pt" ? ";" : ",");
    save(`${say("room.file")}-${question.name.replace("/", "-")}.csv`, text, "text/csv");
  }
}
