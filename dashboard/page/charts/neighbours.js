// The nearest tokens of a token, of the vectors as they are or with the mean vector taken off.

import { withAll } from "../rows.js";

/**
 * @param {Object} data by variant: `words`, and `near`, [token, cosine] raw and centred; `means`: the cosine of any two, by kind
 * @param {{variant, centred}} settings
 */
export function neighbours({ words, near, means }, { variant, centred }) {
  const kind = Number(centred), found = near[variant][kind], cosines = found.map(([, cosine]) => cosine), mean = means[kind];
  const top = Math.max(...cosines), last = Math.min(...cosines);
  const rows = found.map(([token, cosine], i) => ({ place: i + 1, token, cosine }));
  return { rows: withAll(rows, { word: words[variant], first: found[0][0], top, last, mean, above: top - mean }), mean: [{ cosine: mean }] };
}
