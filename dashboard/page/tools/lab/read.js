// Lines to logits: `token: logit`, or the two columns that a spreadsheet copies. A bad line is named and left out.
import { parseNumber } from "../../parse.js";

export const LINES = 60_000;  // read: more than the vocabularies that a model here has
export const LONGEST = 2_000_000;  // characters; what comes after is not looked at
export const LARGEST = 1e6;  // logit: far from where a double overflows in any stage

const BREAK = /\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]/;
const GROUPED = /(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))/g;  // 1 234 567
const IMPOSSIBLE = new Set(["-inf", "-infinity", "-∞"]);

/** A token's text with its leading space and line breaks to be seen. */
export const visible = (token) => token.trim() === token ? token : token.replaceAll("\n", "↵").replaceAll(" ", "␣");

/**
 * What a text says. A space before a token is part of it, as a model's tokens have it; one after it is not.
 * @param {string} text
 * @returns {{tokens: string[], logits: Float64Array, problems: {kind: string, line: number, text: string}[]}}
 *   `kind` is under lab.bad.<kind> in the catalog; no tokens where none is possible
 */
export function read(text) {
  const logits = new Map(), problems = [];
  const lines = text.slice(0, LONGEST).replace(/^\ufeff/, "").split(BREAK);
  for (const [i, line] of lines.entries()) {
    if (!line.trim()) continue;
    const bad = (kind, text) => problems.push({ kind, line: i + 1, text });
    if (logits.size + problems.length >= LINES) {
      bad("many", "");
      break;
    }
    const [written, value] = columns(line), token = visible(written.trimEnd());
    if (!written.trim()) bad("shape", line.trim());
    else if (logits.has(token)) bad("twice", token);
    else {
      const logit = logitOf(value);
      if (typeof logit === "number") logits.set(token, logit);
      else bad(logit, value);
    }
  }
  const values = Float64Array.from(logits.values());
  if (values.length && values.every((x) => x === -Infinity)) {
    return { tokens: [], logits: new Float64Array(), problems: [...problems, { kind: "none", line: 0, text: "" }] };
  }
  return { tokens: [...logits.keys()], logits: values, problems };
}

/** Token and logit of a line: between them the last tab, else the last colon, else the last semicolon. */
function columns(whole) {
  const line = whole.trimEnd(), inside = line.trim(), mark = ["\t", ":", ";"].find((one) => inside.includes(one));
  if (!mark) return ["", ""];
  const at = line.lastIndexOf(mark);
  return [line.slice(0, at), line.slice(at + 1).trim()];
}

/** A logit as typed or copied: also with any dash for a minus and with groups of three digits; or what is wrong with it. */
function logitOf(text) {
  let plain = text.replace(/[−–—‐‑‒]/g, "-").replace(GROUPED, "");
  if (IMPOSSIBLE.has(plain.toLowerCase())) return -Infinity;
  const comma = plain.indexOf(",");
  if (comma >= 0 && comma === plain.lastIndexOf(",") && plain.slice(0, comma).includes(".")) plain = plain.replaceAll(".", "");  // 1.234,5
  if (plain.split("/").length > 2) return "number";
  try {
    const value = parseNumber(plain);
    return Math.abs(value) > LARGEST ? "large" : value;
  } catch {
    return "number";
  }
}
