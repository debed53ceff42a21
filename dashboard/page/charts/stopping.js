// A text that arrives token by token in front of a stop sequence: what is on the screen, what waits, what never comes.

import { withAll } from "../rows.js";

/**
 * @param {Object} data by text: what each token releases before each stop sequence (`runs`), every character's place (`letters`),
 *   the `tokens`; the words of the `verdicts`
 * @param {{variant, stop, step}} settings
 */
export function stopping({ runs, letters, tokens, verdicts }, { variant, stop, step }) {
  const run = runs[variant][stop], now = Math.min(step, run.end), shown = run.shown[now], stopped = now >= run.match;
  const state = ({ k, i }) => {
    if (k > now) return stopped ? "never" : "pending";
    if (i < shown) return "shown";
    return !stopped ? "held" : i < shown + run.length ? "stop" : "never";
  };
  const placed = letters[variant].map((one) => ({ ...one, left: one.col - 0.5, right: one.col + 0.5, state: state(one) }));
  const rows = tokens[variant].map((token, i) => {
    const k = i + 1, came = k <= now;
    return { k, token, out: came ? run.out[k] : "", waits: came ? run.held[k] : "" };
  });
  return {
    rows: withAll(rows, {
      now,
      last: now ? run.tokens[now] : "",
      shown,
      held: run.held[now],
      held_or_none: run.held[now] || "∅",
      waiting: run.waiting[now],
      worst: stopped ? 0 : Math.min(run.length - 1, shown + run.waiting[now]),
      verdict: verdicts[stopped ? "stopped" : now >= run.end ? "over" : "pending"],
    }),
    letters: placed,
    boxes: placed.filter((one) => ["shown", "held", "stop"].includes(one.state)),
    struck: placed.filter((one) => ["stop", "never"].includes(one.state)),
    ticks: rows.map(({ k }) => placed.find((one) => one.k === k)).map(({ left, line }) => ({ left, line })),
  };
}
