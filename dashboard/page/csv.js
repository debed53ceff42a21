// Values for a spreadsheet, that takes them as they are: no formula, decimals as in the reader's language.

const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;  // how a spreadsheet knows one

/**
 * Lines of values for a spreadsheet.
 * @param {(string | number | boolean | null | undefined)[][]} lines the first names the columns
 * @param {string} decimal "." with commas between the values, or "," with semicolons
 */
export function csv(lines, decimal) {
  const between = decimal === "," ? ";" : ",";
  const cell = (value) => {
    if (typeof value === "boolean") return value ? "True" : "False";
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value).replace("Infinity", "inf").replace(".", decimal);
    const safe = FORMULA.test(value) ? `'${value}` : value;
    return safe.includes(between) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\ufeff${lines.map((line) => `${line.map(cell).join(between)}\r\n`).join("")}`;
}
