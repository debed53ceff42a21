// Generation: a prompt goes in, and every token shows why it was chosen.
import { beside } from "../beside.js";
import { element, whileThere } from "../dom.js";
import { copied, save } from "../handed.js";
import { decimalMark } from "../numbers.js";
import { addressWriter } from "../staying.js";
import { language, say, speak } from "../words.js";
import { addressOf, fitting, fromAddress, initial } from "./generation/asked.js";
import { told } from "./generation/effects.js";
import { engineOf } from "./generation/engine.js";
import { fromJSON, RunFileError, toCSV, toJSON } from "./generation/files.js";
import { Form } from "./generation/form.js";
import { keep, kept } from "./generation/kept.js";
import { draw } from "./generation/panel.js";
import { askedBy, asksTheSame, ballot, best, endsAgain, given, idsOf, inWords, knownIds, left, oneMore, ranked, runOf, scorable, SCORED, scores, textOf } from "./generation/run.js";
import { legend, MEASURES, Texts } from "./generation/texts.js";
import { titlesOf } from "./generation/titles.js";
import { cost, spaced } from "./generation/typed.js";
import { alone, decimals, share, whole } from "./generation/written.js";
import { PAGE } from "./models.js";
import { served, ServerError } from "./server.js";

const KEPT = 20;  // earlier texts that one can go back to
const PACE = { text: 50, panel: 150 };  // ms between two drawings while a text grows: of its words, of the distribution and the rest
const BALLOT = 5;  // tokens that a class chooses from
const LARGEST = 16 * 2 ** 20;  // bytes of a file to open

/** Fill a tool's place. */
export function generation(box, { words, called }) {
  speak(words);
  desk?.leave();  // in another language the page is put where it was, and asks for what was kept
  desk = new Desk(box, called);
  desk.begin();
}

let desk;

