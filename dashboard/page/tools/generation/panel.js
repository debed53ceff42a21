// One token's distribution: what could have come in its place, before and after the settings, and ways to go on from there.
import { element } from "../../dom.js";
import { say } from "../../words.js";
import { candidatesOf } from "./run.js";
import { alone, decimals, share, whole } from "./written.js";

const ROUNDING = 1e-6;  // of probabilities that add up to 1

/**
 * Draw the distribution of a step.
 * @param {HTMLElement} box
 * @param {Step | null} step
 * @param {{branch: function(Object), beside?: function(Object), rewind: function()} | null} act what can be done; null: nothing
 */
export function draw(box, step, act) {
  box.hidden = !step;
  if (!step) return box.replaceChildren();
  const listed = candidatesOf(step), told = listed.some(({ prob_after }) => prob_after != null);
  const rest = ["prob_before", "prob_after"].map((name) => 1 - listed.reduce((sum, one) => sum + (one[name] ?? 0), 0));
  const rows = listed.map((one) => candidate(one, step, told, act));
  if (rest[0] > ROUNDING) {
    const others = rest.map((p) => (p > ROUNDING ? p : 0));
    rows.push(row("am-others", say("generation.others"), others[0], told ? others[1] : null, []));
  }
  const head = [say("column.token"), "", say("generation.before"), ...(told ? [say("generation.after")] : [])];
  const cells = head.map((name) => (name ? element("th", { scope: "col" }, name) : element("td")));
  const last = element("th", { scope: "col" }, element("span", { class: "am-unseen" }, say("generation.word.action")));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...cells, last)), element("tbody", {}, ...rows));
  const rewind = act && button(say("generation.rewind"), act.rewind);
  box.replaceChildren(
    element("h3", {}, say("generation.details", { n: step.index + 1, token: alone(step.token, step.token_id) })),
    table, element("p", { class: "am-note", "aria-live": "polite" }, said(step).join(" ")), ...(rewind ? [element("p", { class: "am-gen-acts" }, rewind)] : []),
  );
  return undefined;
}

function candidate(one, step, told, act) {
  const own = one.token_id === step.token_id && one.text === step.token, text = alone(one.text, one.token_id);
  const acts = act && !own ? [
    button(say("generation.branch"), () => act.branch(one), `${say("generation.branch")}: ${text}`),
    ...(act.beside ? [button("‖", () => act.beside(one), `${say("generation.beside")}: ${text}`, say("generation.beside"))] : []),
  ] : [];
  return row(own ? "am-chosen" : "", text, one.prob_before, told ? one.prob_after : null, acts, own);
}

function row(kind, text, before, after, acts, own = false) {
  const bars = element("td", { class: "am-gen-bars", "aria-hidden": "true" },
    element("span", { class: "am-gen-before", style: `--am-share:${Math.min(1, before)}` }),
    ...(after === null ? [] : [element("span", { class: "am-gen-after", style: `--am-share:${Math.min(1, after)}` })]));
  const name = element("th", { scope: "row" }, text, ...(own ? [" ", element("strong", { title: say("generation.chosen") }, "◀", element("span", { class: "am-unseen" }, say("generation.chosen")))] : []));
  const shares = [before, ...(after === null ? [] : [after])].map((p, i) => (
    element("td", {}, i && !p && kind !== "am-others" ? say("state.cut") : share(p))));
  return element("tr", kind ? { class: kind } : {}, name, bars, ...shares, element("td", {}, ...acts));
}

function button(text, act, label, title) {
  const one = element("button", { type: "button", ...(label ? { "aria-label": label } : {}), ...(title ? { title } : {}) }, text);
  one.addEventListener("click", act);
  return one;
}

/** The sentences about a step. */
function said(step) {
  const found = [];
  if (step.prob_before != null) {
    const name = step.rank ? "generation.said.rank" : "generation.said.before";
    found.push(say(name, { rank: whole(step.rank), p: share(step.prob_before) }));
  }
  if (step.prob_after != null) found.push(say(step.kept === 1 ? "generation.said.after.one" : "generation.said.after", { count: whole(step.kept), p: share(step.prob_after) }));
  if (step.entropy_before != null) found.push(say("generation.said.entropy", { h: decimals(step.entropy_before), g: decimals(step.entropy_after) }));
  if (step.forced) found.push(say("generation.said.forced"));
  return found;
}
