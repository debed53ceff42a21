// The home's first screen: a recorded text of the model writes itself, token by token, with the bars of each step. The data
// is dashboard/recorded/living.py's; the probabilities are computed here, at the temperature of the text.
import { show as number } from "./numbers.js";

const LOOK = 520, DRAW = 430;  // ms: to look at the bars, and at what was drawn
const SHAKE = [0, 90, 180, 280, 400];  // ms: faces that roll by

/**
 * What a step offers, at a temperature: the named tokens and, last, all the others together.
 * @param {{ softmax: function }} core `Amostra.core`
 * @param {[number, number[], number[], ?number]} step [drawn, named, their logits, ln Σ e^{u/τ} of the others], in hundredths
 * @param {number} heat τ
 * @returns {number[]}
 */
export function offered(core, [, , logits, rest], heat) {
  const u = logits.map((logit) => logit / 100);
  return heat === 0 ? [...core.softmax(u, 0), 0] : core.softmax([...u.map((one) => one / heat), rest / 100], 1);
}

/** How many tokens two texts begin with alike. */
export function alike(one, other) {
  const at = one.findIndex((step, i) => step[0] !== other[i]?.[0]);
  return at < 0 ? one.length : at;
}

/** A probability as the panel writes it: neither 0% nor 100% of what only rounds to it. */
export const percent = (p, lang) => p >= 0.9995 && p < 1 ? `> ${number(0.999, "%1", lang)}` : number(p, "%1", lang);

/** Bring the panel to life. */
export function living(root) {
  const box = root.querySelector("[data-living]");
  if (!box || box.amostra) return;
  box.amostra = true;
  const data = JSON.parse(box.querySelector("script").textContent), { said, words, texts, heats } = data;
  const find = (selector) => box.querySelector(selector), written = find("[data-written]"), bars = [...find(".am-live-bars").children];
  const slider = find("input"), play = find("[data-play]"), die = find("[data-die]"), line = find(".am-live-said");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let [heat, face] = data.first, at = 0, playing = !still, seen = true, timer, rolling = false;

  const text = () => texts[heat][Math.min(face, texts[heat].length - 1)];
  const plain = (place) => words[place].replaceAll("\n", "↵");

  function show(drawn) {
    const steps = text(), step = steps[Math.min(at, steps.length - 1)], p = offered(window.Amostra.core, step, heats[heat]);
    const row = step[1].includes(step[0]) ? step[1].indexOf(step[0]) : step[1].length;
    bars.forEach((bar, i) => {
      bar.children[0].textContent = i < step[1].length ? plain(step[1][i]) : data.labels.others;
      bar.children[1].style.setProperty("--p", p[i].toFixed(4));
      bar.children[2].textContent = percent(p[i], data.lang);
      bar.toggleAttribute("data-drawn", drawn && i === row);
    });
    const word = said.quoted.replace("{word}", () => plain(step[0]));
    line.textContent = !drawn ? "" : heats[heat] === 0 ? said.same : (row < step[1].length ? said.drawn : said.rest).replace("{p}", percent(p[row], data.lang)).replace("{word}", () => word);
  }

  function write() {
    const shown = text().slice(0, at).map(([place]) => words[place].replaceAll("\n", " ↵ "));
    const last = document.createElement("mark");
    last.textContent = shown.pop() ?? "";
    written.replaceChildren(shown.join(""), last);
  }

  function label() {
    const done = at >= text().length;
    play.hidden = still;
    play.textContent = done ? said.again : playing ? said.pause : said.go_on;
    box.toggleAttribute("data-writing", playing && !done);
  }

  function step() {
    clearTimeout(timer);
    label();
    if (!playing || !seen || rolling || at >= text().length) return;
    show(false);
    timer = setTimeout(() => {
      show(true);
      timer = setTimeout(() => { at++; write(); step(); }, DRAW);
    }, LOOK);
  }

  /** Another text: what both begin with stays. */
  function change(to) {
    const before = text();
    [heat, face] = to;
    find(".am-alt").textContent = said.whole.replace("{tau}", data.labels.heats[heat]).replace("{face}", data.faces[face])
      .replace("{text}", () => data.prompt + text().map(([place]) => words[place]).join("").replaceAll("\n", " ↵ "));
    at = still ? text().length : Math.min(at, alike(text(), before));
    playing = !still;
    write();
    show(still);
    step();
  }

  slider.addEventListener("input", () => {
    const to = Number(slider.value);
    box.querySelector("output").textContent = data.labels.heats[to];
    slider.setAttribute("aria-valuetext", data.labels.heats[to]);
    change([to, face]);
  });
  die.addEventListener("click", () => {
    if (rolling) return;
    const other = (face + 1 + Math.floor(Math.random() * (data.faces.length - 1))) % data.faces.length;
    const turn = (to) => { die.querySelector("svg").dataset.face = data.faces[to]; };
    const land = () => { rolling = false; turn(other); change([heat, other]); };
    if (still) return land();
    rolling = true;
    clearTimeout(timer);
    for (const [i, wait] of SHAKE.entries()) setTimeout(() => turn((face + i + 1) % data.faces.length), wait);
    setTimeout(land, SHAKE.at(-1) + 120);
  });
  play.addEventListener("click", () => {
    if (at >= text().length) { at = 0; playing = true; write(); } else playing = !playing;
    step();
  });
  new IntersectionObserver(([entry]) => { seen = entry.isIntersecting; step(); }).observe(box);
  document.addEventListener("visibilitychange", () => { seen = !document.hidden; step(); });
  if (still) { at = text().length; write(); show(true); label(); } else write();
}
