// Text to token ids and back: byte-level BPE, as core/training/tokenizer.py makes it.
//
// Sources: Sennrich, Haddow & Birch (2016), byte-pair encoding; Radford et al. (2019), GPT-2, on bytes.

import { checkText } from "../validation.js";
import { textOf, utf8 } from "./bytes.js";
import { nfc } from "./nfc.js";

// Words, numbers and the rest, each with the space before it, as GPT-2 cuts texts. JavaScript's \s is not Unicode's.
const PIECES = new RegExp(
  String.raw`'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    .replaceAll("\\s", "\\p{White_Space}")
    .replaceAll("\\S", "\\P{White_Space}"),
  "gu",
);

/** Each byte as a visible character, as tokenizer.json writes tokens: itself, or one from U+0100 on. */
function visible() {
  const looks = (b) => (b > 0x20 && b < 0x7f) || (b > 0xa0 && b !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(looks(byte) ? byte : next++));
}

const LETTERS = visible();
const BYTES = new Map(LETTERS.map((letter, byte) => [letter, byte]));

export class Tokenizer {
  /**
   * @param {{special: string[], letters: string, merges: string}} told special tokens, the letters of the bytes, and
   *   pairs of tokens ("Ġ d", one a line), the first to be merged first: ids count through the three
   */
  constructor({ special, letters, merges }) {
    const pairs = merges.split("\n").map((line) => line.split(" "));
    this.tokens = [...special, ...letters, ...pairs.map((pair) => pair.join(""))];
    const ids = new Map(this.tokens.map((token, id) => [token, id]));
    this.byteIds = LETTERS.map((letter) => ids.get(letter));
    this.bytes = this.tokens.map((token, id) => (id < special.length ? [] : Array.from(token, (c) => BYTES.get(c))));
    this.ranks = new Map(pairs.map(([a, b], rank) => [this.pair(ids.get(a), ids.get(b)), rank]));
    this.firstMerged = this.tokens.length - pairs.length;
  }

  /**
   * The ids of a text (in NFC); the name of a special token in a text is only text.
   * @param {string} text
   * @returns {number[]}
   */
  encode(text) {
    const pieces = nfc(checkText("text", text)).match(PIECES) ?? [];
    return pieces.flatMap((piece) => this.merged(utf8(piece).map((byte) => this.byteIds[byte])));
  }

  /** The text of the ids, without special tokens; bytes that make no whole character come out as U+FFFD. */
  decode(ids) {
    return textOf(Array.from(ids).flatMap((id) => this.bytes[id] ?? []));
  }

  pair(a, b) {
    return a * this.tokens.length + b;
  }

  /** Merges the neighbours whose pair was learned first, the leftmost of equals, until there are none. */
  merged(ids) {
    const next = ids.map((_, i) => i + 1), before = ids.map((_, i) => i - 1), queue = new Queue();
    const consider = (i) => {
      const rank = i >= 0 && next[i] < ids.length ? this.ranks.get(this.pair(ids[i], ids[next[i]])) : undefined;
      if (rank !== undefined) queue.push(rank * ids.length + i);
    };
    ids.forEach((_, i) => consider(i));
    for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
      const i = key % ids.length, rank = (key - i) / ids.length, j = next[i];
      if (ids[i] < 0 || j >= ids.length || this.ranks.get(this.pair(ids[i], ids[j])) !== rank) continue; // merged since
      ids[i] = this.firstMerged + rank;
      ids[j] = -1;
      next[i] = next[j];
      if (next[i] < ids.length) before[next[i]] = i;
      consider(before[i]);
      consider(i);
    }
    return ids.filter((id) => id >= 0);
  }
}

/** Numbers, the smallest out first: a binary heap. */
class Queue {
  constructor() {
    this.heap = [];
  }

  push(key) {
    const { heap } = this;
    let i = heap.push(key) - 1;
    for (let up = (i - 1) >> 1; i > 0 && heap[up] > key; i = up, up = (i - 1) >> 1) heap[i] = heap[up];
    heap[i] = key;
  }

  pop() {
    const { heap } = this, least = heap[0], last = heap.pop();
    for (let i = 0, down; heap.length; i = down) {
      down = 2 * i + 1;
      if (heap[down + 1] < heap[down]) down++;
      if (!(heap[down] < last)) {
        heap[i] = last;
        break;
      }
      heap[i] = heap[down];
    }
    return least;
  }
}
