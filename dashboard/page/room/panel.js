// What the projector shows of a room: the way in, how many answered, bars, the answer, the second vote beside the first.
import { element } from "../dom.js";
import { save } from "../handed.js";
import { show } from "../numbers.js";
import { number, say, speak } from "../words.js";
import { keepShown, ownRoom } from "./own.js";
import { fromForm, nextToken } from "./question.js";
import { classDraw, csv, distance, rowsOf, totals } from "./results.js";
import { Hands, isLocal, originFor, Refused, Served } from "./sources.js";
import { STYLE, WORDS } from "./made.js";  // the catalog's and room.css, written by scripts.py

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

/** Whether a panel for next tokens is on the screen, waiting for the next of them. */
export const voting = () => panel?.dialog.open === true && panel.question.kind === "next";

function inLanguage() {
  const lang = document.documentElement.lang.startsWith("en") ? "en" : "pt";
  speak({ ...Object.fromEntries(Object.entries(WORDS).map(([key, text]) => [key, text[lang]])), lang: document.documentElement.lang });
  return lang;
}

async function shown(question, how) {
  const source = await sourceOf(question);
  panel?.dialog.remove();
  panel = new Panel(question, source, how);
  panel.open();
}

/** The room that is open, which goes on to this question; else a new one. Without a server, hands. */
async function sourceOf(question) {
  const at = globalThis.Amostra.roomAddress, own = at && ownRoom();
  if (!at) {
    if (!hands.has(question.name)) hands.set(question.name, new Hands());
    return hands.get(question.name);
  }
  if (!served || served.over || served.room.code !== own?.code) {
    served = own ? new Served(own) : await Served.open(at, question);
    served.follow();
  }
  if (served.room.name !== question.name) await served.ask(question);
  return served;
}

class Panel {
  constructor(question, source, { lang, left, go, seed, step }) {
    Object.assign(this, { question, source, lang, left, go, seed, step, how: { lang, left, go, seed, step }, chosen: 0, told: "", drawn: null, address: "" });
    const part = (name, tag = "div") => element(tag, { "data-part": name });
    this.dialog = element("dialog", { class: "am-room am-page", "aria-labelledby": "am-room-title" },
      element("header", {}, element("strong", { id: "am-room-title" }, say(source.served ? "room.title" : "room.hands")), part("code", "span"), part("buttons")),
      part("line", "p"), element("div", { class: "am-room-body" }, part("way"), element("div", { class: "am-room-asked" }, part("question"), part("answered", "p"), part("rows", "ol"), part("said"))));
    this.part = (name) => this.dialog.querySelector(`[data-part="${name}"]`);
    for (const name of ["line", "answered", "said"]) this.part(name).setAttribute("role", "status");
    this.part("question").append(...question.text());
    this.dialog.addEventListener("close", () => {
      keepShown("");
      source.listener = () => {};
      this.dialog.remove();
      left();
    });
    for (const name of ["keydown", "keyup"]) this.dialog.addEventListener(name, (event) => event.stopPropagation());  // the page has keys of its own
    source.listener = () => this.draw();
  }

  open() {
    const page = document.querySelector(".am-page");
    if (page) this.dialog.style.colorScheme = getComputedStyle(page).colorScheme;  // of the page, whatever stands around it
    if (!document.getElementById("am-room-style")) document.head.append(element("style", { id: "am-room-style" }, STYLE));
    document.body.append(this.dialog);
    this.draw();
    this.dialog.showModal();
    keepShown(this.question.name);
    this.part("buttons").querySelector(".am-room-next")?.focus();
  }

