// The sampling lab: logits typed, pasted or from the model; two chains over the same settings; every stage, drawn as it is set.
import { controlOf } from "../controls.js";
import { firstStage } from "../core/chain.js";
import { totalVariation } from "../core/distributions.js";
import { ignoredOf, samplingParams } from "../core/params.js";
import { first } from "../core/thresholds.js";
import { element } from "../dom.js";
import { copied, save } from "../handed.js";
import { decimalMark, show } from "../numbers.js";
import { addressWriter } from "../staying.js";
import { listed, number, say, speak } from "../words.js";
import { follow } from "./follow.js";
import { changed, stagesFor } from "./lab/chains.js";
import { checkOf } from "./lab/check.js";
import { copies } from "./lab/copy.js";
import { COUNTS, drawsOf, drawsPicture, drawsTold } from "./lab/draws.js";
import { paperColours, pngOf } from "./lab/files.js";
import { keep, kept } from "./lab/kept.js";
import { lane } from "./lab/lane.js";
import { addressOf, fromAddress } from "./lab/link.js";
import { preset, PRESETS } from "./lab/presets.js";
import { afterPrompt, fromServer } from "./lab/prompt.js";
import { LARGEST, LINES, read } from "./lab/read.js";
import { controlFor, GROUPS } from "./lab/settings.js";
import { stageCsv, stageTable } from "./lab/table.js";
import { modelChoice, PAGE } from "./models.js";
import { served, ServerError } from "./server.js";

const SHOWN = 24;  // tokens drawn one by one; the rest is one row with its true mass
const PROBLEMS = 5;  // lines that could not be read, said one by one
const NAMED = 12;  // tokens of a sentence
const LONG = 20_000;  // characters of logits from which reading waits for a pause
const PALETTE = ["ink", "muted", "line", "kept", "bound", "paper"];

/** Fill the lab's place. */
export function lab(box, told) {
  speak(told.words);
  const started = fromAddress(new URLSearchParams(location.search));
  started.state.text = kept(addressed(started.state).url.search) ?? started.state.text;
  new Lab(box, started.state, told.words).start(started.bad);
}

/** What the address says of a state, whatever else is in it. */
const addressed = (state) => addressOf(state, "https://a/");

class Lab {
  constructor(box, state, words) {
    Object.assign(this, { box, state, words, lang: words.lang });
    this.toAddress = addressWriter(() => {
      if (this.over || !box.isConnected) return null;
      const { url, whole } = addressOf(state, location.href);
      keep(addressed(state).url.search, whole ? null : state.text);
      return url;
    });
    this.find = (selector) => box.querySelector(selector);
  }

  start(bad) {
    const { state, lang } = this, changedChain = () => this.show();
    this.lanes = { a: lane("a", state.a, lang, changedChain), b: lane("b", state.b, lang, changedChain) };
    this.copies = copies(lang);
    this.box.append(...this.skeleton(), this.copies.box);
    this.find(".am-lanes").prepend(this.lanes.a.box, this.lanes.b.box);
    this.addSettings();
    this.listen();
    const notice = this.find(".am-notice"), elsewhere = !served() && state.model !== PAGE ? [say("server.elsewhere", { model: state.model })] : [];
    if (elsewhere.length) state.model = PAGE;
    notice.hidden = !bad.length && !elsewhere.length;
    notice.textContent = [...elsewhere, ...bad.map(({ name, value }) => say("bad", { name, value: value.length > 200 ? `${value.slice(0, 200)}…` : value }))].join(" ");
    this.models = modelChoice(state.model, (chosen) => {
      state.model = chosen;
      this.take();
    });
    this.find(".am-asked").prepend(this.models.box, this.models.note);
    this.reader = this.find("textarea");
    this.reader.value = state.text;
    this.find("[data-prompt]").value = state.prompt;
    this.find("[data-from]").checked = state.fromPrompt;
    this.find("[data-so-far]").value = state.soFar;
    this.find("[data-seed]").value = state.seed;
    this.find("[data-n]").value = state.n;
    this.check = checkOf(this.find(".am-check"), lang);
    this.take();
  }