/** What is on the table: the controls, the text on the screen, what came before it. */
class Desk {
  constructor(box, called) {
    Object.assign(this, { box, called, run: null, going: false, serial: 0, picked: null, past: [], score: SCORED[0], clock: null, drawnAt: 0 });
    this.asked = initial();
    this.toAddress = addressWriter(() => {
      if (!this.home.isConnected) return null;
      if (!this.going) this.keep();
      return fitting(this.asked, location.href).url;
    });
    const part = (name, tag = "div", more = {}) => (this[name] = element(tag, { class: `am-gen-${name}`, ...more }));
    this.home = element("div", { class: "am-generation am-gen" });
    this.home.append(part("notice", "p", { role: "alert", hidden: "" }), part("controls", "div", { "data-drawer": "" }), part("acts"),
      element("div", { class: "am-gen-view" },
        element("div", { class: "am-gen-written" }, part("texts", "div", { "data-fit": "" }), part("typed", "form", { hidden: "" }), part("legend", "div", { hidden: "" })),
        part("panel", "section", { class: "am-gen-panel", hidden: "", "data-fit": "" })),
      part("table", "details", { class: "am-gen-table", hidden: "" }), part("files"));
    this.written = new Texts(this.texts, { walked: (r, t) => this.pick([r, t]), opened: () => this.panel.querySelector("tbody button")?.focus() });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.picked) return;
      event.preventDefault();
      this.written.option(...this.picked)?.focus();
    });
    this.texts.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.picked || this.run.rows.length === 1) return;
      event.preventDefault();
      this.pick(null);
    });
    box.addEventListener("amostra-stage", () => this.onStage());
    box.append(this.home);
  }

  /** Who writes. */
  get engine() { return engineOf(this.asked.model); }

  // The beginning -------------------------------------------------------------------------------------------------------

  begin() {
    const search = new URLSearchParams(location.search), before = kept();
    const speaks = [...search.keys()].some((name) => name.startsWith("gen.")), read = fromAddress(search, this.called);
    const own = before && (!speaks || this.shown(read.asked) === before.shown);  // the address is the one that was left
    const { asked, bad } = own ? fromAddress(new URLSearchParams(before.address), this.called) : read;
    const elsewhere = !served() && asked.model !== PAGE ? [say("server.elsewhere", { model: asked.model })] : [];
    if (elsewhere.length) asked.model = PAGE;
    this.asked = asked;
    this.form = new Form(this.controls, asked, () => this.changed());
    this.buttons();
    this.measures();
    this.typing();
    this.saving();
    this.table.addEventListener("toggle", () => this.tabulate());
    if (before?.run && own) this.show(before.run);
    else if (before?.run) this.past.push({ asked: fromAddress(new URLSearchParams(before.address), this.called).asked, run: before.run });
    this.tell();
    this.toAddress();
    whileThere(this.home, "pagehide", () => this.keep());
    if (asked.go && !this.run) this.start(runOf(asked, this.engine.name));
    this.notify([...elsewhere, ...bad.map(({ name, value }) => say("link.bad", { name, value }))].join(" "));
    if (document.documentElement.hasAttribute("data-stage")) this.onStage();
  }

  /** Before a class, a text is there from the start. */
  onStage() {
    if (!this.run && this.asked.model === PAGE) this.start(runOf(this.asked, this.engine.name));
  }

  notify(text) {
    this.notice.hidden = !text;
    this.notice.textContent = text;
  }

  // The address and what the browser keeps --------------------------------------------------------------------------------

  /** What the controls stand at, as a part of the address. */
  search() {
    return addressOf({ ...this.asked, go: false }, "https://a/").search;
  }

  /** The same, of what an address has room for. */
  shown(asked = this.asked) {
    return fitting({ ...asked, go: false }, "https://a/").url.search;
  }

  keep() {
    if (this.run) keep(this.search(), this.shown(), this.run);
  }

  changed() {
    this.toAddress();
    this.tell();
    if (this.engine !== this.drawnFor) this.followed();  // what can be done with a text depends on who is asked
  }

  // Writing ---------------------------------------------------------------------------------------------------------------

  /** Put a run on the screen, and the one that was there on the pile. */
  show(run) {
    this.stop();
    if (this.run?.steps.some((steps) => steps.length)) this.past = [...this.past, { asked: this.before ?? this.asked, run: this.run }].slice(-KEPT);
    this.before = structuredClone(this.asked);
    Object.assign(this, { run, picked: null, clock: null });
    this.written.show(run, titlesOf(run));
    this.followed();
    this.tell();
  }

  /** Write a run: show its steps as they come. */
  async start(run) {
    this.show({ ...run, steps: run.rows.map(() => []) });
    const serial = ++this.serial, { steps } = this.run, clock = { begun: 0, first: 0, last: 0 };
    const mine = () => this.serial === serial && (this.home.isConnected || this.left());
    this.going = true;
    this.notify("");
    this.tell();
    try {
      for await (const turn of this.turns(run, mine, (since) => { clock.begun = performance.now() - 1000 * since; })) {
        turn.forEach((step, r) => step && steps[r].push(step));
        clock.last = performance.now();
        clock.first ||= clock.last;
        this.clock = clock;
        this.refresh();
      }
    } catch (error) {
      if (mine()) this.fault(error);
    }
    if (mine()) this.over();
  }

  /** The turns of a run, for as long as they are wanted; `begins` hears for how many seconds the model has been at work on it. */
  async * turns(run, mine, begins) {
    this.control?.abort();
    const { engine } = this, { signal } = this.control = new AbortController();
    const { rows, prompt, max_new_tokens, stop, alternatives, min_new_tokens, stop_token_ids, ignore_eos, include_stop_str_in_output } = run;
    const waits = (said, share, since = 0) => {
      if (!mine()) return;
      if (!said) begins(since);
      this.load(said ? share : null, said);
    };
    await engine.load({ progress: (loaded) => mine() && this.load(loaded) });
    if (!mine()) return;
    waits("");
    const how = { max_new_tokens, stop, alternatives, min_new_tokens, stop_token_ids, ignore_eos, include_stop_str_in_output, signal, waits };
    for await (const turn of engine.generateRows(prompt, rows.map(({ params, seed, forced }) => ({ params, seed, forced })), how)) {
      if (!mine()) return;
      yield turn;
    }
  }

  /** The page has gone on to another one: what came is kept, and nothing more is written. */
  left() {
    this.serial++;
    this.control?.abort();
    this.going = false;
    this.keep();
    return false;
  }

  /** Another desk comes in this one's place. */
  leave() {
    if (this.going) this.left();
  }

  load(loaded, said = say("generation.loading")) {
    Object.assign(this, { loading: loaded, loadingSaid: said });
    this.progress();
  }

  fault(error) {
    const { name, argument, value, accepted, message } = error;
    if (error instanceof ServerError) this.notify(message);
    else this.notify(name === "ParameterError" ? say("lab.invalid", { argument, value: String(value), accepted }) : `${say("tool.lost")} (${message})`);
  }

  /** End what runs; what came of it stays. */
  stop() {
    if (!this.going) return;
    this.serial++;
    this.control.abort();
    this.over();
  }

  over() {
    this.going = false;
    this.load(null);
    this.refresh(true);
    this.keep();
  }

  /** Draw what came, at a pace that can be read: a frame costs as much as several tokens, and both share a small machine. */
  refresh(now = false) {
    const drawn = () => {
      this.drawing = 0;
      this.written.grow();
      if (!now && performance.now() - this.drawnAt < PACE.panel) return;
      this.drawnAt = performance.now();
      this.followed();
      this.tell();
    };
    if (now) {
      clearTimeout(this.drawing);
      drawn();
    } else this.drawing ||= setTimeout(drawn, PACE.text);
  }

  // What stands on the screen -----------------------------------------------------------------------------------------------

  /** The token whose distribution is shown: the one picked, or the last one of the first text. */
  place() {
    if (this.picked) return this.picked;
    const r = this.run ? this.run.steps.findIndex((steps) => steps.length) : -1;
    return r < 0 ? null : [r, this.run.steps[r].length - 1];
  }

  followed() {
    this.home.toggleAttribute("data-picked", Boolean(this.picked));
    this.drawnFor = this.engine;
    const place = this.place(), step = place && this.run.steps[place[0]][place[1]];
    this.written.mark(this.going ? this.picked : place);
    const here = this.run?.model === this.engine.name;
    draw(this.panel, step, here && step ? {
      branch: (one) => this.branch(...place, one), rewind: () => this.rewind(...place),
      ...(step.token_id !== null ? { beside: (one) => this.beside(...place, one) } : {}),
    } : null);
    this.explain();
  }

  /** What each setting that is on does to the distribution shown; asked for when nothing has moved for a moment. */
  explain() {
    clearTimeout(this.asking);
    const place = this.place(), run = this.run;
    if (this.going || !place || run.model !== this.engine.name) return;
    this.asking = setTimeout(async () => {
      const lines = await told(this.engine, run, ...place).catch(() => []);  // a server that cannot be asked: the figures stay
      if (run !== this.run || String(place) !== String(this.place()) || this.going) return;
      this.panel.querySelector(".am-gen-told")?.remove();
      this.panel.append(element("ul", { class: "am-gen-told" }, ...lines.map((line) => element("li", {}, line))));
    }, 120);
  }

  pick(place) {
    this.picked = place;
    this.followed();
  }

  tell() {
    const { run } = this;
    this.stopping.hidden = !this.going;
    this.starting.hidden = this.going;
    const some = Boolean(run?.steps.some((steps) => steps.length)), rest = some && !this.going;
    this.onwards.hidden = !(rest && run.rows.length === 1 && run.model === this.engine.name);
    this.undoing.hidden = !this.past.length;
    this.legend.hidden = this.table.hidden = !some;
    this.typed.hidden = this.onwards.hidden || !knownIds(run.steps[0]);
    this.panel.hidden = !some;
    for (const one of this.files.querySelectorAll("[data-save]")) one.hidden = !rest;
    this.home.toggleAttribute("data-some", some || this.going);
    if (run) this.notes(some);
    this.progress();
    this.tabulate();
  }

  notes(some) {
    const { run } = this, draws = ranked(run) && some, rank = draws && scorable(run), found = rank ? scores(run, this.score) : [];
    const winner = rank && !this.going ? best(run, this.score) : null;
    this.scoring.hidden = !rank;
    const end = (steps) => {
      if (!steps.length) return "";
      const values = { count: steps.length };
      if (steps.at(-1).finish) return say(`generation.finish.${steps.at(-1).finish}`, values);
      return this.going ? "" : say("generation.finish.none", values);
    };
    const notes = run.steps.map((steps, r) => [
      rank ? say("generation.scored", { score: decimals(found[r], 3) }) : draws ? say("generation.unscored") : "", r === winner ? say("generation.winner") : "", cost(run, r), end(steps),
    ].filter(Boolean).join(" · "));
    this.written.tell(notes, run.steps.map((steps) => this.going && !steps.at(-1)?.finish), winner);
  }

  progress() {
    if (this.loading != null) {
      const bar = Object.assign(element("progress", { "aria-label": this.loadingSaid }), { value: this.loading });
      this.status.replaceChildren(`${this.loadingSaid} `, bar);
      return;
    }
    const said = [], { run, clock } = this;
    if (this.going && run) said.push(say("generation.progress", { done: Math.max(0, ...run.steps.map((steps) => steps.length)), count: run.max_new_tokens }));
    else if (run) {
      if (!asksTheSame(run, runOf(this.asked, run.model))) said.push(say("generation.stale"));
      if (run.model !== this.engine.name) said.push(say("generation.elsewhere", { model: run.model }));
      if (clock?.last) {
        const many = run.steps.reduce((sum, steps) => sum + steps.length, 0), seconds = (clock.last - clock.begun) / 1000;
        said.push(say("generation.pace", { count: whole(many), seconds: decimals(seconds, 1), rate: whole(many / Math.max(seconds, 1e-9)) }));
        said.push(say("generation.pace.first", { ms: whole(clock.first - clock.begun) }));
      }
    }
    this.status.textContent = said.join(" · ");
  }

  measures() {
    const choices = MEASURES.map((name) => {
      const input = element("input", { type: "radio", name: "gen-measure", value: name });
      input.checked = name === this.written.measure;
      input.addEventListener("change", () => {
        this.written.by(name);
        told.replaceChildren(...explained());
      });
      return element("label", {}, input, ` ${say(`generation.measure.${name}`)}`);
    });
    const explained = () => [element("p", {}, say(`generation.legend.${this.written.measure}`)), element("ul", {}, ...legend(this.written.measure))];
    const told = element("div", {}, ...explained());
    this.legend.append(element("fieldset", {}, element("legend", {}, say("generation.measure")), ...choices), told);
    this.table.append(element("summary", {}, say("generation.word.table")), element("div", { class: "am-scroll", tabindex: "0", role: "region", "aria-label": say("generation.word.table") }));
  }

  tabulate() {
    if (!this.table.open || !this.run || this.going) return;
    const head = ["index", "token", "before", "after", "rank", "entropy"].map((name) => element("th", { scope: "col" }, say(`generation.column.${name}`)));
    const titles = titlesOf(this.run);
    this.table.querySelector(".am-scroll").replaceChildren(...this.run.steps.map((steps, r) => element("table", {},
      ...(titles[r] ? [element("caption", {}, titles[r])] : []), element("thead", {}, element("tr", {}, ...head.map((one) => one.cloneNode(true)))),
      element("tbody", {}, ...steps.map((step, t) => element("tr", {}, element("th", { scope: "row" }, whole(t + 1)),
        ...[alone(step.token, step.token_id) + (step.forced ? ` (${say("generation.word.forced")})` : ""), share(step.prob_before), share(step.prob_after),
          whole(step.rank), decimals(step.entropy_before)].map((cell) => element("td", {}, cell))))))));
  }

  // What can be done ----------------------------------------------------------------------------------------------------------

  buttons() {
    const add = (name, text, act, kind = "") => {
      this[name] = element("button", { type: "button", ...(kind ? { class: kind } : {}) }, say(text));
      this[name].addEventListener("click", act);
      this.acts.append(this[name]);
    };
    add("starting", "generation.start", () => this.generate(), "am-go");
    add("stopping", "generation.cancel", () => this.stop(), "am-go");
    add("reseeding", "generation.reseed", () => this.reseed());
    this.reseeding.title = say("generation.reseed.help");
    add("onwards", "generation.onward", () => this.onward());
    this.onwards.title = say("generation.onward.help");
    add("undoing", "generation.undo", () => this.undo());
    this.undoing.title = say("generation.undo.help");
    add("voting", "generation.class", () => this.vote());
    this.voting.title = say("generation.class.help");
    add("linking", "generation.link", () => this.link());
    this.scoring = element("select", { "aria-label": say("generation.score") }, ...SCORED.map((name) => element("option", { value: name }, say(`generation.score.${name}`))));
    this.scoring.hidden = true;
    this.scoring.addEventListener("change", () => {
      this.score = this.scoring.value;
      this.tell();
    });
    this.status = element("p", { class: "am-gen-status", role: "status" });
    this.acts.append(this.scoring, this.status);
  }

  generate() {
    Object.assign(this.asked, { branch: [], after: null });
    this.toAddress();
    this.start(runOf(this.asked, this.engine.name));
  }

  reseed() {
    this.asked.seed = Math.floor(Math.random() * 2 ** 20);
    this.form.seed.querySelector("input").value = this.asked.seed;
    this.generate();
  }

  /** Controls and address as a run has them, and write it. */
  follow(run) {
    this.asked = askedBy(run, this.asked);
    this.form.set(this.asked);
    this.toAddress();
    return this.start(run);
  }

  branch(r, t, other) {
    if (other.token_id === null) return this.follow(inWords(this.run, r, t, other.text));
    return this.follow(given(this.run, r, [[...idsOf(this.run.steps[r].slice(0, t)), other.token_id]], left(this.run, t + 1)));
  }

  /** The text as it is and the one with another token, both grown from where they part. */
  beside(r, t, other) {
    const before = idsOf(this.run.steps[r].slice(0, t)), own = this.run.steps[r][t].token_id;
    return this.follow(given(this.run, r, [own, other.token_id].map((id) => [...before, id]), left(this.run, t + 1)));
  }

  /** The text as it was before token t. */
  rewind(r, t) {
    const steps = this.run.steps[r].slice(0, t), told = knownIds(steps);
    const run = told ? { ...given(this.run, r, [idsOf(steps)], left(this.run, t)), steps: [steps.map((step) => ({ ...step, forced: true }))] }
      : { ...this.run, rows: [this.run.rows[r]], steps: [steps] };
    this.asked = askedBy(run, this.asked);
    this.form.set(this.asked);
    this.show(run);
    this.toAddress();
    this.keep();
  }

  /** The text, `then` put at its end, and more under the settings as they are now. */
  onward(then = [], after = this.asked.tokens) {
    if (this.shut()) return undefined;
    const steps = this.run.steps[0].filter(({ finish }) => finish !== "end"), ids = [...idsOf(steps), ...then];
    if (!knownIds(steps)) {
      Object.assign(this.asked, { mode: "one", prompt: this.run.prompt + textOf(steps), branch: [], after: null });
      this.form.set(this.asked);
      return this.generate();
    }
    Object.assign(this.asked, { mode: "one", branch: [ids], after }, typeof this.run.prompt === "string" ? { prompt: this.run.prompt } : {});
    this.form.set(this.asked);
    this.toAddress();
    const run = runOf(this.asked, this.engine.name);
    return this.start({ ...run, prompt: this.run.prompt, rows: run.rows.map((row) => ({ ...row, typed: then.length ? ids.length - then.length : undefined })) });
  }

  /** Whether the text cannot be gone on with, which is then said. */
  shut() {
    const [steps] = this.run.steps, shut = steps.length > 0 && knownIds(steps) && endsAgain(this.run, this.asked);
    if (shut) this.notify(say(`generation.onward.${steps.at(-1).finish}`));
    return shut;
  }

  /** A class chooses the next token: in a room, or with hands that are counted. The text goes on with what it drew, and so on. */
  async vote() {
    this.stop();
    const written = this.run?.rows.length === 1 && this.run.model === this.engine.name && this.run.prompt === this.asked.prompt;
    if (!written) this.show(runOf({ ...this.asked, mode: "one", branch: [], after: null }, this.engine.name));
    if (this.shut()) return;
    const { run } = this, serial = ++this.serial, mine = () => this.serial === serial && this.home.isConnected;
    this.notify("");
    this.voting.disabled = true;
    try {
      let step;
      for await (const [one] of this.turns(oneMore(run), mine, () => {})) step = one ?? step;
      if (!mine() || !step) return;
      await beside("room.js");
      const options = ballot(step, BALLOT), { room } = globalThis.Amostra, before = run.steps[0];
      const shown = options.map(({ text, token_id, prob_before }) => ({ text: alone(text, token_id), p: prob_before }));
      await room.vote({ prompt: run.prompt + textOf(before), options: shown, seed: Number(run.rows[0].seed), step: before.length }, async (index) => {
        await this.drawn(options[index]);
        if (room.voting() && !["end", "stop"].includes(this.run.steps[0].at(-1)?.finish)) await this.vote();
      });
    } catch (error) {
      if (!mine()) return;
      if (error.reason) this.notify(error.message);  // what the room's server refused it says itself
      else if (error instanceof ServerError || error.name === "ParameterError") this.fault(error);
      else this.notify(say("room.failed"));
    } finally {
      this.voting.disabled = false;
      if (mine()) this.load(null);
    }
  }

  /** The text and a token that a class drew. Of a model that tells no ids the word becomes part of the prompt. */
  drawn({ token_id, text }) {
    if (token_id !== null) return this.onward([token_id], 0);
    Object.assign(this.asked, { mode: "one", prompt: this.run.prompt + textOf(this.run.steps[0]) + text, branch: [], after: null });
    this.form.set(this.asked);
    this.toAddress();
    return this.show(runOf(this.asked, this.engine.name));
  }

  undo() {
    const { asked, run } = this.past.pop();
    this.stop();
    this.serial++;  // what was still waiting for a model is no longer asked for
    this.run = null;
    this.asked = asked;
    this.form.set(asked);
    this.show(run);
    this.toAddress();
    this.keep();
  }

  async link() {
    const { url: { href: url }, whole } = fitting({ ...this.asked, go: true }, location.href);
    if (!whole) this.notify(say("generation.link.long"));
    if (!await copied(url)) return this.notify(`${say("generation.link.by_hand")} ${url}`);
    this.linking.textContent = say("generation.link.done");
    setTimeout(() => { this.linking.textContent = say("generation.link"); }, 2000);
  }

  typing() {
    const input = element("input", { type: "text", maxlength: 500, spellcheck: "false" });
    const button = element("button", { type: "submit" }, say("generation.type.go"));
    this.typed.append(element("label", { title: say("generation.type.help") }, element("span", {}, say("generation.type")), input), button);
    this.typed.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = spaced(this.run, input.value), { run } = this;
      if (!text || this.shut()) return;
      button.disabled = true;
      try {
        const ids = await this.engine.encode(text);
        if (run !== this.run || this.going) return;  // another text stands there by now
        input.value = "";
        await this.onward(ids, 0);
      } catch (error) {
        this.fault(error);
      } finally {
        button.disabled = false;
      }
      input.focus();
    });
  }

  saving() {
    const saver = (kind, type, make) => {
      const button = element("button", { type: "button", "data-save": "" }, kind.toUpperCase());
      button.addEventListener("click", () => save(`${say("generation.file")}.${kind}`, make(), type));
      return button;
    };
    const input = element("input", { type: "file", accept: ".json,application/json" });
    input.addEventListener("change", () => this.open(input));
    this.files.append(element("span", {}, say("generation.files")), saver("json", "application/json", () => toJSON(this.run)),
      saver("csv", "text/csv", () => toCSV(this.run, decimalMark(language()))),
      element("label", { class: "am-file" }, input, element("span", {}, say("generation.open"))));
  }

  /** Show the run of a file, with the controls as they were. A bad file changes nothing. */
  async open(input) {
    const [file] = input.files;
    if (!file) return;
    try {
      if (file.size > LARGEST) throw new RunFileError("", say("generation.open.large", { most: LARGEST / 2 ** 20 }));
      const run = fromJSON(await file.text());
      this.notify("");
      this.stop();
      this.serial++;
      const before = this.asked;
      this.asked = askedBy(run, structuredClone(before));
      this.form.set(this.asked);
      this.show(run);
      this.toAddress();
      this.keep();
    } catch (error) {
      if (!(error instanceof RunFileError)) throw error;
      this.notify(error.where ? say("generation.fault.file", { where: error.where, fault: error.fault }) : say("generation.fault.file.all", { fault: error.fault }));
    }
    input.value = "";
  }
}
