// Server-sent events out of a response that is read: a room's streams carry a secret, which EventSource cannot send.

/**
 * Read a stream to its end.
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {() => void} alive at every sign of life
 * @param {(field: (name: string) => string | undefined) => boolean | void} heard each event, by its fields; true ends the reading
 */
export async function events(reader, alive, heard) {
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    text += decoder.decode(value, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const field = (name) => part.split("\n").find((one) => one.startsWith(`${name}: `))?.slice(name.length + 2);
      if (heard(field)) return;
    }
  }
}

/**
 * Watch over a request: without a sign of life for so long it is ended.
 * @param {AbortController} control the request's
 * @param {number} patience ms
 * @returns {{alive: () => void, rest: () => void}} what to call at every sign of life, and at the end
 */
export function watch(control, patience) {
  let timer;
  const rest = () => clearTimeout(timer);
  const alive = () => {
    rest();
    timer = setTimeout(() => control.abort(), patience);
  };
  alive();
  return { alive, rest };
}
