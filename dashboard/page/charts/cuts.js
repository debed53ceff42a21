// The rarer cuts on a few tokens, each drawn on the quantity that it looks at.

import { largest, sum } from "../core/arrays.js";
import { effectiveChoices } from "../core/distributions.js";
import { ruled, withAll } from "../rows.js";

/**
 * @param {Object} data `tokens` and `u`, their logits; `sides`: [cut, what is drawn] by name; `stages`, `axes`, `state`: words
 * @param {{side, setting, tau, coin}} settings coin: how often XTC acts
 */
export function cut({ tokens, u, sides, stages, axes, state }, { side = "s0", setting, tau = 1, coin = 1 }) {
  const [stage, view] = sides[side], { p, q, kept, ...told } = ruled(u, [stage, setting], tau, coin);
  const s = p.map((x) => -Math.log2(x)), top = largest(u), below = u.map((x) => top - x), x0 = view === "surprise" ? told.H : 0;
  const x = { probability: p, below, surprise: s }[view], edge = edgeOf(stage, view, setting, { u, p, s, kept, tau, H: told.H });
  const rows = tokens.map((token, i) => ({
    token, p: p[i], s: s[i], below: below[i], q: q[i], kept: kept[i], x: x[i], end: Math.max(x[i], x0, edge), state: state[Number(kept[i])],
  }));
  return {
    rows: withAll(rows, {
      ...told,
      x0,
      n_cut: tokens.length - told.n_kept,
      p_max: largest(p),
      q_max: largest(q),
      q_top: q[u.indexOf(top)],
      effective: effectiveChoices(q),
      stage: stages[stage],
      axis: axes[view],
      share: view === "probability" ? edge : null,
      distance: view === "probability" ? null : edge,
    }),
    line: [{ edge, low: 2 * told.H - edge, H: told.H, end: Math.max(...x, x0, edge) }],
  };
}

/** Where the line of a cut stands, on the quantity that is drawn. */
function edgeOf(stage, view, setting, { u, p, s, kept, tau, H }) {
  if (stage === "min_p") return view === "probability" ? setting * largest(p) : -tau * Math.log(setting);
  if (stage === "eta_cutoff") return Math.min(setting, Math.sqrt(setting) * Math.exp(-H * Math.LN2));
  if (stage === "typical_p") return H + largest(s.filter((_, i) => kept[i]).map((x) => Math.abs(x - H)));
  return stage === "top_n_sigma" ? setting * deviation(u) : setting;
}

function deviation(u) {
  const mean = sum(u) / u.length;
  return Math.sqrt(sum(u.map((x) => (x - mean) ** 2)) / u.length);
}
