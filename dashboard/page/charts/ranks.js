// A distribution over ranks, with the line behind the last token that stays.

import { distribution } from "./distribution.js";

/** Data and settings as `distribution`, tokens and logits from the largest to the smallest. */
export function ranks(data, settings) {
  const { rows } = distribution(data, settings);
  const last = rows[0].n_kept - 1;
  return { rows, line: [{ token: rows[last].token, row: last }] };
}
