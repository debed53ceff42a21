// A GPT-2 that reads one text: token ids (T) in, logits out. As core/models/gpt.py.
//
// Learned positions, pre-norm blocks, biases, the tanh GELU, an output layer that is the embedding table again;
// `n_kv_head` heads of keys and values for the `n_head` heads of queries.
// Sources: Radford et al. (2019), GPT-2; Shazeer (2019), multi-query; Ainslie et al. (2023), grouped-query attention.

import { addRow, EPSILON, gelu, layerNorm, linear, matrix, plus } from "./layers.js";

export class GPT {
  /**
   * @param {Object} config config.json
   * @param {Object} tensors as `safetensors` gives them
   */
  constructor(config, tensors) {
    const norm = (name) => ({ weight: tensors[`${name}.weight`].data, bias: tensors[`${name}.bias`].data });
    const part = (name) => matrix(tensors, `${name}.weight`, `${name}.bias`);
    this.contextLength = config.n_positions;
    this.C = config.n_embd;
    this.heads = config.n_head;
    this.keyHeads = config.n_kv_head ?? config.n_head;
    this.d = this.C / this.heads;
    if (this.d % 4) throw new Error(`heads of ${this.d} numbers, not a multiple of 4`);
    this.wte = matrix(tensors, "wte.weight");
    this.wpe = matrix(tensors, "wpe.weight");
    this.final = norm("ln_f");
    this.blocks = Array.from({ length: config.n_layer }, (_, l) => ({
      ln_1: norm(`h.${l}.ln_1`), c_attn: part(`h.${l}.attn.c_attn`), c_proj: part(`h.${l}.attn.c_proj`),
      ln_2: norm(`h.${l}.ln_2`), c_fc: part(`h.${l}.mlp.c_fc`), out: part(`h.${l}.mlp.c_proj`),
    }));
  }

  /**
   * Keys and values of the positions read so far: per block one array each, of `length` rows of the keys' heads.
   * @returns {{length: number, keys: Float32Array[], values: Float32Array[]}}
   */
  newCache() {
    const room = () => this.blocks.map(() => new Float32Array(this.contextLength * this.keyHeads * this.d));
    return { length: 0, keys: room(), values: room() };
  }

  /** A cache of its own for a text that goes on from what this one holds. */
  copied({ length, keys, values }) {
    return { length, keys: keys.map((k) => k.slice()), values: values.map((v) => v.slice()) };
  }

  /** Whether so many more ids fit. */
  fits(cache, many) {
    return cache.length + many <= this.contextLength;
  }

  /**
   * What the last block leaves, (T, C), for T ids that continue what the cache holds and are added to it.
   * @param {number[]} ids
   * @param {Object} cache
   * @param {Trace} [trace] takes what happens on the way
   * @param {{blocks?: number[], heads?: [number, number][], gate?: (x: Float32Array) => Float32Array}} [cut] blocks that
   *   add nothing; heads, [block, head], that give 0 to their block's projection; what passes of the feed-forward parts'
   *   inner numbers (T · n_inner), in place
   */
  hidden(ids, cache, trace, { blocks = [], heads = [], gate = (x) => x } = {}) {
    let x = this.embed(ids, cache.length);
    trace?.hidden_states.push(x);
    trace?.parts.push(x);
    this.blocks.forEach((block, l) => {
      const silent = heads.filter(([layer]) => layer === l).map(([, head]) => head);
      const nothing = blocks.includes(l) ? new Float32Array(x.length) : undefined;
      const heard = this.attend(l, linear(layerNorm(x, block.ln_1), block.c_attn), cache, silent, trace);
      const added = nothing ?? linear(heard, block.c_proj);
      x = plus(x, added);
      const thought = nothing ?? linear(gate(gelu(linear(layerNorm(x, block.ln_2), block.c_fc))), block.out);
      x = plus(x, thought);
      trace?.hidden_states.push(x);
      trace?.parts.push(added, thought);
    });
    cache.length += ids.length;
    return x;
  }

  /** wte[id] + wpe[position], (T, C). */
  embed(ids, past) {
    const x = new Float32Array(ids.length * this.C);
    ids.forEach((id, t) => {
      addRow(x, t * this.C, this.wte, id);
      addRow(x, t * this.C, this.wpe, past + t);
    });
    return x;
  }

  /**
   * softmax(q kᵀ / √d) v of every head, (T, C), each position seeing itself and those before it; query head h reads key
   * head ⌊h · n_kv_head / n_head⌋. `projected`, (T, C + 2 · n_kv_head · d), holds queries, keys and values.
   */
  attend(l, projected, cache, silent, trace) {
    const { C, d, heads, keyHeads } = this, K = keyHeads * d, width = C + 2 * K, T = projected.length / width;
    const keys = cache.keys[l], values = cache.values[l], y = new Float32Array(T * C), seen = [];
    for (let t = 0; t < T; t++) {
      const row = projected.subarray(t * width, (t + 1) * width), s = cache.length + t;
      keys.set(row.subarray(C, C + K), s * K);
      values.set(row.subarray(C + K), s * K);
      for (let h = 0; h < heads; h++) {
        const at = Math.floor((h * keyHeads) / heads) * d;
        const weights = attention(row.subarray(h * d, (h + 1) * d), keys, at, K, s + 1);
        if (!silent.includes(h)) mix(y.subarray(t * C + h * d, t * C + (h + 1) * d), weights, values, at, K);
        if (trace) (seen[h] ??= []).push(Float32Array.from({ length: cache.length + T }, (_, i) => weights[i] ?? 0));
      }
    }
    trace?.attentions.push(seen);
    return y;
  }

