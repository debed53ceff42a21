// The two chains: their orders, their stages, and where they differ.
import { nextStage } from "../../core/chain.js";
import { DEFAULTS, STAGE_OF, stagesOf } from "../../core/params.js";
import { ORDERS } from "../../core/orders.js";
import { ORDERED } from "./settings.js";

export const ENGINES = Object.keys(ORDERS);
const KEPT = 4;  // stages remembered after each: both chains may begin alike, and a control goes back and forth

const followers = new WeakMap();

/**
 * The trace of checked params. A stage whose settings and whose stage before are the same is not computed again.
 * @param {Stage} raw
 * @param {Object} s checked params
 * @param {{prompt: number[], output: number[]}} context
 * @returns {Stage[]}
 */
export function stagesFor(raw, s, context) {
  const stages = [raw];
  for (const name of stagesOf(s)) stages.push(followed(stages.at(-1), name, s, context));
  return stages;
}

function followed(before, name, s, context) {
  const settings = Object.keys(DEFAULTS).filter((one) => STAGE_OF[one] === name).map((one) => s[one]);
  const key = JSON.stringify([name, settings, s.min_tokens_to_keep, context]);
  if (!followers.has(before)) followers.set(before, new Map());
  const known = followers.get(before), stage = known.get(key) ?? nextStage(before, name, s, context);
  known.delete(key);
  known.set(key, stage);
  if (known.size > KEPT) known.delete(known.keys().next().value);
  return stage;
}

/** The stages of an order, an engine's name or one's own list, that have a place in the lab. */
export const orderOf = (chain) => chain.own ?? ORDERS[chain.engine].filter((stage) => ORDERED.includes(stage));

/** The order with `name` at the place `to` among the stages that act; those that do not act stay where they are. */
export function moved(order, active, name, to) {
  const others = active.filter((one) => one !== name), next = others[to], rest = order.filter((one) => one !== name);
  const at = next !== undefined ? rest.indexOf(next) : others.length ? rest.indexOf(others.at(-1)) + 1 : rest.length;
  return [...rest.slice(0, at), name, ...rest.slice(at)];
}

/** The order without a stage, or with it: behind the last of those that come before it in the default order. */
export function switched(order, name, on) {
  const rest = order.filter((one) => one !== name);
  if (!on) return rest;
  const before = ORDERED.slice(0, ORDERED.indexOf(name)), at = rest.findLastIndex((one) => before.includes(one)) + 1;
  return [...rest.slice(0, at), name, ...rest.slice(at)];
}

/** The tokens that only one of two stages keeps: those of the first, those of the second. */
export function changed(a, b) {
  const only = [[], []];
  for (let i = 0; i < a.kept.length; i++) if (a.kept[i] !== b.kept[i]) only[a.kept[i] ? 0 : 1].push(i);
  return only;
}

const rests = new WeakMap();

/** The mass of a stage outside some tokens. `ids` is one array as long as the tokens are the same. */
export function restOf(stage, ids) {
  if (rests.get(stage)?.ids !== ids) {
    const named = new Uint8Array(stage.probs.length);
    for (const id of ids) named[id] = 1;
    let mass = 0;
    for (let i = 0; i < named.length; i++) if (!named[i]) mass += stage.probs[i];
    rests.set(stage, { ids, mass });
  }
  return rests.get(stage).mass;
}
