// A beat on the stage: its own elements are borrowed from the page, so that figures and exercises stay the ones of the page,
// and given back when the next one comes.
import { element } from "../dom.js";
import { say } from "../words.js";
import { answersOf, outcome } from "./answers.js";
import { fit, unfit } from "./picture.js";
import { unitsOf } from "./pages.js";

/**
 * @typedef {Object} Scene one arrangement of a beat; a question has up to three
 * @property {string} name
 * @property {Element[]} units what its pages are cut between
 * @property {boolean} byUnit whether each comes by a key of its own
 * @property {boolean} whole whether it fills the stage and is never cut
 */

/**
 * Put a beat on the stage.
 * @param {Object} beat
 * @param {HTMLElement} box takes its elements
 * @param {{page: Element, last: HTMLElement, unit: number}} around the lesson's page, what stands at its end, and the px of a unit
 * @returns {{scenes: Scene[], giveBack: () => void}}
 */
export function compose(beat, box, { page, last, unit }) {
  const borrowed = [];
  const borrow = (node) => {
    const mark = document.createComment("");
    node.replaceWith(mark);
    borrowed.push({ mark, node });
    box.append(node);
    return node;
  };
  box.className = `am-beat am-beat-${beat.kind}`;
  const scenes = (ARRANGED[beat.kind] ?? prose)(beat, box, { borrow, page, last, unit });
  return { scenes, giveBack: () => borrowed.forEach(({ mark, node }) => back(mark, node)) };
}

function back(mark, node) {
  if (node.matches(".am-figure")) unfit(node);
  for (const one of [node, ...node.querySelectorAll("[data-offstage], [data-coming], [data-box]")]) for (const name of ["data-offstage", "data-coming", "data-box"]) one.removeAttribute(name);
  mark.replaceWith(node);
}

const scene = (name, units, more = {}) => ({ name, units, byUnit: false, whole: false, ...more });

function cutting(nodes) {
  return nodes.flatMap((node) => {
    const units = unitsOf([node]);
    if (units.length > 1) node.setAttribute("data-box", "");
    return units;
  });
}

function prose(beat, box, { borrow }) {
  return [scene("prose", cutting(beat.blocks.map(({ node }) => borrow(node))))];
}

const ARRANGED = {
  work(beat, box, { borrow }) {
    const nodes = beat.blocks.map(({ node }) => borrow(node)), steps = nodes.at(-1).querySelectorAll(".am-cases > input:checked + label + .am-case li, .am-derivation > .am-steps > li");
    steps.forEach((step, i) => { step.value = i + 1; });  // also where those before it are not shown
    return [scene("work", [...steps], { byUnit: true })];
  },
  figure(beat, box, { borrow, unit }) {
    const nodes = beat.blocks.map(({ node }) => borrow(node));
    fit(nodes.at(-1), unit).catch((error) => console.error(error));
    return [scene("figure", [], { whole: true })];
  },
  question(beat, box, { borrow }) {
    const form = beat.blocks.map(({ node }) => borrow(node)).at(-1);
    return form.dataset.exercise === "bet" || form.dataset.experiment ? [scene("asked", [form], { whole: false })] : asked(form, undefined, box);
  },
  answer(beat, box, { borrow, page }) {
    const opened = beat.blocks.at(-1).node, form = borrow(page.querySelector(`form[id="${CSS.escape(beat.blocks.at(-1).to)}"]`));
    return asked(form, opened, box);
  },
  end(beat, box, { last }) {
    box.append(last);
    return [scene("end", [last])];
  },
};

/** The question; then the right answer and why; then the others, each with what is said to it. */
function asked(form, opened, box) {
  const [right, ...others] = answersOf(form, opened);
  const told = element("div", { class: "am-told am-told-right" },
    element("p", { class: "am-told-label" }, element("span", { class: "am-verdict am-right" }, "✓ "), ...right.label), ...right.said, ...outcome(form, opened));
  const rest = others.map(({ label, said }) => element("div", { class: "am-told-other" },
    element("p", { class: "am-told-label" }, element("span", { class: "am-verdict am-wrong" }, "✗ "), ...label), ...said));
  const wrong = element("div", { class: "am-told am-told-others" }, element("p", { class: "am-kind" }, element("span", {}, say("present.others"))), ...rest);
  box.append(told, wrong);
  return [scene("asked", [form]), scene("right", cutting([told])), ...(rest.length ? [scene("others", rest)] : [])];
}
