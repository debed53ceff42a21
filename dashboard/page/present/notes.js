// What the instructor reads while the class sees the stage: what is shown, what comes next, what to ask, what goes wrong, the time.
import { element } from "../dom.js";
import { say } from "../words.js";
import { answersOf } from "./answers.js";

const LEFT_OUT = ".am-anchor, .katex-mathml, script, template, input, select, button, svg, [data-offstage], .am-answers, .am-feedback, .am-alt";

/** A copy that has no state and no names. */
function copy(node) {
  const one = node.cloneNode(true);
  one.querySelectorAll(LEFT_OUT).forEach((part) => part.remove());
  for (const part of [one, ...one.querySelectorAll("*")]) for (const name of ["id", "name", "data-coming", "style", "tabindex", "aria-labelledby", "href"]) part.removeAttribute?.(name);
  return one;
}

/**
 * The plan of the instructor's box: its sentences cut where they give minutes; what stands after the last minutes apart.
 * @param {string} text as HTML
 * @returns {{steps: {text: string, minutes: string}[], rest: string}}
 */
export function planOf(text) {
  const steps = [], pattern = /^(.*?)\s*\((\d+)\s*min\)[.;,]?\s*/s;
  let rest = text;
  for (let found = pattern.exec(rest); found; found = pattern.exec(rest)) {
    steps.push({ text: found[1], minutes: found[2] });
    rest = rest.slice(found[0].length);
  }
  return { steps, rest };
}

function plan(box) {
  const text = [...box.querySelectorAll("p:not(.am-kind)")].map((one) => one.innerHTML).join(" "), { steps, rest } = planOf(text);
  const html = (tag, inner) => Object.assign(document.createElement(tag), { innerHTML: inner });
  const items = steps.map((step) => {
    const item = html("li", step.text);
    item.append(" ", element("b", {}, say("present.minutes", { minutes: step.minutes })));
    return item;
  });
  return [copy(box.querySelector(".am-kind")), element("ol", {}, ...items), ...(rest ? [html("p", rest)] : [])];
}

const part = (title, ...nodes) => (nodes.length ? [element("section", {}, element("h2", {}, title), ...nodes)] : []);

/** What a beat shows, in small. */
function shown(beat, view) {
  if (beat.kind === "figure") {
    const live = view.querySelector(".am-figure");
    const values = [...live.querySelectorAll(".am-control")].map((one) => {
      const input = one.querySelector("input, select"), name = one.querySelector("label").childNodes[0].textContent.trim() || one.querySelector("label").textContent.trim();
      const value = input.matches("select") ? input.selectedOptions[0]?.textContent : input.type === "checkbox" ? say(input.checked ? "present.on" : "present.off") : input.getAttribute("aria-valuetext") ?? input.value;
      return element("li", {}, `${name}: ${value}`);
    });
    return [element("p", {}, element("b", {}, live.querySelector("[id$=-title]")?.textContent ?? "")), element("p", {}, live.querySelector(".am-said")?.textContent ?? ""), element("ul", {}, ...values)];
  }
  if (beat.kind === "question" || beat.kind === "answer") {
    const form = view.querySelector("form");
    return [...(form ? [copy(form.querySelector("[id$=-question]"))] : []), ...marked(form)];
  }
  return [...view.children].map(copy);
}

function marked(form) {
  const chosen = form?.querySelector("[type=radio]:checked");
  return chosen ? [element("p", {}, say("present.chosen"), " ", ...copy(chosen.nextElementSibling).childNodes)] : [];
}

/** The first words of a beat that is not shown yet. */
function ahead(beat) {
  if (!beat) return [element("p", {}, say("present.last"))];
  if (beat.kind === "end") return [element("p", {}, say("present.end"))];
  const first = beat.blocks.slice(0, 2).map(({ node }) => copy(node.matches("form") ? node.querySelector("[id$=-question]") : node.querySelector(".am-head, .am-title") ?? node));
  return [element("p", { class: "am-kind" }, element("span", {}, say(`present.kind.${beat.kind}`))), ...first];
}

function answers(beat, page) {
  const form = beat.blocks.find(({ node }) => node?.matches("form, .am-answer"))?.node;
  if (!form) return [];
  const bet = form.matches(".am-answer"), asked = bet ? page.querySelector(`[id="${CSS.escape(form.dataset.answerTo)}"]`) ?? form.ownerDocument.getElementById(form.dataset.answerTo) : form;
  return answersOf(asked, bet ? form : undefined).map(({ label, right, said }) => element("li", { class: right ? "am-right" : "am-wrong" },
    element("b", {}, right ? "✓ " : "✗ ", ...label), " ", ...said));
}

/**
 * The notes at a beat.
 * @param {{all: Object[], at: number, next: Object, view: Element, page: Element, blocks: Object[], count: string, said: string, task: Element[]}} state
 * @returns {HTMLElement}
 */
export function notesOf({ all, at, next, view, page, blocks, count, said, task }) {
  const beat = all[at], box = blocks.find(({ kind }) => kind === "instructor")?.node;
  const wrong = blocks.filter(({ kind, section }) => kind === "misconception" && section === beat.section).map(({ node }) => copy(node));
  const list = answers(beat, page);
  return element("div", { class: "am-notes am-page" },
    element("header", {}, element("p", {}, element("b", {}, count), " ", beat.section), element("p", { class: "am-notes-time", "data-time": "" })),
    ...(said ? [element("p", { role: "status", class: "am-notes-said" }, said)] : []),
    element("div", { class: "am-notes-now" }, ...part(say("present.now"), ...shown(beat, view)), ...part(say("present.next"), ...ahead(next))),
    element("div", { class: "am-notes-help" }, ...part(say("present.ask"), ...task.map(copy)),
      ...(list.length ? part(say("present.answers"), element("ul", { class: "am-notes-answers" }, ...list)) : []),
      ...part(say("present.misconceptions"), ...wrong), ...(box ? part(say("present.plan"), ...plan(box)) : [])));
}
