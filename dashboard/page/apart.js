// What few pages have, in a script of its own: the search, the review, the file to take along, the home's panel that writes; and the way to the quiz's.
import { backup } from "./backup.js";
import { beside } from "./beside.js";
import { living } from "./living.js";
import { review } from "./review.js";
import { search } from "./search.js";
import { speak } from "./words.js";

export { alike, offered } from "./living.js";
export { excerpt, find, fold } from "./search.js";

/** Bring them to life, where a page has them; `words` as for `page.start`. */
export function apart(root, words) {
  speak(words);
  search(root, words);
  living(root);
  review(root);
  backup(root);
  if (root.querySelector("[data-quiz]")) beside("quiz.js").then(() => window.Amostra.quiz.start(root, words));
}
