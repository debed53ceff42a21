// Position in two ways: recorded cosines of position vectors, and RoPE's score, over the distance.

import { sum } from "../core/arrays.js";

/**
 * @param {{cosines: [number, number, number][]}} data least, mean and largest, from distance 1 on
 * @param {{distance}} settings
 */
export function positions({ cosines }, { distance }) {
  const curve = cosines.map(([least, mean, most], i) => ({ x: i + 1, least, mean, most }));
  return { rows: [{ ...curve[distance - 1], distance, many: curve.length + 1 - distance }], curve };
}

/**
 * The score of a turned query and a turned key, over the product of their lengths.
 * @param {{pairs: Object<string, [number[], number[]]>, farthest: number}} data query and key by variant; pair i is (2i, 2i + 1)
 * @param {{variant, size, base, shift, distance}} settings components used, the base, the key's position
 */
export function rotary({ pairs, farthest }, { variant, size, base, shift: n, distance }) {
  const [q, k] = pairs[variant].map((vector) => vector.slice(0, size)), dot = (a, b) => sum(a.map((x, i) => x * b[i]));
  const angle = Array.from({ length: size / 2 }, (_, i) => base ** ((-2 * i) / size)), lengths = Math.sqrt(dot(q, q) * dot(k, k));
  const turned = (vector, position) => angle.flatMap((theta, i) => {
    const [a, b] = [vector[2 * i], vector[2 * i + 1]], [cos, sin] = [Math.cos(position * theta), Math.sin(position * theta)];
    return [a * cos - b * sin, a * sin + b * cos];
  });
  const key = turned(k, n), plain = dot(q, k) / lengths;
  const curve = Array.from({ length: farthest + 1 }, (_, x) => ({ x, score: dot(turned(q, n + x), key) / lengths, plain }));
  const turns = distance / (2 * Math.PI);
  return { rows: [{ ...curve[distance], distance, m: n + distance, n, turns, slow: turns * angle.at(-1) }], curve };
}
