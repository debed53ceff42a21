// Experiments in which the model gets by with less: fewer bits in its weights, or fewer of its neurons.

import { after, candidates, first, named } from "./next.js";

const MOST = 40; // tokens
const BITS = [8, 7, 6, 5, 4, 3, 2], PARTS = [1, 2, 4, 8, 16, 32];

/** The fewest bits per weight with which, as with any number above it, the same token comes first as with 8. */
export function quantised(model, { text, bits }) {
  return fewest(model, text, BITS, Number(bits), (ids, many) => after({ network: rounded(model.network, many) }, ids));
}

/**
 * The smallest part of the neurons, those with the largest numbers at each token, with which, as with any larger part of
 * `PARTS`, the same token comes first as with all of them; `part` is 2 for a half.
 */
export function neurons(model, { text, part }) {
  const width = model.network.blocks[0].c_fc.rows;
  return fewest(model, text, PARTS, Number(part), (ids, by) => after(model, ids, { gate: (x) => strongest(x, width, Math.floor(width / by)) }));
}

/** `steps` go down from the whole, which is the first; `tried` is the reader's. */
function fewest(model, text, steps, tried, said) {
  const ids = model.encode(text.trim());
  if (!ids.length || ids.length > MOST) return { outcome: "unfit" };
  const p = after(model, ids), whole = first(p), now = tried === steps[0] ? p : said(ids, tried);
  const keeps = (many) => first(many === tried ? now : said(ids, many)) === whole;
  const fails = steps.findIndex((many, i) => i > 0 && !keeps(many)), least = fails < 0 ? steps.length - 1 : fails - 1;
  const outcome = ["fewer", "met", "changed"][1 + Math.sign(steps.indexOf(tried) - least)];
  return { outcome, first: named(model, whole), now: named(model, first(now)), p: p[whole], q: now[whole], bars: candidates(model, now), format: "%1" };
}

const made = new WeakMap(); // by network: who tries one number of bits tries another

/** A network whose matrices keep only whole numbers of so many bits, with one scale per row. As core/models/rounded.py. */
function rounded(network, bits) {
  const all = made.get(network) ?? made.set(network, []).get(network);
  return (all[bits] ??= coarserNetwork(network, bits));
}

function coarserNetwork(network, bits) {
  const coarse = (part) => (part.codes ? coarser(part, bits) : part);
  const blocks = network.blocks.map((block) => Object.fromEntries(Object.entries(block).map(([name, part]) => [name, coarse(part)])));
  const own = { wte: coarse(network.wte), wpe: coarse(network.wpe), blocks };
  return Object.assign(Object.create(Object.getPrototypeOf(network)), network, own);
}

function coarser({ rows, columns, codes, scale, bias }, bits) {
  const most = 2 ** (bits - 1) - 1, coarse = { rows, columns, bias, codes: new Int8Array(codes.length), scale: new Float32Array(rows) };
  for (let row = 0, i = 0; row < rows; row++) {
    let top = 1;
    for (let j = i; j < i + columns; j++) top = Math.max(top, Math.abs(codes[j]));
    coarse.scale[row] = (scale[row] * top) / most;
    for (const end = i + columns, by = most / top; i < end; i++) coarse.codes[i] = Math.floor(codes[i] * by + 0.5);
  }
  return coarse;
}

/** At each of T tokens the `many` largest of `width` numbers, by their absolute values; the others become 0, in place. */
function strongest(x, width, many) {
  for (let t = 0; t < x.length; t += width) {
    const row = x.subarray(t, t + width), least = row.map(Math.abs).sort()[width - many];
    for (let i = 0; i < width; i++) if (Math.abs(row[i]) < least) row[i] = 0;
  }
  return x;
}
