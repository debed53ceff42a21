// A lesson as beats, and the way through them. Pure: blocks in, beats out.

/**
 * @typedef {import("./blocks.js").Block} Block
 * @typedef {Object} Beat
 * @property {string} id its name in the address, the same in both languages
 * @property {string} kind title, prose, statement, table, work, figure, question, answer or end
 * @property {string} section the heading that it stands under
 * @property {Block[]} blocks
 * @property {string} fold the words of what it is folded into; "" where it is open
 * @property {string} foldId its id; "" where it is open
 */

const ALONE = ["statement", "table", "work", "figure", "question", "answer"];  // each is a beat of its own

/**
 * The beats of a lesson: its title; every stretch of prose under a heading; every statement, table, calculation, figure,
 * exercise and opened bet alone; what is folded, marked as such; an end. Notes to the instructor are none.
 * @param {Block[]} blocks
 * @returns {Beat[]}
 */
export function beats(blocks) {
  const made = [], seen = new Set();
  let section = { id: "", text: "" };
  const open = { fold: "", foldId: "" };
  const add = (kind, own, id, fold) => made.push({ id: unique(id, seen), kind, section: section.text, blocks: own, ...fold });

  const walk = (list, fold) => {
    let run = [], place = "";
    const flush = () => {
      if (run.some(({ kind }) => kind !== "heading")) {
        add("prose", run, place || run.find(({ kind }) => kind === "heading")?.id || `${fold.foldId || section.id || "start"}-1`, fold);
        run = [];
      }
      place = "";
    };
    for (const one of list) {
      if (one.kind === "title" || one.kind === "instructor") continue;
      if (one.kind === "place") {
        flush();
        place = one.id;
      } else if (one.kind === "fold") {
        flush();
        walk(one.blocks, { fold: one.text, foldId: one.id });
      } else if (one.kind === "heading") {
        flush();
        if (one.level === 2 && fold === open) section = one;
        run.push(one);
      } else if (ALONE.includes(one.kind)) {
        const here = run.some(({ kind }) => kind !== "heading") ? "" : place;  // else it names what stands before
        flush();
        const named = one.id || here || run[0]?.id || `${fold.foldId || section.id || "start"}-1`;
        add(one.kind, [...run, one], named, fold);
        run = [];
      } else run.push(one);
    }
    flush();
  };

  add("title", blocks.filter(({ kind }) => kind === "title"), "title", open);
  walk(blocks, open);
  section = { id: "", text: "" };
  add("end", [], "end", open);
  return made;
}

function unique(id, seen) {
  let name = id;
  for (let n = 2; seen.has(name); n += 1) name = `${id.replace(/-\d+$/, "")}-${n}`;
  seen.add(name);
  return name;
}

const together = (all, i, j) => all[i].foldId !== "" && all[i].foldId === all[j]?.foldId;

/** The beat after this one; from a folded one to the next in the same fold, then on past all that is folded. The last stays. */
export function after(all, at) {
  if (together(all, at, at + 1)) return at + 1;
  const next = all.findIndex(({ fold }, i) => i > at && !fold);
  return next < 0 ? at : next;
}

/** The beat before this one; from the first of a fold to where it hangs. The first stays. */
export function before(all, at) {
  return together(all, at, at - 1) ? at - 1 : host(all, at);
}

/** The open beat before this one: what a fold hangs on. */
export const host = (all, at) => Math.max(0, all.findLastIndex(({ fold }, i) => i < at && !fold));

/** The first beat of what can be unfolded here, or -1: right after an open beat, or after the fold that one is in. */
export function folded(all, at) {
  let next = at + 1;
  while (together(all, at, next)) next += 1;
  return all[next]?.fold ? next : -1;
}

/** The beat with this block in it: an id of a heading, a figure, an exercise, a statement. -1 where there is none. */
export const holding = (all, id) => all.findIndex((beat) => beat.id === id || beat.blocks.some((one) => one.id === id || one.to === id));

/** How far the open beats have come, 0 to 1, and which of how many this is. */
export function progress(all, at) {
  const open = all.filter(({ fold }) => !fold), count = all.slice(0, at + 1).filter(({ fold }) => !fold).length;
  return { count, of: open.length, share: open.length > 1 ? (count - 1) / (open.length - 1) : 1 };
}

/** The beat and its step that an address asks for ("tau", "ratio.2"), or undefined. */
export function named(all, text) {
  const [, id, step] = /^(.*?)(?:\.(\d+))?$/.exec(text ?? "") ?? [];
  const at = all.findIndex((beat) => beat.id === id);
  return at < 0 ? undefined : { at, step: Math.max(0, Number(step ?? 1) - 1) };
}

/** How an address says it. */
export const written = (all, at, step) => `${all[at].id}${step ? `.${step + 1}` : ""}`;
