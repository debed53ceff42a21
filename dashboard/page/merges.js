// Byte-level BPE in the page: the reader types a text and watches the merges of a vocabulary, one at a time. The same
// arithmetic as core/bpe.py. Comes after figure.js, whose `mount` hands blocks with `vocabularies` on to `Amostra.merges`.
window.Amostra.merges = (() => {
  const LIMIT = 300;  // characters
  const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const shown = (b) => (b > 32 && b < 127) || (b > 160 && b < 173) || b > 173;
  const all = [...Array(256).keys()], BYTES = [...all.filter(shown), ...all.filter((b) => !shown(b))];  // id − 1: the byte
  const WORD = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

  function vocabulary(flat) {
    const tokens = [[], ...BYTES.map((b) => [b])], rank = new Map();
    for (let i = 0; i < flat.length; i += 2) {
      rank.set(flat[i] * 65536 + flat[i + 1], i / 2);
      tokens.push([...tokens[flat[i]], ...tokens[flat[i + 1]]]);
    }
    return { tokens, rank };
  }

  // Every stage of a text: { words: [[id]], merge: [left, right, id] }, first the bytes, then one merge after another.
  function stages(text, { rank }) {
    const first = new Map(BYTES.map((b, i) => [b, i + 1]));
    let words = (text.normalize("NFC").match(WORD) ?? []).map((word) => [...new TextEncoder().encode(word)].map((b) => first.get(b)));
    const found = [{ words }];
    for (;;) {
      let best = Infinity, pair;
      for (const word of words) {
        for (let i = 0; i + 1 < word.length; i++) {
          const here = rank.get(word[i] * 65536 + word[i + 1]);
          if (here < best) [best, pair] = [here, [word[i], word[i + 1]]];
        }
      }
      if (!pair) return found;
      words = words.map((word) => {
        const out = [];
        for (let i = 0; i < word.length; i++) {
          if (word[i] === pair[0] && word[i + 1] === pair[1]) { out.push(257 + best); i++; } else out.push(word[i]);
        }
        return out;
      });
      found.push({ words, merge: [...pair, 257 + best] });
    }
  }

  // A token as it is read: spaces and line breaks to be seen, bytes that are no whole character in hexadecimal.
  function name(bytes) {
    const hex = () => bytes.map((b) => `‹${b.toString(16).toUpperCase().padStart(2, "0")}›`).join("");
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes));
      return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text.replace(/[\n\t]/g, "")) ? hex() : text.replace(/ /g, "␣").replace(/\n/g, "↵").replace(/\t/g, "⇥");
    } catch { return hex(); }
  }

  function mount(element, block, words) {
    if (element.amostra?.figure === JSON.stringify(block)) return element.amostra;
    const { say } = block, names = Object.keys(block.vocabularies), made = names.map((one) => vocabulary(block.vocabularies[one]));
    const count = (n) => new Intl.NumberFormat(words.lang).format(n), id = block.id, h = `h${window.Amostra.level(element)}`;
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => (typeof values[key] === "number" ? count(values[key]) : values[key]));
    element.classList.add("am-figure", "am-merges");
    element.innerHTML = `<div class="am-head"><${h} id="${id}-title">${escape(block.title)}</${h}></div>` +
      `<div class="am-controls" role="group" aria-labelledby="${id}-title">` +
      `<div class="am-control am-text"><label for="${id}-text">${escape(say.text)}</label><input type="text" id="${id}-text" maxlength="${LIMIT}" autocomplete="off" spellcheck="false" aria-describedby="${id}-text-help"><small id="${id}-text-help">${escape(say.help)}</small></div>` +
      `<div class="am-control"><label for="${id}-which">${escape(say.vocabulary)}</label><select id="${id}-which">${names.map((one, i) => `<option value="${i}">${escape(one)}</option>`).join("")}</select></div>` +
      `<div class="am-control"><label for="${id}-at">${escape(say.merges)} <output for="${id}-at"></output></label><input type="range" id="${id}-at" min="0" step="1"></div></div>` +
      `<p class="am-said" aria-live="polite"></p><p class="am-pieces" role="list" aria-label="${escape(say.tokens)}"></p><p class="am-caption">${escape(block.caption)}</p>` +
      `<div class="am-tools"><button type="button" class="am-reset">${escape(words.reset)}</button></div>` +
      `<details class="am-data"><summary>${escape(words.table)}</summary><div class="am-scroll" tabindex="0" role="region" aria-label="${escape(`${words.table}: ${block.title}`)}"><table></table></div></details>`;
    const find = (selector) => element.querySelector(selector);
    const input = find("input[type=text]"), which = find("select"), range = find("input[type=range]"), details = find("details");
    let found;

    function draw() {
      const { tokens } = made[which.value], at = Number(range.value), { words: now, merge } = found[at], ids = now.flat();
      find("output").textContent = count(at);
      range.setAttribute("aria-valuetext", count(at));
      const values = { n: at, all: found.length - 1, tokens: ids.length, words: now.length, bytes: found[0].words.flat().length };
      if (merge) Object.assign(values, { left: name(tokens[merge[0]]), right: name(tokens[merge[1]]), both: name(tokens[merge[2]]), rank: merge[2] - 256 });
      const next = at === found.length - 1 ? say.end : merge ? "" : say.more;
      find(".am-said").textContent = ids.length ? fill(`${say[merge ? "step" : "start"]} ${next}`, values).trim() : say.empty;
      find(".am-pieces").innerHTML = now.map((word) => `<span class="am-word" role="presentation">${word.map((i) =>
        `<span class="am-piece${merge && i === merge[2] ? " am-new" : ""}" role="listitem">${escape(name(tokens[i]))}</span>`).join("")}</span>`).join("");
      if (!details.open) return;
      find("table").innerHTML = `<thead><tr>${block.columns.map((one) => `<th scope="col">${escape(one)}</th>`).join("")}</tr></thead><tbody>` +
        ids.map((i, k) => `<tr><th scope="row">${k + 1}</th><td>${escape(name(tokens[i]))}</td><td>${i}</td><td>${tokens[i].map((b) => b.toString(16).toUpperCase().padStart(2, "0")).join(" ")}</td></tr>`).join("") + "</tbody>";
    }
    function read(at) {
      found = stages([...input.value].slice(0, LIMIT).join(""), made[which.value]);
      range.max = found.length - 1;
      range.value = at === undefined ? found.length - 1 : Math.min(at, found.length - 1);
      draw();
    }
    const reset = () => { input.value = block.text; which.value = 0; read(0); };
    input.addEventListener("input", () => read());
    which.addEventListener("change", () => read());
    range.addEventListener("input", draw);
    details.addEventListener("toggle", draw);
    find(".am-reset").addEventListener("click", reset);
    reset();
    return (element.amostra = { figure: JSON.stringify(block), encode: (text, i = 0) => stages(text, made[i]).at(-1).words.flat(), stages: (text, i = 0) => stages(text, made[i]) });
  }
  return { mount };
})();
