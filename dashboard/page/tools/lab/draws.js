// Observed frequencies over exact probabilities, with the band of two standard errors, 2·√(p(1−p)/n).
import { escape } from "../../controls.js";
import { countDraws, uniform } from "../../core/draws.js";
import { first } from "../../core/thresholds.js";
import { show } from "../../numbers.js";
import { say } from "../../words.js";

const [STEP, LEFT, RIGHT, WIDTH] = [26, 132, 64, 640];
export const COUNTS = [1, 100, 10_000];

let numbers = { seed: null, given: [] };

/** The numbers of the first n draws of a seed; they stay the same while the settings move. */
function numbersOf(seed, n) {
  if (numbers.seed !== seed) numbers = { seed, given: [] };
  while (numbers.given.length < n) numbers.given.push(uniform(seed, numbers.given.length));
  return numbers.given.slice(0, n);
}

/**
 * @param {Stage} last
 * @param {number} n
 * @param {number} seed
 * @param {number} most tokens
 * @returns {{id: number, p: number, seen: number, count: number, low: number, high: number, outside: boolean}[]}
 */
export function drawsOf(last, n, seed, most) {
  const counts = countDraws(last.probs, numbersOf(seed, n));
  return first(last.logits, most).filter((id) => last.kept[id]).map((id) => {
    const p = last.probs[id], seen = counts[id] / n, error = 2 * Math.sqrt(p * (1 - p) / n);
    const [low, high] = [Math.max(0, p - error), Math.min(1, p + error)];
    return { id, p, seen, count: counts[id], low, high, outside: seen < low || seen > high };
  });
}

/**
 * The picture as SVG text; `colours` by name of the palette, so that a file can bring its own.
 * @returns {string}
 */
export function drawsPicture(rows, tokens, colours, lang) {
  const x = (p) => LEFT + p * (WIDTH - LEFT - RIGHT), height = rows.length * STEP + 30, at = (value) => x(value).toFixed(1);
  const axis = [0, 0.25, 0.5, 0.75, 1].map((p) => `<line x1="${at(p)}" x2="${at(p)}" y1="0" y2="${height - 26}" stroke="${colours.line}"/>` +
    `<text x="${at(p)}" y="${height - 8}" text-anchor="middle" fill="${colours.muted}">${show(p, "%0", lang)}</text>`).join("");
  const bars = rows.map(({ id, p, seen, low, high }, i) => {
    const y = i * STEP + 4, name = tokens[id].length > 16 ? `${tokens[id].slice(0, 15)}…` : tokens[id];
    return `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end" fill="${colours.ink}">${escape(name)}</text>` +
      `<rect x="${LEFT}" y="${y}" width="${Math.max(0, x(seen) - LEFT).toFixed(1)}" height="18" rx="2" fill="${colours.kept}" opacity="0.55"/>` +
      `<line x1="${at(low)}" x2="${at(high)}" y1="${y + 9}" y2="${y + 9}" stroke="${colours.bound}" stroke-width="4"/>` +
      `<line x1="${at(p)}" x2="${at(p)}" y1="${y - 2}" y2="${y + 20}" stroke="${colours.ink}" stroke-width="2.5"/>` +
      `<text x="${WIDTH - RIGHT + 8}" y="${y + 13}" fill="${colours.muted}">${show(seen, "%1", lang)}</text>`;
  }).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-size="13" font-family="${escape(colours.font)}">${axis}${bars}</svg>`;
}

/** The words beside the picture. */
export function drawsTold(rows, n) {
  const outside = rows.filter((row) => row.outside).length;
  return {
    title: say("lab.draws.title", { count: n }),
    alt: say("alt.draws", { n, tokens: rows.length, outside }),
    caption: say("lab.draws.caption", { outside, tokens: rows.length }),
  };
}