  skeleton() {
    const label = (words, field, hint) => element("label", {}, element("span", {}, say(words)), field, ...(hint ? [element("small", {}, say(hint))] : []));
    const options = (names, word) => names.map((name) => element("option", { value: name }, word(name)));
    const presets = element("select", { "data-preset": "" }, element("option", { value: "" }, say("lab.preset.none")), ...options(Object.keys(PRESETS), (name) => say(`lab.preset.${name}`)));
    const from = element("label", { class: "am-from-model" }, element("input", { type: "checkbox", role: "switch", "data-from": "" }), say("lab.from_prompt"));
    const text = element("textarea", { rows: "5", wrap: "off", spellcheck: "false", autocomplete: "off" });
    const typed = element("div", { class: "am-typed" }, label("lab.preset", presets), label("lab.lines", text, "lab.lines.help"));
    const asked = element("div", { class: "am-asked", hidden: "" },
      label("lab.prompt", element("input", { type: "text", maxlength: "2000", "data-prompt": "" }), "lab.prompt.help"),
      element("button", { type: "button", "data-ask": "", hidden: "" }, say("lab.ask")),
      element("p", { class: "am-loading", role: "status", hidden: "" }, element("span", {}, say("lab.loading")), element("progress", { max: "1", value: "0", "aria-label": say("lab.loading") }),
        element("button", { type: "button", "data-stop": "", hidden: "" }, say("generation.cancel"))),
      element("p", { class: "am-whose", role: "status", hidden: "" }));
    const groups = Object.keys(GROUPS).map((name) => name === "main" ? element("div", { class: "am-settings", "data-group": name })
      : element("details", {}, element("summary", {}, say(`lab.group.${name}`)), element("div", { class: "am-settings", "data-group": name })));
    const soFar = label("lab.so_far", element("input", { type: "text", maxlength: "2000", "data-so-far": "" }), "lab.so_far.help");
    soFar.classList.add("am-so-far");
    groups.at(-1).insertBefore(soFar, groups.at(-1).lastChild);
    const problems = element("ul", { class: "am-problems", role: "status" });
    const input = element("div", { class: "am-lab-input", "data-drawer": "" }, from, typed, asked, problems, ...groups);
    const button = (name, words) => element("button", { type: "button", [`data-${name}`]: "" }, say(words));
    const tools = element("div", { class: "am-tools" }, button("link", "link"), button("csv", "lab.csv"), button("png", "lab.png"), button("reset", "reset"));
    const lanes = element("div", { class: "am-lanes" },
      element("p", { class: "am-verdict-line", "aria-live": "polite" }), element("p", { class: "am-check", hidden: "" }),
      element("p", { class: "am-hint" }, say("lab.move.how")), tools);
    const tables = ["a", "b"].map((letter) => element("div", { class: "am-scroll am-stages", tabindex: "0", role: "region", "aria-label": say("lab.stages.of", { chain: letter.toUpperCase() }) }, element("table", { "data-table": letter })));
    const count = element("select", { "data-n": "" }, ...options(COUNTS, (n) => number(n)));
    const draws = element("section", { class: "am-draws" }, element("h2", { id: "draws" }, say("lab.draws")),
      element("div", { class: "am-draws-controls" }, label("lab.draws.n", count), label("lab.draws.seed", element("input", { type: "number", min: "0", step: "1", "data-seed": "" }))),
      element("h3", {}), element("div", { class: "am-draws-picture", role: "img" }), element("p", { class: "am-caption" }));
    return [
      element("p", { class: "am-notice", role: "status", hidden: "" }),
      element("p", { class: "am-empty-lab", role: "alert", hidden: "" }, say("lab.empty")),
      element("div", { class: "am-lab" }, input, lanes),
      element("section", { class: "am-tables" }, element("h2", { id: "stages" }, say("lab.stages")), ...tables), draws,
    ];
  }

  addSettings() {
    this.setters = {};
    for (const [group, names] of Object.entries(GROUPS)) {
      const place = this.find(`[data-group="${group}"]`);
      for (const name of names) {
        const control = controlFor(name, say);
        const one = controlOf({ id: "lab" }, control, this.state.settings[name], this.lang, (value) => {
          this.state.settings[name] = value;
          this.show();
        });
        this.setters[name] = one.set;
        place.append(one.box);
      }
      const apart = names.some((name) => this.state.settings[name] !== controlFor(name, say).value);
      if (group !== "main") place.closest("details").open = apart;
    }
  }

