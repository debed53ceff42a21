// What the page and its tests call: the functions of `core` under their names, in camelCase.

export { apply, appliedTemperature, probabilities, trace } from "./chain.js";
export { epsilonCutoff, etaCutoff, pLess, topA, topH, topNSigma, typicalP, xtc } from "./cuts.js";
export { effectiveChoices, entropy, keptMass, klDivergence, totalVariation } from "./distributions.js";
export { draw, sample, uniform } from "./draws.js";
export { adaptiveP, mirostat, nextAverage, nextCap, nextTarget } from "./memory.js";
export { ORDERS } from "./orders.js";
export { ignoredOf, samplingParams, STAGES, stagesOf } from "./params.js";
export {
  dry, frequencyPenalty, logitBias, noRepeatNgram, presencePenalty, repetitionPenalty, tokenMask,
} from "./penalties.js";
export { greedy, minP, topK, topP } from "./samplers.js";
export { dynamicTemperature } from "./schedules.js";
export { softmax, temperature } from "./softmax.js";
export { ParameterError } from "./validation.js";
