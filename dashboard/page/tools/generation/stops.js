// Stop sequences as they are typed, separated by |.
import { nfc } from "../../core/model/nfc.js";

const MARKED = /<\|[^|<>\\]*\|>/.source;  // what models call their marks, <|im_end|>: these bars separate nothing
const ESCAPES = { n: "\n", t: "\t", r: "\r", "\\": "\\", "|": "|", "<": "<" };
const READ = new RegExp(`${MARKED}|\\\\u\\{([0-9a-f]{1,6})\\}|\\\\([ntr\\\\|<])|.`, "gsu");
const WRITTEN = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", "|": "\\|" };

/**
 * `\n`, `\t` and `\r` stand for the characters, `\u{303}` for the one of that number, `\|`, `\\` and `\<` for themselves.
 * @param {string} text
 * @returns {string[]}
 */
export function stopSequences(text) {
  const found = [""];
  for (const [whole, number, escape] of nfc(text).matchAll(READ)) {
    if (whole === "|") found.push("");
    else found[found.length - 1] += number ? character(parseInt(number, 16)) ?? whole : escape ? ESCAPES[escape] : whole;
  }
  return found.filter((one) => one);
}

function character(number) {
  if (number >= 0x110000) return undefined;
  return number >= 0xd800 && number < 0xe000 ? "\ufffd" : String.fromCodePoint(number);
}

/** The other way: as one would type them, in one line; `stopSequences` reads the same. */
export const typed = (stop) => stop.map(written).join("|");

function written(one) {
  const composed = nfc(one) === one;
  const text = one.replace(new RegExp(`${MARKED}|.`, "gsu"), (c) => {
    if (WRITTEN[c]) return WRITTEN[c];
    const plain = /^[ -~]$/.test(c) || (composed && /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(c));
    return [...c].length > 1 || plain ? c : `\\u{${c.codePointAt(0).toString(16)}}`;
  });
  return text.endsWith("<") ? `${text.slice(0, -1)}\\<` : text;
}
