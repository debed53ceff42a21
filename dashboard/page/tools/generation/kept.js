// What a reload, a lesson in between and the way back keep: the controls' address and the text, in the tab's own storage.
import { fromJSON, toJSON } from "./files.js";

const KEY = "amostra.generation", MOST = 2_000_000;  // characters
const LISTS = { top_before: [], top_after: [] };

/**
 * Keep a run with the address of its controls; a very long one without its candidates.
 * @param {string} address of all that is asked
 * @param {string} shown what the page's address has of it
 */
export function keep(address, shown, run) {
  const write = (one) => {
    const text = JSON.stringify({ address, shown, run: one && toJSON(one), typed: one?.rows.map(({ typed }) => typed ?? null) });
    if (text.length > MOST) throw new RangeError("too long");
    sessionStorage.setItem(KEY, text);
  };
  try {
    write(run);
  } catch {
    try {
      write({ ...run, steps: run.steps.map((steps) => steps.map((step) => ({ ...step, ...LISTS }))) });
    } catch {
      // a browser that keeps nothing: the text is on the screen, and can be saved as a file
    }
  }
}

/** @returns {{address: string, shown: string, run: Run | null} | null} */
export function kept() {
  try {
    const { address, shown, run: text, typed } = JSON.parse(sessionStorage.getItem(KEY)), run = text && fromJSON(text);
    run?.rows.forEach((row, r) => { if (Number.isInteger(typed?.[r])) row.typed = typed[r]; });
    return { address: String(address), shown: String(shown), run };
  } catch {
    return null;
  }
}
