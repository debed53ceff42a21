// The model without a page around it: what its tests and benchmarks call.

export { unpacked } from "./bytes.js";
export { generate, generateRows } from "./generation.js";
export { LanguageModel } from "./language_model.js";
export { nfc } from "./nfc.js";
