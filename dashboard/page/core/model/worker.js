// The model in a thread of its own, beside the page: takes {id, method, args} and answers {id, value} or {id, error}.

import { unpacked } from "./bytes.js";
import { generateRows } from "./generation.js";
import { LanguageModel } from "./language_model.js";

/** What dashboard/page/weights.py wrote as a text: a model, packed by gzip. */
async function opened(text) {
  const stream = new Blob([unpacked(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new LanguageModel(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/**
 * Answer what comes to `scope` until it is closed.
 * @param {Object<string, (model: LanguageModel, ...given) => *>} experiments what else the model can be asked, by name
 */
export function serve(scope, experiments = {}) {
  let model;
  const running = new Map(); // texts that grow, by their number
  const methods = {
    async open(text) {
      model = await opened(text);
      for (const _ of generateRows(model, "", [{}], { max_new_tokens: 2 })); // compiled now, the first text need not wait
      const { vocab_size, context_length, eos_token_id } = model;
      return { vocab_size, context_length, eos_token_id };
    },
    start: (number, ...given) => void running.set(number, generateRows(model, ...given)),
    next: (number) => running.get(number)?.next() ?? { done: true },
    end: (number) => void running.delete(number),
    experiment: (name, ...given) => experiments[name](model, ...given),
  };
  scope.onmessage = async ({ data: { id, method, args } }) => {
    try {
      scope.postMessage({ id, value: await (methods[method] ?? ((...given) => model[method](...given)))(...args) });
    } catch ({ name, message, argument, value, accepted }) {
      scope.postMessage({ id, error: { name, message, argument, value: String(value), accepted } });
    }
  };
}
