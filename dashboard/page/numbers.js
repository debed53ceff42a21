// Numbers and sentences in the reader's language. As dashboard/language.py and dashboard/charts/templates.py.

const writers = new Map();

/** An `Intl.NumberFormat`, made once: to make one takes longer than to write fifty numbers with it. */
export function writer(lang, options = {}) {
  const key = JSON.stringify([lang, options]);
  if (!writers.has(key)) writers.set(key, new Intl.NumberFormat(lang, options));
  return writers.get(key);
}

/** "." or ",": the mark of decimals in a language, and in the spreadsheets of its readers. */
export const decimalMark = (lang) => show(0.5, "1", lang)[1];

/**
 * A value as the reader writes it.
 * @param {*} value
 * @param {string} format "4" decimals; "%1" percentage ("< 0.1%" if above zero but rounded to it); "%~" percentage whose
 *   values near 0% and 100% keep a digit; "~" a count that is no whole number; "e2" with a power of
 *   ten; "short" without idle zeros; "text" as it is
 * @param {string} lang BCP 47
 * @returns {string}
 */
export function show(value, format, lang) {
  if (format === "text" || typeof value === "string" || value == null) return String(value ?? "");
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  if (format === "%~") return share(value, lang);
  if (format === "~") return show(value, value < 10 ? "1" : "0", lang);
  if (format.startsWith("e")) return scientific(value, Number(format.slice(1)), lang);
  const percent = format.startsWith("%"), digits = Number(format.replace("%", "")), unit = 10 ** (-digits - 2);
  if (percent && value > 0 && value < unit / 2) return `< ${show(unit, format, lang)}`;
  const options = format === "short" ? { maximumFractionDigits: 4 }
    : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const exact = (percent ? value * 100 : value).toPrecision(100);  // else 1.005, which is a little less, would be 1.01
  const text = writer(lang, { ...options, roundingMode: "halfEven" }).format(exact);  // as Python rounds
  return (/[1-9]/.test(text) ? text : text.replace("-", "")).replace("-", "−") + (percent ? "%" : "");
}

/** "2,01·10¹": digits and a power of ten. */
function scientific(value, digits, lang) {
  if (value === 0) return "0";
  const [mantissa, power] = value.toExponential(digits).split("e");
  const raised = String(Number(power)).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
  return `${show(Number(mantissa), String(digits), lang)}·10${raised}`;
}

/**
 * A share as a percentage that does not say 0% of what is above 0, nor 100% of what is below 1: near both ends it has more
 * digits, as far as 0.0001%. What is 1 but for the rounding of a sum is 1.
 */
function share(p, lang) {
  if (p > 0 && p < 1e-6) return `< ${show(1e-6, "%4", lang)}`;
  const least = p >= 0.01 || p === 0 ? 1 : p >= 1e-4 ? 2 : p >= 1e-5 ? 3 : 4, whole = p > 1 - 1e-12;
  const digits = [1, 2, 3, 4].find((one) => one >= least && (whole || Number((100 * p).toFixed(one)) < 100));
  return digits ? show(p, `%${digits}`, lang) : `> ${show(0.999999, "%4", lang)}`;
}

/**
 * A template with its values: `{field|format}` from the first row, or from the settings (as `written` has them), and
 * `[{field} …]` once per row, joined by ", ".
 * @param {string} template
 * @param {Object[]} rows
 * @param {Object} written control name -> its value as text, for `{control}` without a format
 * @param {Object} settings control name -> value
 * @param {string} lang BCP 47
 * @returns {string}
 */
export function fill(template, rows, written, settings, lang) {
  const one = (text, row) => text.replace(/\{(\w+)(?:\|([%~\w]+))?\}/g, (_, name, format) => {
    if (name in row) return show(row[name], format ?? "4", lang);
    return format ? show(settings[name], format, lang) : written[name];
  });
  return one(template.replace(/\[([^[\]]*\{[^[\]]*)\]/g, (_, each) => rows.map((row) => one(each, row)).join(", ")), rows[0] ?? {});
}
