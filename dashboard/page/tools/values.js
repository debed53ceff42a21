// What the tools read from an address, and the control of a setting that has a slider or a switch.
import { OFFERED } from "../core/offered.js";

const NUMBER = /^-?[0-9]{1,20}(?:\.[0-9]{1,30})?(?:e-?[0-9]{1,2})?$/i;

/** A number written plainly, within bounds, a whole one where `whole`; undefined for any other text. */
export function numberFrom(text, low, high, whole) {
  const value = Number(text);
  if (!NUMBER.test(text) || (text.startsWith("-") && !value) || !(low <= value && value <= high)) return undefined;
  return whole && !Number.isInteger(value) ? undefined : value;
}

/** "true" and "false", in any case; undefined for what is neither. */
export const switchFrom = (text) => ({ true: true, false: false })[text.toLowerCase()];

/** A setting as the address has it; undefined for what it cannot be. */
export function settingFrom(name, text) {
  if (!OFFERED[name]) return switchFrom(text);
  const [low, high, step] = OFFERED[name];
  return numberFrom(text, low, high, Number.isInteger(step));
}

/** A setting as a control of controls.js; `told` holds its name, words and initial value. */
export function offeredControl(told) {
  if (!OFFERED[told.name]) return { ...told, block: "Switch" };
  const [minimum, maximum, step] = OFFERED[told.name];
  return { ...told, block: "Range", minimum, maximum, step, digits: (String(step).split(".")[1] ?? "").length };
}
