// What a batch does to a server: tokens per second under the two roofs, memory and arithmetic.

/**
 * @param {Object} data the model's `parameters` and bytes of cache per token (`caches`, by heads); the machine's `bandwidth`, `peak`
 *   and `room` in bytes; the `batches` of the curve
 * @param {{b, t, w, heads}} settings texts in the batch, tokens of each, bits of a weight
 */
export function roofline({ parameters, caches, bandwidth, peak, room, batches }, { b, t: length, w, heads }) {
  const weights = (parameters * w) / 8, text = length * caches[heads], most = Math.max(0, Math.floor((room - weights) / text));
  const at = (B) => {
    const memory_ms = (1000 * (weights + B * text)) / bandwidth, arithmetic_ms = (1000 * 2 * parameters * B) / peak;
    const ms = Math.max(memory_ms, arithmetic_ms), [rate, by_memory, by_arithmetic] = [ms, memory_ms, arithmetic_ms].map((x) => (1000 * B) / x);
    return { B, ms, memory_ms, arithmetic_ms, rate, by_memory, by_arithmetic };
  };
  const now = at(b);
  return {
    rows: [{ ...now, now: b, length, each: 1000 / now.ms, most }],
    curve: batches.map(at),
    full: most >= 1 && most <= batches.at(-1) ? [{ edge: most }] : [],
  };
}
