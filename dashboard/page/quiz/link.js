// The questions of a quiz in an address, ?quiz=temperature.pair_top-k.tie: the same in both languages, in the order in which they are asked.
const BETWEEN = "_", INSIDE = ".", LONGEST = 60;

/**
 * @param {string} text as the address has it
 * @returns {string[]} names, "temperature/pair", each once; what is none of ours is still there, to be said
 */
export function named(text) {
  const names = text.split(BETWEEN).map((one) => one.trim()).filter(Boolean).map((one) => one.replace(INSIDE, "/").slice(0, LONGEST));
  return [...new Set(names)];
}

/** The names as an address has them. */
export const written = (names) => names.map((one) => one.replace("/", INSIDE)).join(BETWEEN);

/** The address of the quiz with these questions; with none, that of its page. */
export function addressed(page, names) {
  const url = new URL(page);
  if (names.length) url.searchParams.set("quiz", written(names));
  else url.searchParams.delete("quiz");
  for (const name of ["present", "embed"]) url.searchParams.delete(name);
  url.hash = "";
  return url.href;
}