  /** Hidden states (T, C) to logits (T, V). */
  readOut(x) {
    return linear(layerNorm(x, this.final), this.wte);
  }

  /** Logits (V,) after the last of the ids. */
  nextLogits(ids, cache) {
    return this.readOut(this.hidden(ids, cache).subarray(-this.C));
  }

  /** Logits (T, V), one after each of the ids. */
  logits(ids, cache = this.newCache()) {
    return this.readOut(this.hidden(ids, cache));
  }

  /**
   * What happens inside as T ids are read, with `cut` as in `hidden`.
   * @typedef {Object} Trace
   * @property {Float32Array[]} hidden_states n_layer + 1 arrays (T, C): the embeddings, then what each block leaves
   * @property {Float32Array[][][]} attentions [block][head][position]: its weights for positions 0 … T − 1
   * @property {Float32Array[]} parts 2 · n_layer + 1 arrays (T, C), whose sum is the last of hidden_states: the
   *   embeddings, then what each block's attention and its feed-forward part add
   * @property {Float32Array[]} lens n_layer + 1 arrays (V,): logits after the last id, from each of hidden_states
   */
  inspect(ids, cut) {
    const trace = { hidden_states: [], attentions: [], parts: [] };
    this.hidden(ids, this.newCache(), trace, cut);
    return { ...trace, lens: trace.hidden_states.map((x) => this.readOut(x.subarray(-this.C))) };
  }

  /** Logits (T, V) from each of the hidden states `from` on, up to n_layer + 1 arrays: what the model would say if it ended there. */
  lens(ids, cut, from = 0) {
    const trace = { hidden_states: [], attentions: [], parts: [] };
    this.hidden(ids, this.newCache(), trace, cut);
    return trace.hidden_states.slice(from).map((x) => this.readOut(x));
  }

  /**
   * What each of a trace's `parts`, and at the end the last norm's bias, adds to the logits after the last id, given
   * the spread by which the last norm divides: for each of the tokens numbers that add up to its logit.
   * @param {Trace} trace
   * @param {number[]} tokens (N)
   * @returns {Float32Array[]} 2 · n_layer + 2 arrays (N)
   */
  shares({ parts, hidden_states }, tokens) {
    const { weight, bias } = this.final, last = (x) => x.subarray(-this.C);
    const mean = (x) => x.reduce((sum, value) => sum + value, 0) / x.length;
    const end = last(hidden_states.at(-1)), middle = mean(end);
    const spread = Math.sqrt(mean(end.map((value) => (value - middle) ** 2)) + EPSILON);
    const centred = (x, middle = mean(x)) => x.map((value, i) => (weight[i] * (value - middle)) / spread);
    const normed = parts.map(last).map((x) => centred(x));
    return [...normed, bias].map((x) => Float32Array.from(tokens, (id) => this.dot(x, id)));
  }

  dot(x, id) {
    const row = new Float32Array(this.C);
    addRow(row, 0, this.wte, id);
    return row.reduce((sum, value, i) => sum + value * x[i], 0);
  }
}

// Four sums at a time in both, which do not wait for one another.

/** softmax(q · k_s / √d) over the first S rows of `keys`, whose keys of this head begin at `at`; (S,). */
function attention(q, keys, at, width, S) {
  const weights = new Float64Array(S), d = q.length;
  let top = -Infinity, total = 0;
  for (let s = 0; s < S; s++) {
    let a = 0, b = 0, c = 0, e = 0;
    for (let i = 0, k = s * width + at; i < d; i += 4, k += 4) {
      a += q[i] * keys[k];
      b += q[i + 1] * keys[k + 1];
      c += q[i + 2] * keys[k + 2];
      e += q[i + 3] * keys[k + 3];
    }
    weights[s] = (a + b + c + e) / Math.sqrt(d);
    top = Math.max(top, weights[s]);
  }
  for (let s = 0; s < S; s++) total += weights[s] = Math.exp(weights[s] - top);
  for (let s = 0; s < S; s++) weights[s] /= total;
  return weights;
}

/** Σ_s w_s v_s into `y`, (d). */
function mix(y, weights, values, at, width) {
  for (let i = 0; i < y.length; i += 4) {
    let a = 0, b = 0, c = 0, e = 0;
    for (let s = 0, v = at + i; s < weights.length; s++, v += width) {
      const weight = weights[s];
      a += weight * values[v];
      b += weight * values[v + 1];
      c += weight * values[v + 2];
      e += weight * values[v + 3];
    }
    y[i] = a;
    y[i + 1] = b;
    y[i + 2] = c;
    y[i + 3] = e;
  }
}
