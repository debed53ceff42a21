// One chain: its order, its stages as cards, what it leaves. A card is switched off, dragged, or moved by the arrow keys.
import { escape } from "../../controls.js";
import { first } from "../../core/thresholds.js";
import { element } from "../../dom.js";
import { show } from "../../numbers.js";
import { say } from "../../words.js";
import { follow } from "../follow.js";
import { ENGINES, moved, orderOf, switched } from "./chains.js";
import { countOf, emptyPicture, fillPicture } from "./cut.js";

const RESULT = 6;  // tokens

/**
 * @param {"a" | "b"} letter
 * @param {{engine: string, own: ?string[]}} chain what is chosen; changed in place
 * @param {string} lang BCP 47
 * @param {() => void} changed called after each change
 * @returns {{box: HTMLElement, draw: function}}
 */
export function lane(letter, chain, lang, changed) {
  const select = element("select", { "aria-label": say(`lab.chain_${letter}`) });
  const names = { ...Object.fromEntries(ENGINES.map((name) => [name, name])), own: say("lab.custom") };
  select.append(...Object.entries(names).map(([value, label]) => element("option", { value }, label)));
  const said = element("p", { class: "am-lane-said" }), list = element("ol", { class: "am-chain" });
  const result = element("ol", { class: "am-result", "aria-label": say("lab.result", { chain: letter.toUpperCase() }) });
  const moves = element("p", { class: "am-alt", role: "status" });
  const head = element("div", { class: "am-lane-head" }, element("h2", { id: `am-lane-${letter}` }, say("lab.chain", { chain: letter.toUpperCase() })), select, said);
  const box = element("section", { class: "am-lane", "aria-labelledby": `am-lane-${letter}` }, head, list, result, moves);
  const cards = new Map();
  let drawn = [];  // the stages that act, in their order

  select.addEventListener("change", () => {
    chain.own = select.value === "own" ? orderOf(chain) : null;
    if (select.value !== "own") chain.engine = select.value;
    changed();
  });

  function put(name, to) {
    const place = Math.max(0, Math.min(to, drawn.length - 1));
    if (place === drawn.indexOf(name)) return;
    chain.own = moved(orderOf(chain), drawn, name, place);
    changed();
    moves.textContent = say("lab.moved", { stage: say(`stage.${name}`), at: place + 1, of: drawn.length });
  }

  function cardOf(name) {
    if (cards.has(name)) return cards.get(name);
    const title = say(`stage.${name}`), grip = element("button", { type: "button", class: "am-grip", "aria-label": say("lab.move", { stage: title }), title: say("lab.move.how") });
    grip.textContent = title;
    const on = element("input", { type: "checkbox", role: "switch", "aria-label": say("lab.switch", { stage: title }) });
    const picture = emptyPicture(), told = element("p"), card = element("li", { class: "am-card", "data-stage": name });
    card.append(element("div", { class: "am-card-head" }, grip, on), picture, told);
    on.addEventListener("change", () => {
      chain.own = switched(orderOf(chain), name, on.checked);
      changed();
      cards.get(name).on.focus();
    });
    grip.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -99, End: 99 }[event.key];
      if (!step) return;
      event.preventDefault();
      put(name, drawn.indexOf(name) + step);
      grip.focus();
      card.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    grip.addEventListener("pointerdown", (event) => { if (event.button === 0 && drawn.includes(name)) drag(name, card, event); });
    cards.set(name, { card, grip, on, picture, told });
    return cards.get(name);
  }

  let dragged = null;

  /** The card follows the pointer by places: it takes the place of the card under it. */
  function drag(name, card, { pointerId }) {
    const move = (event) => {
      if (event.pointerId !== pointerId) return;
      event.preventDefault();
      dragged = name;
      card.classList.add("am-dragged");
      const over = drawn.findIndex((one) => {
        const { left, right, top, bottom } = cards.get(one).card.getBoundingClientRect();
        return left <= event.clientX && event.clientX <= right && top - 40 <= event.clientY && event.clientY <= bottom + 40;
      });
      if (over >= 0) put(name, over);
    };
    const end = (event) => {
      if (event.pointerId !== pointerId) return;
      for (const [kind, heard] of heardBy) removeEventListener(kind, heard);
      dragged = null;
      card.classList.remove("am-dragged");
      arrange();
    };
    const heardBy = [["pointermove", move], ["pointerup", end], ["pointercancel", end]];
    for (const [kind, heard] of heardBy) addEventListener(kind, heard, { passive: false });
  }

  /** The cards in the order of their places; while one is dragged, only to the eye: a moved element would lose the pointer. */
  function arrange(names = [...list.children].map((one) => one.dataset.stage).sort((x, y) => cards.get(x).card.style.order - cards.get(y).card.style.order)) {
    names.forEach((name, i) => { cardOf(name).card.style.order = i; });
    if (dragged) return;
    const focused = document.activeElement, wanted = names.map((name) => cards.get(name).card);
    if (wanted.length === list.children.length && wanted.every((one, i) => one === list.children[i])) return;
    list.replaceChildren(...wanted);
    if (list.contains(focused)) focused.focus({ preventScroll: true });
  }

  /**
   * @param {Stage[]} stages first the raw one
   * @param {string[]} ignored stages that are set and have no place in the order
   * @param {Object} s checked params
   * @param {string[]} tokens
   * @param {Set<number>} marked tokens that change sides
   */
  function draw(stages, ignored, s, tokens, marked) {
    drawn = stages.slice(1).map((stage) => stage.name);
    select.value = chain.own ? "own" : chain.engine;
    stages.slice(1).forEach((stage, i) => {
      const { card, on, picture, told } = cardOf(stage.name), before = stages[i];
      card.classList.remove("am-card-off");
      on.checked = true;
      fillPicture(picture, before, stage, s, lang);
      told.textContent = countOf(before) === countOf(stage) ? say("lab.card.moves", { entropy: show(stage.entropy, "2", lang) })
        : say("lab.card.cuts", { mass: show(stage.massRemoved, "%~", lang), count: countOf(stage) });
    });
    for (const name of ignored) {
      const { card, on, told } = cardOf(name);
      card.classList.add("am-card-off");
      on.checked = false;
      told.textContent = say(chain.own ? "lab.card.off" : "lab.card.none");
    }
    arrange([...drawn, ...ignored]);
    list.classList.toggle("am-empty", !list.children.length);
    const last = stages.at(-1);
    said.textContent = say("lab.left", { count: countOf(last), entropy: show(last.entropy, "2", lang), effective: show(last.effectiveChoices, "1", lang) });
    follow(result, first(last.probs, RESULT).filter((i) => last.kept[i]).map((i) => {
      const mark = marked.has(i) ? ` <abbr title="${escape(say("lab.changes"))}">⇄</abbr>` : "";
      return `<li><span>${escape(tokens[i])}${mark}</span><i style="--p:${last.probs[i].toFixed(4)}"></i><b>${show(last.probs[i], "%~", lang)}</b></li>`;
    }).join("") + (countOf(last) > RESULT ? `<li class="am-more">${escape(say("lab.rest", { count: countOf(last) - RESULT }))}</li>` : ""));
  }

  return { box, draw };
}
