// What several charts make their rows with.

/** The parameters of `core` that a chart's settings stand for; what has no control is off. */
export function paramsOf({ tau = 1, top_k = 0, top_p = 1, min_p = 0, temperature_first = true }) {
  return { temperature: tau, top_k, top_p, min_p, order: temperature_first ? "transformers" : "llama.cpp" };
}

/** Rows that each say what holds for all, too. */
export const withAll = (rows, sums) => rows.map((row) => ({ ...row, ...sums }));

/** Temperatures of a chart's data, where ∞ is "inf": JSON has no number for it. */
export const temperatures = (taus) => taus.map((tau) => (tau === "inf" ? Infinity : tau));