  draw() {
    const { source, question } = this, { state } = source;
    this.part("line").textContent = this.told || (state?.phase === "gone" && source.served ? say("room.phone.gone") : source.lost ? say("room.lost") : "");
    if (!state) return;
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
      ...(state.addresses.length > 1 && origin !== location.origin ? [this.button("room.do.other", () => { this.chosen += 1; this.way(); })] : []));
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
      before.forEach((count, i) => line.append(bar(sums[i] ? count / sums[i] : 0, `${number(count)} (${this.percent(sums[i] ? count / sums[i] : 0)})`, this.series(i), i + 1 < row.counts.length ? "first" : "now")));
      if (state.phase === "revealed" && option?.p !== undefined) line.append(bar(option.p, this.percent(option.p), say("room.the_model"), "model"));
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

  percent(p) {
    return show(p, p && p < 0.01 ? "%~" : "%0", document.documentElement.lang);
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
    area.addEventListener("input", () => {
      const counts = {};
      for (const line of area.value.split("\n")) {
        const [given, many = "1"] = line.split(":");
        try { counts[globalThis.Amostra.page.parseNumber(given)] = whole(many); } catch { /* a line in the making */ }
      }
      this.source.count(counts);
    });
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
      lines.push(say("room.distance", { tv: this.percent(tv) }));
      if (this.drawn !== null) lines.push(say("room.drawn", { seed: this.seed, token: question.options[this.drawn].token }));
    }
    return lines.map((text) => element("p", {}, text));
  }

  buttons() {
    const { source, question } = this, { state } = source, box = this.part("buttons"), focused = box.contains(document.activeElement);
    const does = (what, name = `room.do.${what}`) => this.button(name, () => this.command(what));
    const known = question.options.some((one) => one.right) || question.kind === "next", made = [];
    if (state.phase === "open") made.push(does("close"));
    else if (state.phase === "closed") {
      if (known) made.push(does("reveal", question.kind === "next" ? "room.do.model" : "room.do.reveal"));
      if (state.counts.length === 1) made.push(does("again"));
      made.push(does("reopen"));
    }
    if (state.phase === "revealed" && this.go && state.answered) made.push(...this.onward());
    if (state.phase === "closed" || state.phase === "revealed") made.push(this.button("room.do.csv", () => this.save()));
    if (state.phase === "gone") made.push(this.button("room.do.restart", () => shown(question, this.how)));
    else if (source.served) made.push(does("end"));
    if (state.phase === "open" || state.phase === "closed" || this.go) made[0].classList.add("am-room-next");
    box.replaceChildren(...made, this.button("room.do.hide", () => this.dialog.close()));
    if (focused) box.querySelector("button").focus();
  }

  /** The class is the sampler: draw among its votes, then go on with what came. */
  onward() {
    if (this.drawn === null) {
      return [this.button("room.do.draw", () => {
        this.drawn = classDraw(this.rows.map((row) => row.counts.at(-1)), this.seed, this.step);
        this.draw();
      })];
    }
    return [this.button("room.do.go", ({ target }) => {
      target.disabled = true;  // until the next question comes
      this.go(this.drawn);
    }, { token: this.question.options[this.drawn].token })];
  }

  async command(what) {
    this.told = "";
    try { await this.source.do(what); } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.told = error.message;
    }
    this.draw();
  }

  button(name, then, values = {}) {
    const one = element("button", { type: "button" }, say(name, values));
    one.addEventListener("click", then);
    return one;
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

/** A count as typed: 0 for what is none. */
const whole = (text) => Math.max(0, Math.min(9999, Math.trunc(Number(text)) || 0));

function bar(share, text, series, kind) {
  const filled = element("i", { "aria-hidden": "true" });
  filled.style.setProperty("--p", share);
  return element("div", { class: `am-room-bar am-room-${kind}` }, element("small", {}, series), filled, element("b", {}, text));
}

/** Nodes as one line of text; a formula as it is written. */
function plain(nodes) {
  return nodes.map((node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll?.(".katex").forEach((one) => one.replaceWith(one.querySelector("annotation")?.textContent ?? ""));
    return copy.textContent;
  }).join(" ").replace(/\s+/g, " ").trim();
}
