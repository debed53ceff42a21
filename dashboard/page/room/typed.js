// The numbers that a class gave, as somebody who counts hands types them: a line each, "0,83: 12". No page in here.

/** A count as typed: 0 for what is none. */
export const whole = (text) => Math.max(0, Math.min(9999, Math.trunc(Number(text)) || 0));

/**
 * How many gave each number; one that stands on several lines is added up, and a line in the making is left out.
 * @param {string} text
 * @returns {Object<string, number>}
 */
export function countsOf(text) {
  const counts = {};
  for (const line of text.split("\n")) {
    const [given, many = "1"] = line.split(":");
    try {
      const number = globalThis.Amostra.page.parseNumber(given);
      counts[number] = (counts[number] ?? 0) + whole(many);
    } catch { /* in the making */ }
  }
  return counts;
}

/** The lines that say these counts, every digit kept. */
export const typedOf = (counts, lang) =>
  Object.entries(counts).map(([number, many]) => `${lang === "pt" ? number.replace(".", ",") : number}: ${many}`).join("\n");
