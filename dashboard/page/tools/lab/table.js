// Every stage as a column: cut tokens struck through, the rest of the vocabulary as one row, the mass cut.
import { escape } from "../../controls.js";
import { csv } from "../../csv.js";
import { show } from "../../numbers.js";
import { number, say } from "../../words.js";
import { restOf } from "./chains.js";
import { countOf } from "./cut.js";

/**
 * @param {Stage[]} stages first the raw one
 * @param {string[]} tokens
 * @param {{shown: number[], rest: number}} rows the tokens drawn one by one, and how many others there are
 * @param {Set<number>} marked tokens that change sides
 * @param {string} lang BCP 47
 * @returns {string} HTML of a table's inside
 */
export function stageTable(stages, tokens, { shown, rest }, marked, lang) {
  const share = (p) => show(p, "%~", lang);
  const cell = (stage, i, at) => {
    if (stage.kept[i]) return `<td>${share(stage.probs[i])}</td>`;
    const before = stages[at - 1];
    return `<td class="am-cut">${before?.kept[i] ? `<s>${share(before.probs[i])}</s>` : escape(say("state.cut"))}</td>`;
  };
  const row = (i) => {
    const sign = marked.has(i) ? ` <strong>⇄ ${escape(say("lab.changes"))}</strong>` : "";
    return `<tr${marked.has(i) ? ' class="am-marked"' : ""}><th scope="row">${escape(tokens[i])}${sign}</th>${stages.map((stage, at) => cell(stage, i, at)).join("")}</tr>`;
  };
  const line = (kind, head, told) => `<tr class="${kind}"><th scope="row">${escape(head)}</th>${stages.map((stage) => `<td>${told(stage)}</td>`).join("")}</tr>`;
  const foot = [
    ["lab.row.removed", (stage) => share(stage.massRemoved)],
    ["lab.row.kept", (stage) => number(countOf(stage))],
    ["lab.row.entropy", (stage) => show(stage.entropy, "3", lang)],
    ["lab.row.effective", (stage) => show(stage.effectiveChoices, "2", lang)],
  ];
  return `<thead><tr><th scope="col">${escape(say("column.token"))}</th>${stages.map((stage) => `<th scope="col">${escape(say(`stage.${stage.name}`))}</th>`).join("")}</tr></thead>` +
    `<tbody>${shown.map(row).join("")}${rest ? line("am-tail", say("lab.rest", { count: rest }), (stage) => share(restOf(stage, shown))) : ""}</tbody>` +
    `<tfoot>${foot.map(([key, told]) => line("am-foot", say(key), told)).join("")}</tfoot>`;
}

/** Every token at every stage, full precision, as CSV. @param {string} decimal the mark of decimals, as `csv` takes it */
export function stageCsv(stages, tokens, ranking, decimal) {
  const lines = [["token", "logit", ...stages.map((stage, i) => `${i}_${stage.name}`)]];
  for (const i of ranking) lines.push([tokens[i], stages[0].logits[i], ...stages.map((stage) => stage.probs[i])]);
  return csv(lines, decimal);
}
