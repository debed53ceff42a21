// A quantity while models read their training text, and what each had reached at a chosen point.

import { withAll } from "../rows.js";

/**
 * @param {{runs: Object<string, [number, number][]>, stops: number[]}} data [millions of tokens, value] by model, in order
 * @param {{at}} settings the place of a stop
 */
export function overTraining({ runs, stops }, { at }) {
  const here = stops[at], lines = Object.entries(runs).flatMap(([model, run]) => run.map(([x, value]) => ({ model, x, value })));
  const latest = new Map(lines.filter(({ x }) => x <= here + 1e-9).map((row) => [row.model, row]));
  const rows = [...latest.values()].map((row) => ({ ...row, exponential: Math.exp(row.value) })), values = rows.map(({ value }) => value);
  return { rows: withAll(rows, { here, least: Math.min(...values), most: Math.max(...values) }), lines };
}