  listen() {
    const { state } = this, find = this.find;
    find("[data-preset]").addEventListener("change", ({ target }) => {
      if (!target.value) return;
      state.text = this.reader.value = preset(target.value);
      this.take();
    });
    find("textarea").addEventListener("input", ({ target }) => {
      state.text = target.value;
      find("[data-preset]").value = "";
      this.soon(() => this.take(), state.text.length > LONG ? 300 : 0);
    });
    find("[data-from]").addEventListener("change", ({ target }) => { state.fromPrompt = target.checked; this.take(); });
    find("[data-prompt]").addEventListener("input", ({ target }) => {
      state.prompt = target.value;
      if (state.model === PAGE) this.soon(() => this.take(), 250);
    });
    find("[data-prompt]").addEventListener("keydown", ({ key }) => { if (key === "Enter" && state.model !== PAGE) this.take(); });
    find("[data-ask]").addEventListener("click", () => this.take());
    find("[data-stop]").addEventListener("click", () => this.asking?.abort());
    find("[data-so-far]").addEventListener("input", ({ target }) => { state.soFar = target.value; this.show(); });
    find("[data-n]").addEventListener("change", ({ target }) => { state.n = Number(target.value); this.show(); });
    find("[data-seed]").addEventListener("input", ({ target }) => {
      const seed = Number(target.value);
      if (target.value === "" || !Number.isSafeInteger(seed) || seed < 0) return target.setAttribute("aria-invalid", "true");
      target.removeAttribute("aria-invalid");
      state.seed = seed;
      this.show();
    });
    find("[data-csv]").addEventListener("click", () => {
      const stages = this.stages.a, ranking = [...stages[0].logits.keys()].sort((i, j) => stages[0].logits[j] - stages[0].logits[i] || i - j);
      save(`${say("lab.file")}.csv`, stageCsv(stages, this.typed.tokens, ranking, decimalMark(this.lang)), "text/csv");
    });
    find("[data-png]").addEventListener("click", async () => {
      const colours = paperColours(PALETTE);
      save(`${say("lab.file")}.png`, await pngOf(drawsPicture(this.draws, this.typed.tokens, colours, this.lang), colours.paper));
    });
    find("[data-link]").addEventListener("click", async ({ target }) => {
      const { url, whole } = addressOf(state, location.href);
      target.textContent = say(!await copied(url.href) ? "unlinked" : whole ? "linked" : "lab.link.long");
      setTimeout(() => { target.textContent = say("link"); }, 4000);
    });
    find("[data-reset]").addEventListener("click", () => {
      const { url } = addressOf(state, location.href);
      for (const name of [...url.searchParams.keys()]) if (!["lang", "present"].includes(name)) url.searchParams.delete(name);
      history.replaceState(history.state, "", url);
      this.asking?.abort();
      clearTimeout(this.waiting);
      Object.assign(this, { turn: -1, over: true });  // what still comes finds nothing to change
      keep("", null);
      this.box.replaceChildren();
      lab(this.box, { words: this.words });
    });
  }

