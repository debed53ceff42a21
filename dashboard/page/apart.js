// What few pages have, in a script of its own: the page of the search, and the home's panel that writes.
import { living } from "./living.js";
import { search } from "./search.js";

export { alike, offered } from "./living.js";
export { excerpt, find, fold } from "./search.js";

/** Bring them to life, where a page has them; `words` as for `page.start`. */
export function apart(root, words) {
  search(root, words);
  living(root);
}
