// An exercise that is done on the page's model: the model does it in its worker, the page says what came out. What it is
// done with comes with the first try.

import { element } from "./dom.js";
import { quietly, show } from "./exercise.js";
import { fill, show as written } from "./numbers.js";
import { STEPS } from "./progress.js";
import { STYLE } from "./experiment/made.js";  // written by scripts.py
import { model as loaded } from "./tools/model.js";

/**
 * Bring a lesson's exercises on the model to life. Kept is what reached the goal; it does not come back in the review.
 * @param {Iterable<HTMLFormElement>} forms
 * @param {(change?: (lesson: import("./progress.js").Lesson) => void) => import("./progress.js").Lesson} lesson `ofLesson` of theirs
 */
export function experiments(forms, lesson) {
  if (!document.querySelector("style[data-experiments]")) document.head.append(element("style", { "data-experiments": "" }, STYLE));
  for (const form of forms) experiment(form, lesson);
}

function experiment(form, lesson) {
  const { lang } = document.documentElement;
  const told = JSON.parse(form.querySelector("script").textContent), { words } = told;
  const entries = [...form.querySelectorAll(".am-entries [name]")], given = () => entries.map(({ value }) => value).join("\n");
  form.querySelector(".am-entries").hidden = form.querySelector("[type=submit]").disabled = false;
  const values = lesson().done[form.id]?.answer.split("\n");
  if (values?.length === entries.length) quietly(form, () => {
    values.forEach((value, i) => { entries[i].value = value; });
    show(form, [element("p", {}, words.done)], true);
  });
  form.addEventListener("input", () => show(form, []));  // a verdict on another try would mislead
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const tried = given(), progress = element("progress", { max: "1" });
    show(form, [element("p", {}, words.running), progress]);
    try {
      const model = await loaded("embedded", { progress: (share) => { progress.value = share; } });
      const result = await model.experiment(form.dataset.experiment, Object.fromEntries(entries.map(({ name, value }) => [name, value])), told.given);
      if (given() !== tried) return;  // it was changed since
      const met = result.outcome === "met";
      show(form, [...said(form, result, lang), ...picture(result, told.caption, lang)], result.outcome === "unfit" ? undefined : met);
      if (met) lesson((one) => { one.done[form.id] = { answer: tried, right: true, when: Date.now(), step: STEPS }; });
    } catch (error) {
      console.error(error);
      show(form, [element("p", {}, words.lost)]);
    }
  });
}

/** What the lesson says to an outcome, with the values of the result in their places. */
function said(form, result, lang) {
  const told = form.querySelector(`template[data-outcome="${result.outcome}"]`).content.cloneNode(true);
  const walker = document.createTreeWalker(told, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = fill(walker.currentNode.data, [result], {}, {}, lang);
  return told.childNodes;
}

function picture({ bars, lines, format }, caption, lang) {
  if (lines) return [element("ol", { class: "am-lines" }, ...lines.map((line) => element("li", {}, line)))];
  if (!bars) return [];
  const most = Math.max(...bars.map(({ value }) => value));
  return [element("p", { class: "am-caption" }, caption), element("ol", { class: "am-bars" }, ...bars.map(({ label, value }) => {
    const bar = element("i");
    bar.style.setProperty("--share", (value / most).toFixed(4));
    return element("li", {}, element("span", { title: label }, label), bar, element("b", {}, written(value, format, lang)));
  }))];
}
