// The quiz on paper: a name and a date, numbered questions, lettered options; or the key, with what is said to each answer.
import { element } from "../dom.js";
import { plain } from "../plain.js";
import { outcome } from "../present/answers.js";
import { say } from "../words.js";

const SHORT = 26, SHORT_WIDE = 46;  // characters of the longest of the options that stand side by side, in a column and over both
const WIDE = ".highlight, pre, table, .am-math";  // what a column does not hold

/**
 * @param {{question: import("../room/question.js").Question, form: HTMLFormElement}[]} asked
 * @param {boolean} key whether the answers are told
 * @param {string} address of the quiz
 * @returns {HTMLElement[]}
 */
export function sheet(asked, key, address) {
  const head = element("header", {}, element("p", { class: "am-sheet-title" }, say(key ? "quiz.key.title" : "nav.quiz")));
  head.append(...key ? [element("p", { class: "am-sheet-short" }, ...asked.flatMap(({ question }, i) => [element("span", {}, element("b", {}, `${i + 1}`), " ", right(question))]))]
    : [element("p", { class: "am-sheet-who" }, ...["name", "class", "date"].map((one) => element("span", { "data-line": one }, say(`quiz.line.${one}`))))]);
  return [head, ...runs(asked.map((one, i) => listed(one, i + 1, key)), key), element("p", { class: "am-sheet-foot" }, "Amostra · CC BY 4.0", ...(key ? [" · ", address] : []))];
}

/** The questions in two columns, one that is wider between those before and those after it; the key in one. */
function runs(questions, key) {
  const made = [];
  for (const one of questions) {
    const wide = key || "wide" in one.dataset, last = made.at(-1);
    if (last && wide === !("columns" in last.dataset)) last.append(one);
    else made.push(element("ol", { class: "am-sheet-questions", ...(wide ? {} : { "data-columns": "" }) }, one));
  }
  return made;
}

const letter = (i) => String.fromCharCode(65 + i);

/** The right answer, in short: a letter or a number. */
function right(question) {
  const at = question.options.findIndex((one) => one.right);
  return question.numeric ? plain(question.options[at].label()) : letter(at);
}

function listed({ question, form }, place, key) {
  const text = element("div", {}, ...question.text()), line = element("li", {}, element("b", { class: "am-sheet-place" }, String(place)), text);
  const wide = Boolean(text.querySelector(WIDE));
  line.toggleAttribute("data-wide", wide);
  if (question.numeric && !key) text.append(element("p", { class: "am-sheet-answer" }, say("quiz.line.answer")));
  else text.append(options(question, key, wide ? SHORT_WIDE : SHORT));
  if (key) text.append(...outcome(form));
  return line;
}

function options(question, key, short) {
  const lengths = question.options.map((one) => plain(one.label()).length), list = element("ol", { class: "am-sheet-options" });
  list.toggleAttribute("data-short", !key && Math.max(...lengths) <= short);
  list.append(...question.options.map((one, i) => element("li", key && one.right ? { "data-right": "" } : {},
    element("b", {}, question.numeric ? one.right ? "✓" : "✗" : `${letter(i)})`),
    element("div", {}, ...one.label(), ...(key && one.right && !question.numeric ? [" ✓"] : [])), ...(key ? [element("div", {}, ...one.said())] : []))));
  return list;
}
