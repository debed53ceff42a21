// Exercises and bets: judged in the page, their answers kept in the browser.
import { beside } from "./beside.js";
import { around, element, wording } from "./dom.js";
import { parseNumber } from "./parse.js";
import { ofLesson } from "./progress.js";
import { answered, found } from "./spacing.js";
import { language, say } from "./words.js";

/**
 * The feedback that a numeric answer gets.
 * @param {string} text as typed
 * @param {{ answer: number, tolerance: number, mistakes: number[] }} exercise
 * @returns {string} "right", "mistake-0", …, "wrong" or "unreadable"
 */
export function judge(text, { answer, tolerance, mistakes }) {
  let value;
  try { value = parseNumber(text); } catch { return "unreadable"; }
  if (Math.abs(value - answer) <= tolerance) return "right";
  const known = mistakes.findIndex((mistake) => Math.abs(value - mistake) <= tolerance);
  return known >= 0 ? `mistake-${known}` : "wrong";
}

/**
 * Bring every exercise of a page to life, with the answers it had.
 * @param {Element} root
 * @param {string} slug the lesson's
 */
export function exercises(root, slug) {
  for (const form of root.querySelectorAll("[data-exercise]")) {
    if (form.dataset.exercise === "bet") bet(root, form, slug);
    else answerable(form, slug, form.id);
  }
  for (const form of root.querySelectorAll("[data-experiment]")) experiment(form, slug);
}

/** An exercise that is done on the page's model, which comes with the first try. Kept is what reached the goal. */
function experiment(form, slug) {
  const entries = [...form.querySelectorAll(".am-entries [name]")], given = () => entries.map(({ value }) => value).join("\n");
  const before = ofLesson(slug).done[form.id]?.answer.split("\n");
  if (before?.length === entries.length) quietly(form, () => {
    before.forEach((value, i) => { entries[i].value = value; });
    show(form, [element("p", {}, say("experiment.done"))], true);
  });
  form.addEventListener("input", () => show(form, []));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const tried = given(), progress = element("progress", { max: "1" });
    show(form, [element("p", {}, say("experiment.running")), progress]);
    try {
      await beside("experiment.js");
      const { outcome, nodes } = await globalThis.Amostra.experiment(form, language(), (share) => { progress.value = share; });
      if (given() !== tried) return;  // it was changed since
      show(form, nodes, outcome === "unfit" ? undefined : outcome === "met");
      if (outcome === "met") ofLesson(slug, (lesson) => { lesson.done[form.id] = found(tried, Date.now()); });
    } catch (error) {
      console.error(error);
      show(form, [element("p", {}, say("experiment.lost"))]);
    }
  });
}

/** Bring one exercise to life as its lesson does: with the answer that it had, wherever it was given. */
export function answerable(form, slug, id) {
  question(form, slug, id, ofLesson(slug).done[id]?.answer);
}

function bet(root, form, slug) {
  const boxes = [...root.querySelectorAll(`[data-answer-to="${form.id}"]`)];
  const placed = (choice) => {
    show(form, kept(root, boxes[0]));
    for (const box of boxes) {
      const said = box.querySelector(`template[data-bet="${choice}"]`);
      if (said) box.querySelector(".am-opened").replaceChildren(said.content.cloneNode(true));
    }
  };
  const before = ofLesson(slug).bets[form.id], option = before !== undefined && form.querySelector(`[value="${CSS.escape(before)}"]`);
  if (option) {
    option.checked = true;
    quietly(form, () => placed(before));
  }
  onAnswer(form, (choice) => {
    ofLesson(slug, (lesson) => { lesson.bets[form.id] = choice; });
    placed(choice);
  });
}

/** That the bet is kept, and the way to where it is opened: under the heading above the answer. */
function kept(root, answer) {
  const above = [...root.querySelectorAll(":is(h2, h3)[id]:not(.am-figure *, .am-fold *)")].filter((one) => one.compareDocumentPosition(answer) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
  return [element("p", {}, ...around(say("exercise.kept", { place: "{place}" }), "place", element("a", { href: `#${answer.id}` }, ...(above ? wording(above) : [say("exercise.answer")]))))];
}

/**
 * Bring one exercise to life.
 * @param {HTMLFormElement} form
 * @param {string} slug its lesson's
 * @param {string} id under which its answer is kept
 * @param {string} [before] the answer that it had
 * @param {(done: import("./spacing.js").Done) => Node[]} [after] what else is said after an answer
 */
export function question(form, slug, id, before, after = () => []) {
  const numeric = form.dataset.numeric && JSON.parse(form.dataset.numeric);
  const judged = (given) => {
    const name = numeric ? judge(given, numeric) : given, told = form.querySelector(`[data-answer="${CSS.escape(name)}"]`);
    if (!told) return undefined;
    const verdict = told.querySelector(".am-verdict"), right = verdict ? verdict.classList.contains("am-right") : undefined;
    show(form, [...told.childNodes, ...(verdict ? form.querySelector("[data-reveal]")?.childNodes ?? [] : [])].map((node) => node.cloneNode(true)), right);
    return right;
  };
  if (before !== undefined) quietly(form, () => {
    const option = form.querySelector(`[type=radio][value="${CSS.escape(before)}"]`);
    if (numeric) form.elements[form.id].value = before; else if (option) option.checked = true;
    judged(before);
  });
  form.addEventListener("input", () => show(form, []));  // a verdict on another answer would mislead
  onAnswer(form, (given) => {
    const right = judged(given);
    if (right === undefined) return;
    ofLesson(slug, (lesson) => { lesson.done[id] = answered(lesson.done[id], given, right, Date.now()); });
    form.querySelector(".am-feedback").append(...after(ofLesson(slug).done[id]));
  });
}

function onAnswer(form, take) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form).get(form.id);
    if (given !== null) return take(String(given));
    show(form, [element("p", {}, say("exercise.choose"))]);
    form.querySelector("input").focus();
  });
}

/** What was answered before is shown, not announced. */
function quietly(form, showing) {
  const feedback = form.querySelector(".am-feedback");
  feedback.setAttribute("aria-live", "off");
  showing();
  form.addEventListener("submit", () => feedback.removeAttribute("aria-live"), { once: true, capture: true });
}

function show(form, nodes, right) {
  const feedback = form.querySelector(".am-feedback");
  feedback.replaceChildren(...nodes);
  feedback.className = `am-feedback ${right === undefined ? "" : right ? "am-right" : "am-wrong"}`;
}
