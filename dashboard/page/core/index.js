// What the page and its tests call: the functions of `core` under their names, in camelCase.

export { apply, appliedTemperature, probabilities, trace } from "./chain.js";
export { epsilonCutoff, etaCutoff, topA, topNSigma, typicalP, xtc } from "./cuts.js";
export { effectiveChoices, entropy, keptMass, klDivergence, totalVariation } from "./distributions.js";
export { draw, sample, uniform } from "./draws.js";
export { ORDERS } from "./orders.js";
export { ignoredOf, samplingParams, STAGES, stagesOf } from "./params.js";
export { frequencyPenalty, logitBias, noRepeatNgram, presencePenalty, repetitionPenalty } from "./penalties.js";
export { greedy, minP, topK, topP } from "./samplers.js";
export { dynamicTemperature } from "./schedules.js";
export { softmax, temperature } from "./softmax.js";
export { ParameterError } from "./validation.js";
