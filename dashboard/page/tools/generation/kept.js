// What a reload, a lesson in between and the way back keep: the controls' address and the text, in the tab's own storage.
import { fromJSON, toJSON } from "./files.js";

const KEY = "amostra.generation", MOST = 2_000_000;  // characters
const LISTS = { top_before: [], top_after: [] };

/** Keep a run with the address of its controls; a very long one without its candidates. */
export function keep(address, run) {
  const write = (one) => {
    const text = JSON.stringify({ address, run: one && toJSON(one) });
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

/** @returns {{address: string, run: Run | null} | null} */
export function kept() {
  try {
    const { address, run } = JSON.parse(sessionStorage.getItem(KEY));
    return { address: String(address), run: run && fromJSON(run) };
  } catch {
    return null;
  }
}
