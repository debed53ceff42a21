// Tokens and numbers as this tool writes them.
import { show } from "../../numbers.js";
import { language, say } from "../../words.js";

const MARKS = { " ": "␣", "\n": "↵", "\t": "⇥" };

/** A token on its own, with what one would not see; one without text is end-of-text, or, without an id, a part of a character. */
export function alone(token, id = 0) {
  return token.replace(/[ \n\t]/g, (c) => MARKS[c]) || (id === null ? "·" : say("generation.end"));
}

/** A probability that is never a false zero. */
export const share = (p) => (p == null ? "—" : show(p, "%~", language()));

export const whole = (n) => (n == null ? "—" : show(n, "0", language()));

/** @param {number} value @param {number} [digits] */
export const decimals = (value, digits = 2) => (value == null ? "—" : show(value, String(digits), language()));
