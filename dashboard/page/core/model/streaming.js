// From a stream of tokens to a stream of text that never has to be taken back. As core/streaming.py.

import { checkText, ParameterError } from "../validation.js";

const LEAD = 6; // tokens of the prompt that may be needed: a character has at most 4 bytes
const UNFINISHED = "\ufffd";

/** Token ids in, whole characters out: part of a character, U+FFFD, waits for the rest. */
export class Detokenizer {
  /**
   * @param {(ids: number[]) => string} decode
   * @param {number[]} before the ids that the stream continues; a character that they leave unfinished comes with it
   */
  constructor(decode, before = []) {
    this.decode = decode;
    let lead = LEAD;
    while (!decode(before.slice(-lead)) && lead < before.length) lead *= 2;
    this.ids = before.slice(-lead);
    this.given = decode(this.ids); // of these ids
    this.added = 0; // ids that came after
  }

  /** The text that this id completes, which may be empty. */
  push(id) {
    this.ids.push(id);
    this.added++;
    const text = this.decode(this.ids);
    if (text.endsWith(UNFINISHED)) return "";
    const added = this.after(text), alone = this.decode(this.ids.slice(-this.added));
    this.given = text;
    if (alone) Object.assign(this, { ids: this.ids.slice(-this.added), given: alone, added: 0 });
    return added;
  }

  /** What was waiting: U+FFFD for the bytes of a character that never came, or nothing. */
  finish() {
    return this.added ? this.after(this.decode(this.ids)) : "";
  }

  after(text) {
    let same = 0;
    while (same < text.length && text[same] === this.given[same]) same++;
    return text.slice(same);
  }
}

/**
 * Text in, text out, up to the first stop sequence; what may be the beginning of one waits.
 *
 * The first sequence to be complete ends the text, wherever the pieces are cut; of two that end together, the longer.
 */
export class StopFilter {
  /**
   * @param {string[]} stop as `checkStop` gives them
   * @param {boolean} shown whether the sequence that ended the text is part of it
   */
  constructor(stop, shown = false) {
    Object.assign(this, { stop, shown, matched: null, held: "" });
  }

  push(piece) {
    if (this.matched !== null) return "";
    const text = this.held + piece, found = this.stop.filter((one) => text.includes(one));
    if (found.length) {
      const end = (one) => text.indexOf(one) + one.length;
      const first = found.reduce((a, b) => (end(b) - end(a) || a.length - b.length) < 0 ? b : a);
      [this.matched, this.held] = [first, ""];
      return text.slice(0, end(first) - (this.shown ? 0 : first.length));
    }
    const waiting = this.stop.reduce((most, one) => Math.max(most, overlap(text, one)), 0);
    this.held = text.slice(text.length - waiting);
    return text.slice(0, text.length - waiting);
  }

  /** What was waiting: no stop sequence came of it. */
  finish() {
    const { held } = this;
    this.held = "";
    return held;
  }
}

/** How many characters at the end of `text` begin `stop` without completing it. */
function overlap(text, stop) {
  let n = Math.min(text.length, stop.length - 1);
  while (n > 0 && !text.endsWith(stop.slice(0, n))) n--;
  return n;
}

/** One string or several, none of them empty, as an array. */
export function checkStop(stop) {
  const several = typeof stop === "string" ? [stop] : Array.isArray(stop) ? stop : [null];
  const all = several.every((one) => typeof one === "string" && one);
  if (!all) throw new ParameterError("stop", stop, "non-empty strings");
  return several.map((one) => checkText("stop", one));
}
