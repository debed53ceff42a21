// An engine's stages in its order, and what each leaves of one distribution.

import { largest } from "../core/arrays.js";
import { trace } from "../core/chain.js";
import { ignoredOf, samplingParams, stagesOf } from "../core/params.js";
import { withAll } from "../rows.js";

/**
 * @param {Object} data `logits`; `recipes`: parameters of `core` by name; the words of the `stages` and for `nothing`; `left`: where
 *   the bars begin
 * @param {{recipe, engine}} settings
 */
export function pipeline({ logits, recipes, stages: words, nothing, left }, { recipe, engine }) {
  const params = samplingParams({ ...recipes[recipe], order: engine }), stages = trace(logits, params), end = stages.at(-1);
  const many = (kept) => kept.filter(Boolean).length, named = (list) => list.map((name) => words[name]);
  const rows = stages.map((stage, place) => ({
    stage: words[stage.name], kept: many(stage.kept), effective: stage.effectiveChoices, removed: place ? stage.massRemoved : 0,
  }));
  return { rows: withAll(rows, {
    left,
    order: `${engine}: ${named(stagesOf(params)).join(" → ")}`,
    tokens: many(end.kept),
    choices: end.effectiveChoices,
    p_max: largest(end.probs),
    dropped: named(ignoredOf(params)).join(", ") || nothing,
  }) };
}
