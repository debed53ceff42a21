// The small picture of a stage: the first tokens as it finds them, what it keeps and what it cuts.
import { largest, sum } from "../../core/arrays.js";
import { pictureOf } from "../../core/thresholds.js";
import { show } from "../../numbers.js";
import { say } from "../../words.js";

export const BARS = 24;
const [WIDTH, HEIGHT] = [168, 76], NS = "http://www.w3.org/2000/svg";
const MOVES = new Set(["temperature", "penalties", "dry", "adaptive_p"]);  // these weigh; the others cut

const pictures = new WeakMap();

/**
 * What is drawn, in units of the picture's width and height.
 * @returns {{bars: {x: number, width: number, top: number, before: ?number, kept: boolean}[], line: ?number, edge: ?number}}
 */
export function pictureFor(before, after, s) {
  if (pictures.get(after)?.before === before) return pictures.get(after).made;
  const made = lay(before, after, s);
  pictures.set(after, { before, made });
  return made;
}

function lay(before, after, s) {
  const { kind, order, values, line } = pictureOf(before, after.name, s, BARS), weighs = MOVES.has(after.name);
  const now = weighs ? order.map((i) => after.probs[i]) : values;
  const finite = [...values, ...now, ...(line === null ? [] : [line])].filter(Number.isFinite);
  const low = kind === "logit" ? Math.min(...finite) - (Math.max(...finite) - Math.min(...finite)) * 0.08 : 0;
  const high = kind === "cumulative" ? 1 : Math.max(...finite), span = high - low || 1;
  const y = (value) => HEIGHT - 1 - ((Math.min(Math.max(value, low), high) - low) / span) * (HEIGHT - 6);
  const pace = Math.min(WIDTH / order.length, 22);
  const bars = order.map((i, at) => ({
    x: at * pace + 0.75, width: pace - 1.5, top: y(now[at]), before: weighs ? y(values[at]) : null, kept: after.kept[i],
  }));
  const cut = bars.findIndex((bar) => !bar.kept), parted = line === null && !weighs && kind === "probability";
  const edge = parted && cut > 0 && bars.slice(cut).every((bar) => !bar.kept) ? cut * pace : null;
  return { bars, line: line === null ? null : y(line), edge };
}

const rect = ({ x, width }, top) => `M${x.toFixed(1)} ${HEIGHT}V${top.toFixed(1)}h${width.toFixed(1)}V${HEIGHT}z`;

/** An empty picture; `fillPicture` draws in it. */
export function emptyPicture() {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("role", "img");
  for (const name of ["kept", "cut", "before", "line"]) {
    const path = document.createElementNS(NS, "path");
    path.setAttribute("class", `am-mini-${name}`);
    svg.append(path);
  }
  return svg;
}

export function fillPicture(svg, before, after, s, lang) {
  const { bars, line, edge } = pictureFor(before, after, s), [kept, cut, was, rule] = svg.children;
  kept.setAttribute("d", bars.filter((bar) => bar.kept).map((bar) => rect(bar, bar.top)).join(""));
  cut.setAttribute("d", bars.filter((bar) => !bar.kept).map((bar) => rect(bar, Math.min(bar.top, HEIGHT - 1.5))).join(""));
  was.setAttribute("d", bars.filter((bar) => bar.before !== null).map((bar) => `M${bar.x.toFixed(1)} ${bar.before.toFixed(1)}h${bar.width.toFixed(1)}`).join(""));
  rule.setAttribute("d", line !== null ? `M0 ${line.toFixed(1)}H${WIDTH}` : edge !== null ? `M${edge.toFixed(1)} 0V${HEIGHT}` : "");
  svg.setAttribute("aria-label", described(before, after, lang));
}

function described(before, after, lang) {
  const [was, now] = [countOf(before), countOf(after)];
  const stage = say(`stage.${after.name}`), most = ({ probs }) => show(largest(probs), "%1", lang);
  if (MOVES.has(after.name)) return say("lab.alt.moves", { stage, before: most(before), after: most(after) });
  return say("alt.geometry", { stage, kept: now, cut: was - now });
}

const counts = new WeakMap();

/** How many tokens a stage keeps, counted once. */
export function countOf(stage) {
  if (!counts.has(stage)) counts.set(stage, sum(stage.kept));
  return counts.get(stage);
}
