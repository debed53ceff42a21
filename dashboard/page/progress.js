// What a reader did, kept in his browser and nowhere else, the same in both languages and on both surfaces of one address.
const KEY = "amostra.progress";
let inMemory = null;  // where the browser keeps nothing: until the page is left

/**
 * @typedef {{ bets: Object<string, string>, done: Object<string, { answer: string, right: boolean, when: number }> }} Lesson
 * @returns {{ version: 1, lessons: Object<string, Lesson> }}
 */
export function progress() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    if (kept?.version === 1 && typeof kept.lessons === "object") return kept;
  } catch { /* a private window, or what another program wrote there */ }
  return inMemory ?? { version: 1, lessons: {} };
}

/**
 * What was done in a lesson; `change` may alter it, and then it is kept.
 * @param {string} slug
 * @param {(lesson: Lesson) => void} [change]
 * @returns {Lesson}
 */
export function ofLesson(slug, change) {
  const all = progress(), one = all.lessons[slug] ??= {};
  one.bets ??= {};
  one.done ??= {};
  if (!change) return one;
  change(one);
  inMemory = all;
  try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* kept in memory */ }
  return one;
}
