// When an exercise comes back: what went wrong at once, what went right after 1, 3 and 7 days, each counted from the last time.
const DAYS = [1, 3, 7];

/**
 * @typedef {{ answer: string, right: boolean, when: number, step: number }} Done an exercise's last answer, when it was given
 *   (ms since 1970), and how many times in a row it was right on its day: 0 when wrong
 */

/**
 * An exercise after one more answer. A wrong one starts anew; a right one goes a step on, but not before its day.
 * @param {Done | undefined} before
 * @param {string} answer
 * @param {boolean} right
 * @param {number} now ms
 * @returns {Done}
 */
export function answered(before, answer, right, now) {
  if (!right) return { answer, right, when: now, step: 0 };
  if (before?.right && dueFrom(before) > now) return { ...before, answer };
  return { answer, right, when: now, step: Math.min((before?.step ?? 0) + 1, DAYS.length + 1) };
}

/** What was found once, and does not come back. @returns {Done} */
export const found = (answer, now) => ({ answer, right: true, when: now, step: DAYS.length + 1 });

/** The time from which an exercise waits in the review: the beginning of a day, where it went right; Infinity once it was right after 7 days. */
export function dueFrom({ right, when, step }) {
  if (!right) return when;
  if (step > DAYS.length) return Infinity;
  const day = new Date(when);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + DAYS[step - 1]).getTime();
}

/**
 * What waits in the review: first what went wrong, then by how long it has been waiting. What the course no longer has does not.
 * @param {Object<string, { done: Object<string, Done>, exercises: string[] }>} lessons by slug; no `exercises`: not known which it has
 * @param {Iterable<string>} slugs the lessons of the course
 * @param {number} now ms
 * @returns {{ waiting: { slug: string, id: string, done: Done }[], next: number }} `next`: when the next one comes, Infinity if none
 */
export function queue(lessons, slugs, now) {
  const there = ({ done, exercises }) => Object.entries(done).filter(([id]) => !exercises.length || exercises.includes(id));
  const all = [...slugs].filter((slug) => slug in lessons)
    .flatMap((slug) => there(lessons[slug]).map(([id, done]) => ({ slug, id, done, from: dueFrom(done) })));
  const waiting = all.filter(({ from }) => from <= now).sort((a, b) => a.done.right - b.done.right || a.from - b.from);
  return { waiting, next: Math.min(...all.filter(({ from }) => from > now).map(({ from }) => from)) };
}
