// A file of named tensors. Source: huggingface.co/docs/safetensors, "Format".

import { textOf } from "./bytes.js";

const TYPES = { F32: Float32Array, I8: Int8Array };

/**
 * 8 bytes: the length n of the header; n bytes: the header, JSON; then the numbers.
 * @param {Uint8Array} file
 * @returns {{metadata: Object, tensors: Object}} by name strings; and {shape: number[], data: Float32Array | Int8Array}
 */
export function safetensors(file) {
  const view = new DataView(file.buffer, file.byteOffset), start = 8 + Number(view.getBigUint64(0, true));
  const { __metadata__: metadata = {}, ...described } = JSON.parse(textOf(file.subarray(8, start)));
  const tensors = {};
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(described)) {
    const [from, to] = data_offsets.map((offset) => start + offset);
    tensors[name] = { shape, data: new TYPES[dtype](file.slice(from, to).buffer) };
  }
  return { metadata, tensors };
}
