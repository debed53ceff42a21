// What came of a vote: rows to show, a file to keep, the class as a sampler. No page in here.
import { csv as spreadsheet } from "../csv.js";

const LISTED = 8;  // different numbers, before the rest is one row

/**
 * The rows of a question: an option each, or a number that was given; once revealed, numbers fall under what is known of them.
 * @param {import("./question.js").Question} question
 * @param {Object<string, number>[]} votes how many gave each answer, one entry per vote
 * @param {boolean} revealed
 * @returns {{value: string, number?: number, counts: number[]}[]} `value` of an option, "" for a number that is none
 */
export function rowsOf(question, votes, revealed) {
  const { judge } = globalThis.Amostra.page;
  if (!question.numeric) return question.options.map(({ value }) => ({ value, counts: votes.map((vote) => vote[value] ?? 0) }));
  const total = new Map();
  for (const vote of votes) for (const [answer, count] of Object.entries(vote)) total.set(answer, (total.get(answer) ?? 0) + count);
  const counted = (answers) => votes.map((vote) => answers.reduce((sum, one) => sum + (vote[one] ?? 0), 0));
  const given = [...total.keys()].sort((a, b) => total.get(b) - total.get(a) || a - b);
  if (revealed) {
    return question.options.map(({ value }) => ({ value, counts: counted(given.filter((one) => judge(one, question.numeric) === value)) }))
      .filter(({ value, counts }) => value === "right" || counts.some((count) => count > 0));
  }
  const rows = given.slice(0, LISTED).map((one) => ({ value: "", number: Number(one), counts: counted([one]) }));
  return given.length > LISTED ? [...rows, { value: "wrong", counts: counted(given.slice(LISTED)) }] : rows;
}

export const totals = (rows) => (rows[0]?.counts ?? []).map((_, vote) => rows.reduce((sum, { counts }) => sum + counts[vote], 0));

/** The share of right answers in each vote; undefined where nobody answered. `rows` as revealed. */
export function shares(question, rows) {
  const right = question.options.find((one) => one.right)?.value, counts = rows.find((row) => row.value === right)?.counts ?? [];
  return totals(rows).map((all, vote) => all ? counts[vote] / all : undefined);
}

/**
 * TV between the class and the model, the tokens that nobody could choose being one more.
 * @param {number[]} counts votes per option
 * @param {number[]} p the model's, per option; together at most 1
 */
export function distance(counts, p) {
  const all = counts.reduce((sum, one) => sum + one, 0), rest = Math.max(0, 1 - p.reduce((sum, one) => sum + one, 0));
  return globalThis.Amostra.core.totalVariation([...counts.map((one) => one / all), 0], [...p, rest]);
}

/** What the class as a sampler draws: the option whose votes a seed's number falls on. */
export function classDraw(counts, seed, step) {
  const { draw, uniform } = globalThis.Amostra.core;
  return draw(counts, uniform(seed, step));
}

/**
 * The results as a file for a spreadsheet; no cell is a formula. Where ";" parts the cells, a comma is the decimal mark.
 * @param {(string | number)[][]} rows
 * @param {string} separator
 */
export const csv = (rows, separator) => spreadsheet(rows, separator === ";" ? "," : ".");
