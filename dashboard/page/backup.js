// What the browser keeps, as a file to take along, and how to be rid of it.
import { element, whileThere } from "./dom.js";
import { save as hand } from "./handed.js";
import { CHANGED, clear, keep, keeps, merged, parsed, progress, Refused, written } from "./progress.js";
import { say } from "./words.js";

const LARGEST = 2e6;  // bytes: the whole course, every exercise answered, is a tenth of this

/**
 * Bring the buttons to life that save, read and clear what was done.
 * @param {Element} root
 */
export function backup(root) {
  const box = root.querySelector("[data-backup]");
  if (!box) return;
  const [save, open, file, empty, sure, said, what] = ["save", "open", "file", "empty", "sure", "said", "what"].map((part) => box.querySelector(`[data-${part}]`));
  const tell = () => {
    what.textContent = inWords(progress());
    empty.disabled = save.disabled = !Object.keys(progress().lessons).length;
  };
  tell();
  whileThere(box, CHANGED, tell);
  if (!keeps()) said.textContent = say("progress.forgets");
  save.addEventListener("click", () => hand(say("progress.file", { date: new Date().toLocaleDateString("sv") }), written(progress()), "application/json"));  // as Swedish writes it: 2026-01-31, the reader's own day
  open.addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    said.textContent = await imported(file.files[0]);
    file.value = "";
  });
  empty.addEventListener("click", () => sure.showModal());
  sure.addEventListener("close", () => {
    if (sure.returnValue === "yes") {
      clear();
      said.textContent = say("progress.cleared");
    }
    sure.returnValue = "";
  });
}

function inWords({ lessons }) {
  const count = (name) => Object.values(lessons).reduce((sum, one) => sum + Object.keys(one[name]).length, 0);
  const begun = Object.values(lessons).filter(({ bets, done, read }) => read.length || Object.keys(bets).length || Object.keys(done).length).length;
  return say("progress.what", { lessons: begun, answers: count("done"), bets: count("bets") });
}

/** What to say of a file, once its contents are among what the browser keeps, or were refused and nothing has changed. */
async function imported(file) {
  try {
    if (file.size > LARGEST) throw new Refused("foreign");
    keep(merged(progress(), parsed(await file.text(), Date.now())));
  } catch (error) {
    return say(`progress.${error instanceof Refused ? error.reason : "unreadable"}`, { file: file.name });
  }
  dispatchEvent(new Event("amostra-imported"));
  return say("progress.imported", { file: file.name });
}

