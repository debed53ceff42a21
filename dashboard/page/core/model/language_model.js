// Text to logits and back. As core/models/language_model.py.

import { largestOf, plain } from "../arrays.js";
import { entropyOf } from "../distributions.js";
import { softmaxOf } from "../softmax.js";
import { checkIds, checkWhole, ParameterError } from "../validation.js";
import { FeedForward } from "./feedforward.js";
import { GPT } from "./gpt.js";
import { safetensors } from "./safetensors.js";
import { Tokenizer } from "./tokenizer.js";

const KINDS = { gpt2: GPT, amostra_gpt: GPT, amostra_feedforward: FeedForward };

/** A network with its tokenizer. */
export class LanguageModel {
  /** @param {Uint8Array} file safetensors, whose metadata holds config.json and the tokenizer */
  constructor(file) {
    const { metadata, tensors } = safetensors(file), { config, tokenizer } = JSON.parse(metadata.model);
    this.network = new KINDS[config.model_type](config, tensors);
    this.tokenizer = new Tokenizer(tokenizer);
    this.vocab_size = config.vocab_size;
    this.context_length = this.network.contextLength;
    this.eos_token_id = config.eos_token_id;
  }

  encode(text) {
    return this.tokenizer.encode(text);
  }

  decode(ids) {
    return this.tokenizer.decode(ids);
  }

  /** The text of every token of the vocabulary. @returns {string[]} (V,) */
  vocabulary() {
    return Array.from({ length: this.vocab_size }, (_, id) => this.decode([id]));
  }

  /** Logits (V,) after the last of one id or more; ids given with a cache continue its text. */
  nextLogits(ids, cache = this.network.newCache()) {
    return this.network.nextLogits(this.checked(ids, cache), cache);
  }

  /** Logits (T, V), one row after the other, after each of the ids. */
  logits(ids) {
    const cache = this.network.newCache();
    return this.network.logits(this.checked(ids, cache), cache);
  }

  /** Inside one pass over the ids: see `Trace` of gpt.js; with `tokens` also its `shares`. */
  inspect(ids, { cut, tokens } = {}) {
    const trace = this.network.inspect(this.checked(ids, this.network.newCache()), cut);
    return tokens ? { ...trace, shares: this.network.shares(trace, tokens) } : trace;
  }

  /**
   * The logit lens after every id: the likeliest tokens to come next if the model ended at a depth, and how open it is.
   * Source: nostalgebraist (2020), interpreting GPT: the logit lens.
   * @param {number[]} ids (T)
   * @param {{cut?: Object, most?: number, from?: number}} [how] cut as in `hidden` of gpt.js; how many tokens are named; the
   *   first depth that is wanted
   * @returns {{entropy: number, best: {token_id: number, text: string, prob: number}[]}[][]} [depth][position]; in bits
   */
  lens(ids, { cut, most = 1, from = 0 } = {}) {
    const V = this.vocab_size, all = this.checked(ids, this.network.newCache());
    return this.network.lens(all, cut, from).map((logits) => all.map((_, t) => {
      const p = softmaxOf(plain(logits.subarray(t * V, (t + 1) * V)));
      const best = largestOf(p, most).map((id) => ({ token_id: id, text: this.decode([id]), prob: p[id] }));
      return { entropy: entropyOf(p) / Math.LN2, best };
    }));
  }

  /** `ids`, one or more that the model has and its context has room for. */
  checked(ids, cache) {
    const all = checkSequence("ids", ids, this.vocab_size);
    if (!all.length) throw new ParameterError("ids", all, "one token id or more");
    if (this.network.fits(cache, all.length)) return all;
    const accepted = `at most ${this.context_length} positions, the cache's included`;
    throw new ParameterError("ids", cache.length + all.length, accepted);
  }
}

/** Token ids of one text, all below V, in their order. */
export function checkSequence(argument, ids, V) {
  if (!Array.isArray(ids) && !ArrayBuffer.isView(ids)) throw new ParameterError(argument, ids, "token ids");
  const all = Array.from(ids, (id) => checkWhole(argument, id));
  checkIds(argument, all, V);
  return all;
}
