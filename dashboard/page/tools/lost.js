// What an engine cannot express of the settings, in words.
import { show } from "../numbers.js";
import { say } from "../words.js";

/** @param {string} engine @param {{key: string, field: string, value}} one of `toEngine(…).missing` @param {string} lang BCP 47 */
export function lost(engine, { key, field, value }, lang) {
  const words = key === "order" ? value.map((stage) => say(`stage.${stage}`)).join(" → ") : show(typeof value === "boolean" ? String(value) : value, "short", lang);
  return say(`missing.${key}`, { engine, field, value: words });
}
