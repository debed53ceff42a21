// What is asked, read from the page: the exercise that stands there, with what it says to each answer.
import { element, wording } from "../dom.js";
import { say } from "../words.js";

/**
 * @typedef {Object} Option
 * @property {string} value
 * @property {() => Node[]} label
 * @property {() => Node[]} said what is said to who chose it
 * @property {boolean} right
 * @property {number} [p] the model's probability of a token
 *
 * @typedef {Object} Question
 * @property {string} name "temperature/tau-bet"
 * @property {string} kind "choice", "numeric" or "next"
 * @property {boolean} [bet] whether its answer comes later in the lesson
 * @property {() => Node[]} text
 * @property {Option[]} options of a numeric one: the right answer, each known mistake, and "wrong"
 * @property {{answer: number, tolerance: number, mistakes: number[]}} [numeric]
 * @property {Object} body what a server is asked for
 */

/** A node's copies without ids, which stand in the page already. */
function copies(nodes) {
  return [...nodes].map((node) => {
    const copy = node.cloneNode(true);
    for (const one of [copy, ...copy.querySelectorAll?.("[id]") ?? []]) one.removeAttribute?.("id");
    return copy;
  });
}

/** @returns {Question} of an exercise or a bet, `name` being its lesson's and its own */
export function fromForm(form, name, lang) {
  const asked = form.querySelector(`[id="${form.id}-question"]`), program = form.querySelector(":scope > .highlight");
  const numeric = form.dataset.numeric ? JSON.parse(form.dataset.numeric) : undefined, bet = form.dataset.exercise === "bet";
  const told = bet ? betTold(form) : (value) => form.querySelector(`[data-answer="${CSS.escape(value)}"]`)?.childNodes ?? [];
  const option = (value, label) => ({
    value,
    label,
    said: () => copies(told(value)).filter((node) => !node.classList?.contains("am-verdict")),
    right: [...told(value)].some((node) => node.classList?.contains("am-verdict") && node.classList.contains("am-right")),
  });
  const shown = (value) => () => wording(form.querySelector(`[data-answer="${value}"]`).previousElementSibling);
  const options = numeric ? ["right", ...numeric.mistakes.map((_, i) => `mistake-${i}`), "wrong"].map((value) => option(value, shown(value)))
    : [...form.querySelectorAll(".am-option")].map((label) => option(label.querySelector("input").value, () => wording(label.querySelector("span"))));
  const [lesson, exercise] = name.split("/");
  return {
    name, bet, numeric, options, kind: numeric ? "numeric" : "choice", text: () => copies(program ? [...asked.childNodes, program] : asked.childNodes),
    body: { lesson, exercise, lang: lang.slice(0, 2) },
  };
}

/** What the answer of a bet says to an option, but that it was one's own. */
function betTold(form) {
  const answer = document.querySelector(`[data-answer-to="${CSS.escape(form.id)}"]`);
  return (value) => [...answer?.querySelector(`template[data-bet="${CSS.escape(value)}"]`)?.content.children ?? []].slice(1);
}

/**
 * Which token comes next?
 * @param {{lang: string, prompt: string, options: {text: string, p: number}[]}} given tokens as the class reads them
 * @returns {Question}
 */
export function nextToken({ lang, prompt, options }) {
  return {
    name: `next/${prompt.length}-${options.map(({ text }) => text).join("|")}`, kind: "next",
    text: () => [element("p", {}, say("room.next")), element("blockquote", { class: "am-room-text" }, `${prompt} …`)],
    options: options.map(({ text, p }, i) => ({ value: String(i), label: () => [element("code", {}, text)], said: () => [], right: false, p, token: text })),
    body: { lang: lang.slice(0, 2), prompt: prompt.slice(-2000), tokens: options.map(({ text, p }) => [text, p]) },
  };
}
