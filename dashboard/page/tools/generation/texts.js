// The texts, token by token: a tint and a line say how likely each one was; arrow keys walk over them, Enter opens one.
import { element } from "../../dom.js";
import { say } from "../../words.js";
import { alone, decimals, share, whole } from "./written.js";

const LEVELS = {  // bounds from the surest level to the least sure one: probabilities from above, bits from below
  probability: [0.5, 0.2, 0.05, 0.01],
  entropy: [1, 2, 4, 6],
};
const MOST_BITS = 8;  // a full line under a token
export const MEASURES = Object.keys(LEVELS);

function levelOf(step, measure) {
  const value = measure === "entropy" ? step.entropy_before : step.prob_before;
  if (value == null) return null;
  const at = LEVELS[measure].findIndex((bound) => (measure === "entropy" ? value < bound : value >= bound));
  return at < 0 ? LEVELS[measure].length : at;
}

const lineOf = (step, measure) => (measure === "entropy" ? Math.min(1, (step.entropy_before ?? 0) / MOST_BITS) : step.prob_before ?? 0);

/** The legend of a measure: per level its words, and how much of the line under a token it fills. */
export function legend(measure) {
  const bounds = LEVELS[measure], last = bounds.length - 1;
  const text = bounds.map((bound) => (measure === "entropy" ? whole(bound) : `${whole(100 * bound)}%`));
  const said = measure === "entropy" ? [`< ${text[0]}`, ...text.slice(1).map((one, i) => `${text[i]}–${one}`), `≥ ${text[last]}`]
    : [`≥ ${text[0]}`, ...text.slice(1).map((one, i) => `${one}–${text[i]}`), `< ${text[last]}`];
  const lines = measure === "entropy" ? [0.5, ...bounds].map((bound) => bound / MOST_BITS) : [...bounds, 0];
  return said.map((one, i) => {
    const sample = element("span", { class: `am-token am-level-${i}`, "aria-hidden": "true", style: `--am-share:${lines[i]}` }, "abc");
    return element("li", {}, sample, ` ${one}`);
  });
}

/** The texts of one run in a box. */
export class Texts {
  /** @param {HTMLElement} box @param {{walked: function(number, number), opened: function(number, number)}} told of a row and a step */
  constructor(box, told) {
    Object.assign(this, { box, told, measure: MEASURES[0], sections: [], run: null, picked: null });
    const place = (event) => event.target.closest("[role=option]");
    const at = (option) => [Number(option.dataset.row), Number(option.dataset.index)];
    box.addEventListener("click", (event) => place(event) && this.walk(place(event)));
    box.addEventListener("keydown", (event) => {
      const option = place(event);
      if (!option) return;
      const all = [...option.parentElement.children], here = all.indexOf(option);
      const to = { ArrowRight: here + 1, ArrowLeft: here - 1, ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to !== undefined && all[to]) this.walk(all[to]);
      else if (event.key === "Enter" || event.key === " ") told.opened(...at(option));
      else return;
      event.preventDefault();
    });
    this.walk = (option) => {
      this.roving(option);
      option.focus();
      told.walked(...at(option));
    };
  }

  /** Show another run; `titles` say what tells its texts apart. */
  show(run, titles) {
    Object.assign(this, { run, picked: null });
    this.sections = run.rows.map((row, r) => section(run, row, r, titles[r]));
    this.box.replaceChildren(...this.sections);
    this.box.dataset.many = run.rows.length;
    this.grow();
  }

  /** Add the steps that came since. */
  grow() {
    this.run.steps.forEach((steps, r) => {
      const list = this.sections[r].querySelector(".am-tokens");
      for (let t = list.childElementCount; t < steps.length; t++) list.append(this.token(steps[t], r, t));
      if (list.firstElementChild && !list.querySelector("[tabindex='0']")) list.firstElementChild.tabIndex = 0;
    });
  }

  token(step, r, t) {
    const last = step.forced && t === this.run.rows[r].forced.length - 1, text = step.text.replaceAll("\n", "↵\n");
    const said = say("generation.word.token", {
      token: alone(step.token, step.token_id), p: share(step.prob_before), rank: whole(step.rank), h: decimals(step.entropy_before),
    });
    const label = step.forced ? `${said} ${say("generation.word.forced")}` : said;
    const option = element("span", {
      role: "option", "aria-label": label, "aria-selected": "false", title: label, tabindex: "-1", "data-row": r, "data-index": t,
      ...(step.forced ? { "data-forced": last ? "last" : "" } : {}),
    }, text || (step.token ? "·" : `⟨${say("generation.end")}⟩`));
    this.paint(option, step);
    return option;
  }

  paint(option, step) {
    const level = levelOf(step, this.measure);
    option.className = `am-token${level === null ? "" : ` am-level-${level}`}`;
    option.style.setProperty("--am-share", lineOf(step, this.measure));
  }

  /** Colour by another measure. */
  by(measure) {
    this.measure = measure;
    for (const option of this.box.querySelectorAll("[role=option]")) this.paint(option, this.run.steps[option.dataset.row][option.dataset.index]);
  }

  /** Mark the token whose distribution is shown; null for none. */
  mark(place) {
    this.box.querySelectorAll("[aria-selected=true]").forEach((one) => one.setAttribute("aria-selected", "false"));
    const option = place && this.option(...place);
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    this.roving(option);
  }

  option(r, t) {
    return this.sections[r]?.querySelector(".am-tokens").children[t];
  }

  roving(option) {
    option.parentElement.querySelectorAll("[tabindex='0']").forEach((one) => { one.tabIndex = -1; });
    option.tabIndex = 0;
  }

  /** What stands under each text, which are still growing, and which one won: it comes first. */
  tell(notes, going, winner) {
    this.sections.forEach((one, r) => {
      one.querySelector(".am-note").textContent = notes[r];
      one.classList.toggle("am-going", going[r]);
      one.classList.toggle("am-winner", r === winner);
    });
    if (winner !== null && this.box.firstElementChild !== this.sections[winner]) this.box.prepend(this.sections[winner]);
  }
}

function section(run, row, r, title) {
  const prompt = typeof run.prompt === "string" ? run.prompt : "…";
  const named = [title, say("generation.word.tokens")].filter(Boolean).join(": ");
  return element("section", { class: "am-text" },
    ...(title ? [element("h3", {}, title)] : []),
    element("p", { class: "am-flow" }, element("span", { class: "am-prompt" }, prompt),
      element("span", { class: "am-tokens", role: "listbox", "aria-orientation": "horizontal", "aria-label": named }),
      element("span", { class: "am-caret", "aria-hidden": "true" })),
    element("p", { class: "am-note" }));
}
