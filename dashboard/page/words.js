// What the scripts say: the words of the page's language, with numbers, lengths of time and lists as that language writes them.
import { writer } from "./numbers.js";

let words = { lang: "en" };

/** Make these the words in force: name -> text, and `lang`, the BCP 47 tag. */
export function speak(given) { words = given; }

/** The language of the words, a BCP 47 tag. */
export const language = () => words.lang;

/** Whether the page was given this text. */
export const knows = (name) => words[name] !== undefined;

/**
 * A text of the catalog, its `{placeholders}` filled. As dashboard.language.say: "name.one" says the same of a `count` of 1.
 * @param {string} name
 * @param {Object<string, string | number>} [values]
 * @returns {string}
 */
export function say(name, values = {}) {
  const text = words[values.count === 1 && words[`${name}.one`] ? `${name}.one` : name];
  if (text === undefined) throw new RangeError(`no words for ${name}`);
  return text.replace(/\{(\w+)\}/g, (_, key) => typeof values[key] === "number" ? number(values[key]) : values[key]);
}

/** A number as the page's language writes it. */
export const number = (value) => writer(words.lang).format(value);

/** "12 minutes", "4 h 12 min" */
export function duration(minutes) {
  const unit = (value, name, unitDisplay) => writer(words.lang, { style: "unit", unit: name, unitDisplay }).format(value);
  if (minutes < 60) return unit(minutes, "minute", "long");
  return `${unit(Math.floor(minutes / 60), "hour", "short")} ${unit(minutes % 60, "minute", "short")}`;
}

/** "today", "tomorrow", "in 3 days": by the calendar, not by hours. */
export function day(when, now) {
  const midnight = (time) => new Date(time).setHours(0, 0, 0, 0), days = Math.round((midnight(when) - midnight(now)) / 864e5);
  return new Intl.RelativeTimeFormat(words.lang, { numeric: "auto" }).format(days, "day");
}

/** The texts or elements as one list: "2, 4 and 5". */
export function listed(items) {
  const parts = new Intl.ListFormat(words.lang, { type: "conjunction" }).formatToParts(items.map((_, i) => String(i)));
  return parts.map((part) => part.type === "element" ? items[Number(part.value)] : part.value);
}
