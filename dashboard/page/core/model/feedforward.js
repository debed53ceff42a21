// The next token from a fixed window of those before it. As core/models/feedforward.py.
//
// Source: Bengio et al. (2003), A Neural Probabilistic Language Model.

import { addRow, linear, matrix } from "./layers.js";

export class FeedForward {
  constructor(config, tensors) {
    this.contextLength = config.context_length;
    this.padding = config.padding_id;
    this.wte = matrix(tensors, "wte.weight", "bias");
    this.c_fc = matrix(tensors, "c_fc.weight", "c_fc.bias");
    this.c_proj = matrix(tensors, "c_proj.weight", "c_proj.bias");
  }

  /** The last ids of what was read; end-of-text stands before the first one. */
  newCache() {
    return { length: 0, ids: Array(this.contextLength).fill(this.padding) };
  }

  copied({ length, ids }) {
    return { length, ids: [...ids] };
  }

  /** A window reads a text of any length. */
  fits() {
    return true;
  }

  /** The window's vectors end to end, (n · C), and what the hidden layer of tanh makes of them, (n_inner). */
  inside({ ids }) {
    const { columns: C } = this.wte, vectors = new Float32Array(ids.length * C);
    ids.forEach((id, i) => addRow(vectors, i * C, this.wte, id));
    return [vectors, linear(vectors, this.c_fc).map(Math.tanh)];
  }

  read(ids, cache) {
    cache.ids = [...cache.ids, ...ids].slice(-this.contextLength);
    cache.length += ids.length;
  }

  /** Logits (V,) after the last of the ids. */
  nextLogits(ids, cache) {
    this.read(ids, cache);
    return linear(linear(this.inside(cache)[1], this.c_proj), this.wte);
  }

  /** Logits (T, V), one after each of the ids. */
  logits(ids, cache = this.newCache()) {
    const V = this.wte.rows, all = new Float32Array(ids.length * V);
    ids.forEach((id, t) => all.set(this.nextLogits([id], cache), t * V));
    return all;
  }

  /** Inside one pass: hidden_states, the window's vectors (n · C) and then tanh's (n_inner); lens, the logits (V,). */
  inspect(ids) {
    const cache = this.newCache(), logits = this.nextLogits(ids, cache);
    return { hidden_states: this.inside(cache), lens: [logits] };
  }
}
