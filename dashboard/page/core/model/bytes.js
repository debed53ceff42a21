// Text as bytes, bytes as text, and bytes as a text that a script can carry.

/** The UTF-8 bytes of a well-formed text. Source: RFC 3629. */
export function utf8(text) {
  const bytes = [];
  for (const character of text) {
    const x = character.codePointAt(0), tail = (shift) => 0x80 | ((x >> shift) & 0x3f);
    if (x < 0x80) bytes.push(x);
    else if (x < 0x800) bytes.push(0xc0 | (x >> 6), tail(0));
    else if (x < 0x10000) bytes.push(0xe0 | (x >> 12), tail(6), tail(0));
    else bytes.push(0xf0 | (x >> 18), tail(12), tail(6), tail(0));
  }
  return bytes;
}

// By first byte: [how many bytes follow, the least and the largest second byte]. Source: The Unicode Standard, table
// 3-7.
const LEADS = [];
for (let byte = 0xc2; byte < 0xf5; byte++) LEADS[byte] = [byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3, 0x80, 0xbf];
LEADS[0xe0][1] = 0xa0; // what fewer bytes could say
LEADS[0xed][2] = 0x9f; // the halves of surrogate pairs
LEADS[0xf0][1] = 0x90;
LEADS[0xf4][2] = 0x8f; // beyond U+10FFFF

/**
 * The text of UTF-8 bytes. As U+FFFD: a beginning of a character that does not go on, as long as it is one, and a byte
 * that begins none.
 */
export function textOf(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i++];
    if (lead < 0x80) {
      text += String.fromCharCode(lead);
      continue;
    }
    let [missing, least, most] = LEADS[lead] ?? [-1], x = lead & (0x3f >> missing);
    while (missing > 0 && bytes[i] >= least && bytes[i] <= most) {
      x = (x << 6) | (bytes[i++] & 0x3f);
      [missing, least, most] = [missing - 1, 0x80, 0xbf];
    }
    text += missing === 0 ? String.fromCodePoint(x) : "\ufffd";
  }
  return text;
}

const MARK = 0xe000;

/**
 * The bytes that dashboard/page/weights.py wrote as a text, two in each character, the first one in its lower half.
 * A pair that a script cannot carry stands as U+E000 and the pair with its highest bit turned over. Before them stands
 * how many bytes there are too many, "0" or "1".
 * @param {string} text
 * @returns {Uint8Array}
 */
export function unpacked(text) {
  const pairs = new Uint16Array(text.length);
  let many = 0;
  for (let i = 1; i < text.length; i++) {
    const pair = text.charCodeAt(i);
    pairs[many++] = pair === MARK ? text.charCodeAt(++i) ^ 0x8000 : pair;
  }
  return new Uint8Array(pairs.buffer, 0, 2 * many - Number(text[0])); // little-endian, as every machine with a browser
}
