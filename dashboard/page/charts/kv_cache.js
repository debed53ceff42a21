// The cache of keys and values of one text over its length: every head its own, shared by groups, one for all.

/**
 * @param {{shapes: Object<string, [number, number, number]>, bytes: Object<string, number>, lengths: number[]}} data
 *   shapes: layers, heads and components of a head, by model
 * @param {{model, group, length, precision}} settings group: query heads per key head
 */
export function kvCache({ shapes, bytes, lengths }, { model, group, length, precision }) {
  const [layers, heads, size] = shapes[model], kv = heads / group;
  const one = 2 * layers * size * bytes[precision];  // a key and a value of one head
  const at = (tokens) => ({
    tokens, kv, per_token: one * kv, own: (one * heads * tokens) / 1e9, shared: (one * kv * tokens) / 1e9, single: (one * tokens) / 1e9,
  });
  return { rows: [at(length)], curve: lengths.map(at) };
}
