// What came of a quiz, question by question: the share of right answers, and behind it the answers.
import { element } from "../dom.js";
import { save } from "../handed.js";
import { plain } from "../plain.js";
import { number, say } from "../words.js";
import { bar, button, frame, open, part, percent } from "./frame.js";
import { csv, rowsOf, shares, totals } from "./results.js";

/**
 * Show it.
 * @param {import("./series.js").Series} quiz
 * @param {string} lang
 * @param {HTMLElement[]} ways what else there is to do
 * @returns {HTMLDialogElement}
 */
export function outcome(quiz, lang, ways) {
  const all = quiz.questions.map((question, i) => ({ question, place: i + 1, came: quiz.came(question.name) }))
    .map((one) => ({ ...one, rows: one.came && rowsOf(one.question, one.came.counts, true) }));
  const dialog = frame(say("room.results"), part("line", "p"), part("questions", "ol"));
  dialog.querySelector("[data-part=line]").setAttribute("role", "status");
  dialog.querySelector("[data-part=questions]").append(...all.map(listed));
  const download = button("room.do.csv", () => save(`${say("room.results.file")}.csv`, csv(table(all), lang === "pt" ? ";" : ","), "text/csv"));
  dialog.querySelector("[data-part=buttons]").append(...(all.some(({ came }) => came) ? [download] : []), ...ways, button("room.do.hide", () => dialog.close()));
  open(dialog);
  return dialog;
}

/** What is asked, without the program that it is asked of. */
const asked = (question) => question.text().filter((node) => !node.classList?.contains("highlight"));

function listed({ question, rows }) {
  const line = element("li", {}, element("div", { "data-part": "question" }, ...asked(question)));
  if (!rows) line.append(element("p", {}, say("room.results.none")));
  else line.append(...right(question, rows), element("details", {}, element("summary", {}, say("room.results.answers")), element("ol", { "data-part": "rows" }, ...rows.map((row) => answer(question, row, totals(rows))))));
  return line;
}

/** How many were right, of how many, in each vote. */
function right(question, rows) {
  const all = totals(rows), votes = shares(question, rows);
  return votes.flatMap((share, vote) => share === undefined ? [] : [bar(share, say("room.results.right", { share: percent(share), all: all[vote] }), series(vote, votes), vote + 1 < votes.length ? "first" : "now")]);
}

function answer(question, row, all) {
  const option = question.options.find(({ value }) => value === row.value), label = element("div", { class: "am-room-label" }, ...option.label());
  const line = element("li", option.right ? { "data-right": "" } : {}, label);
  if (option.right) label.append(" ", element("strong", {}, `✓ ${say("room.right")}`));
  row.counts.forEach((count, vote) => {
    const share = all[vote] ? count / all[vote] : 0;
    line.append(bar(share, `${number(count)} (${percent(share)})`, series(vote, row.counts), vote + 1 < row.counts.length ? "first" : "now"));
  });
  return line;
}

const series = (vote, votes) => votes.length > 1 ? say(vote ? "room.second" : "room.first") : "";

/** A line per question and answer. */
function table(all) {
  const head = [say("room.results.place"), say("room.results.question"), say("room.option"), say("room.right"), say("room.first"), say("room.second")];
  return [head, ...all.flatMap(({ question, place, rows }) => (rows ?? []).map((row) => {
    const option = question.options.find(({ value }) => value === row.value);
    return [place, plain(asked(question)), plain(option.label()), option.right ? say("room.right") : "", row.counts[0], row.counts[1] ?? ""];
  }))];
}
