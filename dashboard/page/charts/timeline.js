// The events of the timeline that pass its filters.

import { withAll } from "../rows.js";

/**
 * @param {Object} data `entries` in order, each with the groups it is `in`; the row that stands for `nothing`
 * @param {{who, kind, open}} settings "all", or a group
 */
export function timeline({ entries, nothing }, settings) {
  const passes = (one) => ["who", "kind", "open"].every((name) => ["all", one.in[name]].includes(settings[name]));
  const found = entries.filter(passes), seen = found.length ? found : [nothing], year = (one) => (one ? String(Math.floor(one.x)) : "—");
  return { rows: withAll(seen.map(({ in: _, ...row }) => row), {
    total: found.length,
    since: year(found[0]),
    until: year(found.at(-1)),
    opened: found.filter((one) => one.in.open === "open").length,
    first: seen[0].name,
    last: seen.at(-1).name,
  }) };
}
