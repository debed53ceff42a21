// Exercises and bets: judged in the page, their answers kept in the browser.
import { parseNumber } from "./parse.js";
import { ofLesson } from "./progress.js";

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
 * Bring every exercise of a page to life.
 * @param {Element} root
 * @param {string} slug the lesson's
 * @param {{ kept: string }} words
 */
export function exercises(root, slug, words) {
  for (const form of root.querySelectorAll("[data-exercise]")) (form.dataset.exercise === "bet" ? bet : question)(root, form, slug, words);
}

function bet(root, form, slug, words) {
  const placed = (choice) => {
    show(form, `<p>${words.kept}</p>`);
    for (const box of root.querySelectorAll(`[data-answer-to="${form.id}"]`)) {
      const said = box.querySelector(`template[data-bet="${choice}"]`);
      if (said) box.querySelector(".am-opened").replaceChildren(said.content.cloneNode(true));
    }
  };
  const before = ofLesson(slug).bets[form.id], option = before !== undefined && form.querySelector(`[value="${CSS.escape(before)}"]`);
  if (option) {
    option.checked = true;
    placed(before);
  }
  onAnswer(form, (choice) => {
    ofLesson(slug, (lesson) => { lesson.bets[form.id] = choice; });
    placed(choice);
  });
}

function question(root, form, slug) {
  const numeric = form.dataset.numeric && JSON.parse(form.dataset.numeric);
  const answered = (given) => {
    const name = numeric ? judge(given, numeric) : given;
    const answer = form.querySelector(`[data-answer="${CSS.escape(name)}"]`);
    if (!answer) return undefined;
    const right = answer.querySelector(".am-verdict")?.classList.contains("am-right");
    show(form, answer.innerHTML + (name === "unreadable" ? "" : form.querySelector("[data-reveal]")?.innerHTML ?? ""), right);
    return right;
  };
  const before = ofLesson(slug).done[form.id]?.answer;
  if (before !== undefined) {
    if (numeric) form.elements[form.id].value = before;
    else form.querySelector(`[value="${CSS.escape(before)}"]`)?.click();
    answered(before);
  }
  onAnswer(form, (given) => {
    const right = answered(given);
    if (right !== undefined) ofLesson(slug, (lesson) => { lesson.done[form.id] = { answer: given, right, when: Date.now() }; });
  });
}

function onAnswer(form, take) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = new FormData(form).get(form.id);
    if (given === null) form.querySelector("input").focus(); else take(String(given));
  });
}

function show(form, html, right) {
  const feedback = form.querySelector(".am-feedback");
  feedback.innerHTML = html;
  feedback.className = `am-feedback ${right === undefined ? "" : right ? "am-right" : "am-wrong"}`;
}
