// What each setting that is on does to the distribution that one token came from, a line each.
import { trace } from "../../core/chain.js";
import { uniform } from "../../core/draws.js";
import { STAGE_OF } from "../../core/params.js";
import { say } from "../../words.js";
import { decimals, share, whole } from "./written.js";

/**
 * @param {Object} engine
 * @param {Run} run
 * @param {number} r row
 * @param {number} t step
 * @returns {Promise<string[]>}
 */
export async function told(engine, run, r, t) {
  const place = await engine.place(run, r, t), { params, seed } = run.rows[r];
  if (!place) return [];
  const { logits, ...context } = place, stages = trace(logits, params, context);
  const lines = stages.slice(1).map((after, i) => `${titled(after.name)}: ${effect(stages[i], after)}`);
  const drawn = run.steps[r][t].forced || params.greedy ? [] : [say("generation.now.drawn", { seed: String(seed), u: decimals(uniform(seed, t), 3) })];
  return [...lines, ...drawn];
}

function titled(stage) {
  const name = say(`stage.${stage}`);
  return name[0].toUpperCase() === name[0] || STAGE_OF[stage] === stage ? name : name[0].toUpperCase() + name.slice(1);
}

function effect(before, after) {
  if (["mirostat", "adaptive_p"].includes(after.name)) return say("generation.now.memory");
  if (after.name === "temperature") {
    const [p, q] = [before, after].map(({ probs }) => share(Math.max(...probs)));
    return say("generation.now.temperature", { p, q, h: decimals(before.entropy), g: decimals(after.entropy) });
  }
  if (["penalties", "dry", "logit_bias"].includes(after.name)) {
    const touched = after.logits.map((x, i) => x !== before.logits[i] && before.kept[i]), mass = ({ probs }) => probs.reduce((sum, p, i) => sum + (touched[i] ? p : 0), 0);
    const count = touched.filter(Boolean).length;
    return say(count === 1 ? "generation.now.penalty.one" : "generation.now.penalty", { count: whole(count), p: share(mass(before)), q: share(mass(after)) });
  }
  const many = ({ kept }) => kept.filter(Boolean).length, name = `generation.now.${after.name === "xtc" ? "xtc" : "cut"}`;
  return say(many(after) === 1 ? `${name}.one` : name, { count: whole(many(after)), of: whole(many(before)), mass: share(after.massRemoved) });
}
