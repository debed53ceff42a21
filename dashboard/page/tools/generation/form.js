// The controls: how many texts, the prompt, where it ends, and the settings of each letter.
import { controlOf } from "../../controls.js";
import { toEngine } from "../../core/engines.js";
import { ignoredOf, samplingParams } from "../../core/params.js";
import { element } from "../../dom.js";
import { language, say } from "../../words.js";
import { lost } from "../lost.js";
import { modelChoice } from "../models.js";
import { served } from "../server.js";
import { MODES, MOST } from "./asked.js";
import { ALL, controlFor, ENGINES, ENGLISH, EXAMPLES, GROUPS, LETTERS, paramsOf, preset, presetOf, PRESETS } from "./settings.js";

const labelled = (text, control, help) => element("label", help ? { title: help } : {}, element("span", {}, text), control);
const options = (names, prefix) => names.map((name) => element("option", { value: name }, say(`${prefix}.${name}`)));

/** The controls in a box; `changed(asked, what)` hears what they stand at after each change. */
export class Form {
  /** @param {Asked} asked */
  constructor(box, asked, changed) {
    this.box = box;
    this.changed = changed;
    this.lost = element("ul", { class: "am-gen-lost am-note" });
    this.models = modelChoice(asked.model, (model) => this.put({ model }), ({ engine } = {}) => {
      this.engine = engine;
      this.tellLost();
    });
    this.set(asked);
  }

  /** Move every control. */
  set(asked) {
    this.asked = asked;
    this.models.set(asked.model);
    const letters = this.letters(), end = this.more();
    this.box.replaceChildren(this.modes(), this.prompt(), letters, ...(this.asked.mode === "compare" ? [end] : []));
    if (this.asked.mode !== "compare") letters.querySelector(".am-gen-more").after(end);
  }

  /** After a change the given tokens are those of an earlier text: what is asked for begins at the prompt again. */
  put(part) {
    Object.assign(this.asked, part, { go: false, branch: [], after: null });
    this.tellLost();
    this.changed(this.asked);
  }

  /** What an inference server cannot be told of the settings. */
  tellLost() {
    const missing = this.engine && this.asked ? toEngine(samplingParams(paramsOf(this.asked.settings.a)), this.engine).missing : [];
    this.lost.replaceChildren(...missing.map((one) => element("li", {}, lost(this.engine, one, language()))));
  }

  modes() {
    const { mode } = this.asked;
    const choices = MODES.map((name) => {
      const input = element("input", { type: "radio", name: "gen-mode", value: name });
      input.checked = name === mode;
      input.addEventListener("change", () => {
        this.put({ mode: name });
        this.set(this.asked);
        this.box.querySelector(`[name=gen-mode][value=${name}]`).focus();
      });
      return element("label", {}, input, element("span", {}, say(`generation.mode.${name}`)));
    });
    const set = element("fieldset", { class: "am-gen-modes" }, element("legend", { class: "am-unseen" }, say("generation.mode")), ...choices);
    return element("div", { class: "am-gen-head" }, set, element("p", { class: "am-note" }, say(`generation.mode.${mode}.help`)));
  }

  prompt() {
    const area = element("textarea", { rows: "2", maxlength: MOST.prompt, spellcheck: "false" });
    area.value = this.asked.prompt;
    area.addEventListener("input", () => this.put({ prompt: area.value }));
    const examples = served() ? { ...EXAMPLES, ...ENGLISH } : EXAMPLES;
    const example = element("select", {}, element("option", { value: "" }, say("generation.example.none")), ...options(Object.keys(examples), "generation.example"));
    example.addEventListener("change", () => {
      if (!examples[example.value]) return;
      area.value = examples[example.value];
      this.put({ prompt: area.value });
    });
    this.seed = this.number("seed", say("lab.draws.seed"), 0, MOST.seed, say("generation.seed.help"));
    const tokens = this.number("tokens", say("generation.tokens"), 1, MOST.tokens, say("generation.tokens.help"));
    return element("div", { class: "am-gen-ask" }, labelled(say("generation.prompt"), area),
      element("div", { class: "am-gen-fields" }, this.models.box, labelled(say("generation.example"), example), this.seed, tokens, ...this.own()), element("div", { class: "am-gen-fine" }, this.models.note, this.lost));
  }

