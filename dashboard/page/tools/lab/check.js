// In the app `core` computes the same stages and says how far the page is from it. A site of files has no one to ask.
import { address } from "../../beside.js";
import { show } from "../../numbers.js";
import { say } from "../../words.js";
import { served } from "../server.js";

const REST = 800;  // ms without a change
const MOST = 60_000;  // tokens, as the app takes them

/**
 * @param {HTMLElement} line where it is said
 * @returns {(logits, stages, params, shown, context) => void} called at every step; it asks once the steps rest
 */
export function checkOf(line, lang) {
  if (!served()) return () => {};
  let waiting, turn = 0;
  return (logits, stages, params, shown, context) => {
    clearTimeout(waiting);
    const mine = ++turn;
    line.hidden = true;
    if (logits.length > MOST) return;
    waiting = setTimeout(async () => {
      const largest = await asked(logits, stages, params, shown, context);
      if (mine !== turn || largest === null) return;
      line.textContent = say("lab.checked", { difference: largest === 0 ? "0" : show(largest, "e1", lang) });
      line.hidden = false;
    }, REST);
  };
}

async function asked(logits, stages, params, shown, context) {
  const chains = ["a", "b"].map((letter) => ({
    params: params[letter], probs: stages[letter].map((stage) => shown.map((id) => stage.probs[id])),
  }));
  const body = JSON.stringify({ logits: Array.from(logits, (x) => x === -Infinity ? null : x), shown, chains, context });
  try {
    const answer = await fetch(new URL("../check", address("tools.js")), { method: "POST", headers: { "content-type": "application/json" }, body });
    return answer.ok ? (await answer.json()).largest : null;
  } catch {
    return null;  // the page does without
  }
}
