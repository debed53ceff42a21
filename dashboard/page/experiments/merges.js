// The experiment with the tokenizer.

import { textOf, utf8 } from "../core/model/bytes.js";

/** The two neighbours in a word that the tokenizer merges first. */
export function merge({ tokenizer }, { word: written, pair: named }) {
  const [word, pair] = [written, named].map((text) => text.trim().toLowerCase());
  if (!/^[a-z]{5,20}$/.test(word) || pair.length !== 2 || !word.includes(pair)) return { outcome: "unfit" };
  const all = stages(tokenizer, letters(tokenizer, word)), [start, next] = all;
  if (!next) return { outcome: "whole", word };
  const textAt = (id) => textOf(tokenizer.bytes[id]), first = textAt(next.find((id, i) => id !== start[i]));
  const learned = tokenizer.ranks.get(tokenizer.pair(...letters(tokenizer, pair)));
  const told = { pair, pieces: all.at(-1).length, rank: learned + 1 };
  if (pair === first) return { outcome: "met", ...told, lines: all.map((ids) => ids.map(textAt).join(" · ")) };
  return learned === undefined ? { outcome: "never", pair } : { outcome: "missed", ...told };
}

const letters = ({ byteIds }, word) => utf8(word).map((byte) => byteIds[byte]);

/** The ids of a word before any merge, and after each: the pair learned first, the leftmost of equals. */
function stages(tokenizer, ids) {
  const found = ids.slice(1).map((right, i) => tokenizer.ranks.get(tokenizer.pair(ids[i], right)) ?? Infinity), least = Math.min(...found);
  if (least === Infinity) return [ids];
  const at = found.indexOf(least), merged = [...ids.slice(0, at), tokenizer.firstMerged + least, ...ids.slice(at + 2)];
  return [ids, ...stages(tokenizer, merged)];
}
