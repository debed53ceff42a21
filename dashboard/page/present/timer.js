// A clock that starts, stops and survives a reload of the page.
const KEY = "amostra.timer";

/** @returns {{gone: number, since: number | null}} ms gone before the last start, and when that was */
function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEY)) ?? { gone: 0, since: null }; } catch { return inMemory; }
}

let inMemory = { gone: 0, since: null };

function keep(state) {
  inMemory = state;
  try { sessionStorage.setItem(KEY, JSON.stringify(state)); } catch { /* kept in memory */ }
}

/** ms on the clock. */
export function elapsed(now = Date.now()) {
  const { gone, since } = kept();
  return gone + (since === null ? 0 : now - since);
}

export const running = () => kept().since !== null;

/** Start, or stop. */
export function toggle(now = Date.now()) {
  keep(running() ? { gone: elapsed(now), since: null } : { gone: elapsed(now), since: now });
}

export const zero = () => keep({ gone: 0, since: null });

/** "07:03", "1:00:00" */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000), two = (n) => String(n).padStart(2, "0"), hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