  /** What only one mode asks for. */
  own() {
    if (this.asked.mode === "best") return [this.number("n", say("generation.best.n"), 2, MOST.rows)];
    if (this.asked.mode !== "grid") return [];
    return [0, 1].map((i) => {
      const input = element("input", { type: "number", min: 0, max: MOST.temperature, step: "0.05" });
      input.value = this.asked.ends[i];
      input.addEventListener("change", () => {
        const value = input.valueAsNumber;
        if (!(value >= 0 && value <= MOST.temperature)) input.value = this.asked.ends[i];
        else this.put({ ends: this.asked.ends.map((end, j) => (j === i ? value : end)).sort((a, b) => a - b) });
      });
      return labelled(`τ ${"₁₂"[i]}`, input, say("generation.grid.temperatures"));
    });
  }

  number(name, text, low, high, help) {
    const input = element("input", { type: "number", min: low, max: high, step: 1, inputmode: "numeric" });
    input.value = this.asked[name];
    input.addEventListener("change", () => {
      const value = input.valueAsNumber;
      if (Number.isInteger(value) && value >= low && value <= high) this.put({ [name]: value });
      else input.value = this.asked[name];  // as it was
    });
    return labelled(text, input, help);
  }

  toggle(name, text, help) {
    const input = element("input", { type: "checkbox", role: "switch" });
    input.checked = this.asked[name];
    input.addEventListener("change", () => this.put({ [name]: input.checked }));
    return element("label", { class: "am-gen-switch", title: help }, input, ` ${text}`);
  }

  more() {
    const stop = element("input", { type: "text", maxlength: MOST.stop });
    stop.value = this.asked.stop;
    stop.addEventListener("input", () => this.put({ stop: stop.value }));
    const box = element("details", { class: "am-gen-more" }, element("summary", {}, say("generation.ends_of_text")),
      element("div", { class: "am-gen-fields" }, labelled(say("generation.stop"), stop, say("generation.stop.help")),
        this.number("least", say("generation.least"), 0, MOST.least, say("generation.least.help")),
        this.toggle("ignore_eos", say("generation.ignore_eos"), say("generation.ignore_eos.help")),
        this.toggle("show_stop", say("generation.show_stop"), say("generation.show_stop.help"))),
      element("p", { class: "am-note" }, say("generation.stop.help")));
    box.open = Boolean(this.asked.stop || this.asked.least || this.asked.ignore_eos || this.asked.show_stop);
    return box;
  }

  letters() {
    const letters = this.asked.mode === "compare" ? LETTERS : ["a"];
    return element("div", { class: "am-gen-letters" }, ...letters.map((letter) => this.settings(letter, letters.length > 1)));
  }

  settings(letter, named) {
    const now = this.asked.settings[letter], figure = { id: `gen-${letter}` };
    const chosen = element("select", {}, element("option", { value: "" }, "—"), ...options(Object.keys(PRESETS), "generation.preset"));
    const idle = element("p", { class: "am-note", role: "status" });
    const tell = () => {
      const stages = ignoredOf(samplingParams(paramsOf(now))).map((stage) => say(`stage.${stage}`));
      chosen.value = presetOf(now);
      idle.hidden = !stages.length;
      idle.textContent = stages.length ? say("generation.order.without", { order: now.order, stages: stages.join(", ") }) : "";
    };
    const control = (name) => {
      const of = controlFor(name, letter);
      return controlOf(figure, of, now[name], language(), (value) => {
        now[name] = value;
        tell();
        this.put({});
      });
    };
    const made = Object.fromEntries(["greedy", ...Object.values(GROUPS).flat()].map((name) => [name, control(name)]));
    chosen.addEventListener("change", () => {
      if (!chosen.value) return;
      for (const [name, value] of Object.entries(preset(chosen.value))) {
        now[name] = value;
        made[name].set(value);
      }
      tell();
      this.put({});
    });
    tell();
    const orders = [...ENGINES.map((name) => [name, name]), [ALL, say("generation.order.all")]];
    const order = element("select", {}, ...orders.map(([value, text]) => element("option", { value }, text)));
    order.value = now.order;
    order.addEventListener("change", () => {
      now.order = order.value;
      tell();
      this.put({});
    });
    const boxes = (names) => names.map((name) => made[name].box);
    const more = element("details", { class: "am-gen-more" }, element("summary", {}, say("generation.settings.more")),
      element("div", { class: "am-gen-sliders" }, ...boxes(GROUPS.penalties), ...boxes(GROUPS.more), labelled(say("generation.order"), order, say("generation.order.help"))));
    return element("section", { class: "am-gen-letter" }, ...(named ? [element("h3", {}, letter.toUpperCase())] : []),
      element("div", { class: "am-gen-main" }, labelled(say("generation.preset"), chosen), ...boxes(["greedy", ...GROUPS.main])),
      element("div", { class: "am-gen-mores" }, more), idle);
  }
}