  soon(act, wait) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(act, wait);
  }

  /** Read the logits anew, from the lines or from the model. */
  async take() {
    const { state } = this, turn = this.turn = (this.turn ?? 0) + 1;
    this.find(".am-typed").hidden = state.fromPrompt;
    this.find(".am-asked").hidden = !state.fromPrompt;
    this.find(".am-so-far").hidden = state.fromPrompt;
    this.asking?.abort();
    const typed = state.fromPrompt ? await this.asked(turn) : read(state.text);
    if (!typed || turn !== this.turn) return;  // none came, or another question has been asked since
    this.typed = typed;
    this.sayProblems(typed.problems);
    const empty = !typed.tokens.length;
    this.find(".am-empty-lab").hidden = !empty;
    for (const part of [".am-lanes", ".am-tables", ".am-draws", ".am-copy"]) this.find(part).hidden = empty;
    if (empty) return this.toAddress();
    this.raw = firstStage(typed.logits);
    this.shown = first(typed.logits, SHOWN);
    this.byToken = undefined;
    this.show();
  }

  /** What the model says after the prompt; null where that cannot be had, and what was there stays. */
  async asked(turn) {
    const { model, prompt } = this.state, here = model === PAGE, whose = this.find(".am-whose");
    const loading = this.find(".am-loading"), bar = this.find("progress"), asking = this.asking = new AbortController();
    const waits = (said, share) => {
      loading.firstChild.textContent = said || say("lab.loading");
      bar.value = share;
    };
    this.find("[data-lost]")?.remove();
    this.find("[data-ask]").hidden = this.find("[data-stop]").hidden = here;
    this.find(".am-asked > label > small").hidden = !here;
    waits("", 0);
    const patience = setTimeout(() => { loading.hidden = false; }, 200);
    try {
      const found = await (here ? afterPrompt(prompt, (share) => { bar.value = share; }) : fromServer(model, prompt, { signal: asking.signal, waits }));
      if (turn !== this.turn) return null;
      whose.hidden = here;
      whose.textContent = here ? "" : this.whose(found, prompt);
      return found;
    } catch (error) {
      if (turn !== this.turn || asking.signal.aborted) return null;
      if (here) console.error(error);
      const said = error instanceof ServerError ? error.message : say("lab.model.lost");
      this.find(".am-asked").append(element("p", { role: "alert", class: "am-lost", "data-lost": "" }, said));
      return null;
    } finally {
      clearTimeout(patience);
      if (turn === this.turn) loading.hidden = true;
    }
  }

  /** After which prompt the logits are, and of a model that tells a few only, how few. */
  whose({ tokens, mass }, prompt) {
    const after = say("lab.after", { prompt });
    return mass === null ? after : `${after} ${say("lab.top", { count: tokens.length, mass: show(mass, "%1", this.lang) })}`;
  }

  sayProblems(problems) {
    const whole = ["many", "none"], lines = problems.filter(({ kind }) => !whole.includes(kind));
    const told = [...lines.slice(0, PROBLEMS), ...problems.filter(({ kind }) => whole.includes(kind))].map(({ kind, line, text }) =>
      say(`lab.bad.${kind}`, { line, text: text.length > 200 ? `${text.slice(0, 200)}…` : text, most: kind === "large" ? LARGEST : LINES }));
    if (lines.length > PROBLEMS) told.push(say("lab.bad.more", { count: lines.length - PROBLEMS }));
    this.find(".am-problems").replaceChildren(...told.map((text) => element("li", {}, text)));
  }

  /** The text so far: the prompt of the model, or the tokens that the reader has named. */
  context() {
    if (this.state.fromPrompt) return { prompt: this.typed.prompt ?? [], output: [] };  // until the model has answered, what stands there was typed
    const words = this.state.soFar.split(/\s+/).filter(Boolean);
    if (!words.length) return { prompt: [], output: [] };
    this.byToken ??= new Map(this.typed.tokens.map((token, i) => [token, i]));
    return { prompt: [], output: words.map((word) => this.byToken.get(word)).filter((id) => id !== undefined) };
  }

  /** One step: both chains over the settings, and everything that shows them. */
  show() {
    if (!this.typed?.tokens.length) return this.toAddress();
    const { state, lang, typed, shown } = this, context = this.context(), params = {};
    this.stages = {};
    for (const letter of "ab") {
      const { engine, own } = state[letter];
      params[letter] = samplingParams({ ...state.settings, order: own ?? engine });
      this.stages[letter] = stagesFor(this.raw, params[letter], context);
    }
    const { a, b } = this.stages, [onlyA, onlyB] = changed(a.at(-1), b.at(-1)), marked = new Set([...onlyA, ...onlyB]);
    for (const letter of "ab") {
      this.lanes[letter].draw(this.stages[letter], ignoredOf(params[letter]), params[letter], typed.tokens, marked);
      follow(this.find(`[data-table="${letter}"]`), stageTable(this.stages[letter], typed.tokens, { shown, rest: typed.tokens.length - shown.length }, marked, lang));
    }
    this.sayDifference(onlyA, onlyB);
    this.drawDraws();
    this.copies.draw(params.a);
    this.toAddress();
    this.check(typed.logits, this.stages, params, shown, context);
  }

  sayDifference(onlyA, onlyB) {
    const { a, b } = this.stages, { tokens } = this.typed, line = this.find(".am-verdict-line");
    const names = (ids) => ids.length <= NAMED ? listed(ids.map((i) => tokens[i])).join("")
      : `${ids.slice(0, NAMED).map((i) => tokens[i]).join(", ")} ${say("message.more", { count: ids.length - NAMED })}`;
    const sides = [["a", onlyA], ["b", onlyB]].filter(([, ids]) => ids.length).map(([letter, ids]) => say(`lab.only_${letter}`, { count: ids.length, tokens: names(ids) }));
    const distance = say("lab.distance", { tv: show(totalVariation(a.at(-1).probs, b.at(-1).probs), "%1", this.lang) });
    line.textContent = [...(sides.length ? sides : [say("lab.same")]), distance].join(" ");
    line.classList.toggle("am-differ", sides.length > 0);
  }

  drawDraws() {
    const { state, lang } = this, place = this.find(".am-draws-picture");
    this.draws = drawsOf(this.stages.a.at(-1), state.n, state.seed, SHOWN);
    const told = drawsTold(this.draws, state.n), colours = Object.fromEntries(PALETTE.map((name) => [name, `var(--am-${name})`]));
    follow(place, drawsPicture(this.draws, this.typed.tokens, { ...colours, font: "inherit" }, lang));
    place.setAttribute("aria-label", told.alt);
    this.find(".am-draws h3").textContent = told.title;
    this.find(".am-draws .am-caption").textContent = told.caption;
  }
}
