// The review: the lessons' exercises that went wrong or are due again, answered here as there, with one memory.
import { element, whileThere } from "./dom.js";
import { question } from "./exercise.js";
import { formsOf } from "./forms.js";
import { CHANGED, ofLesson, progress } from "./progress.js";
import { dueFrom, queue } from "./spacing.js";
import { day, say } from "./words.js";

const AT_ONCE = 8;

/**
 * Fill the page of review.
 * @param {Element} root
 */
export function review(root) {
  const place = root.querySelector("[data-review]");
  if (!place) return;
  const [status, list, more] = ["status", "list", "more"].map((part) => place.querySelector(`[data-${part}]`));
  const lessons = new Map([...place.querySelectorAll("[data-exercises]")].map((one) => [one.dataset.of, one]));
  const shown = new Set(), name = ({ slug, id }) => `${slug}/${id}`;
  const state = () => queue(progress().lessons, lessons.keys(), Date.now());
  const tell = () => {
    const { waiting, next } = state(), any = Object.values(progress().lessons).some(({ done }) => Object.keys(done).length);
    status.textContent = waiting.length ? say("review.waiting", { count: waiting.length })
      : !any ? say("review.empty") : next === Infinity ? say("review.nothing") : say("review.later", { when: day(next, Date.now()) });
    more.hidden = !waiting.some((one) => !shown.has(name(one)));
  };
  const fill = async () => {
    const fresh = state().waiting.filter((one) => !shown.has(name(one))).slice(0, AT_ONCE);
    fresh.forEach((one) => shown.add(name(one)));
    for (const one of fresh) list.append(...await item(one, lessons.get(one.slug)));
    tell();
  };
  more.addEventListener("click", fill);
  whileThere(place, CHANGED, () => {
    if (!Object.keys(progress().lessons).length) { list.replaceChildren(); shown.clear(); }
    tell();
  });
  whileThere(place, "amostra-imported", fill);
  return fill();
}

/** One exercise, under the lesson that it comes from; nothing, where the lesson no longer has it. */
async function item({ slug, id, done }, lesson) {
  const link = lesson.querySelector("a").cloneNode(true), now = Date.now();
  link.hash = id;
  const box = element("section", {}, element("p", { class: "am-from" }, link, " · ", say(done.right ? "review.was_right" : "review.was_wrong", { when: day(done.when, now) })));
  const forms = await formsOf(lesson.dataset.exercises);
  if (!forms) return [box, element("p", {}, say("review.gone"))];
  const form = forms.find((one) => one.id === `${slug}-${id}`);
  if (!form) {  // a lesson that has changed since
    ofLesson(slug, (one) => { one.exercises = forms.map((there) => there.id.slice(slug.length + 1)); });
    return [];
  }
  box.append(form);
  question(form, slug, id, undefined, (answered) => [element("p", { class: "am-when" }, comes(answered))]);
  return [box];
}

function comes(done) {
  const from = dueFrom(done);
  return !done.right ? say("review.again") : from === Infinity ? say("review.kept") : say("review.comes", { when: day(from, Date.now()) });
}
