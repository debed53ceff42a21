// The search: one index of all pages, in the reader's language, read when the first word is typed.
import { beside } from "./beside.js";

const SHOWN = 40, AROUND = 70, LENGTH = 240;  // results; characters before the first hit, and in all
const WEIGHTS = { title: 8, heading: 5, text: 1 };
const GREEK = { τ: "tau", ε: "epsilon", η: "eta", θ: "theta", σ: "sigma", ς: "sigma" };  // as they are typed

/**
 * Letters as the search compares them: without accents, composed or not, in one case, with one dash, τ as "tau".
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  return text.toUpperCase().toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/\p{Pd}/gu, "-").replace(/[τεηθσς]/g, (letter) => GREEK[letter]);
}

/**
 * What is looked for: every word of the query, folded, without the marks around it.
 * @param {string} query
 * @returns {string[]}
 */
export function wordsOf(query) {
  const words = fold(query.slice(0, 200)).split(/\s+/u).map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ""));
  return [...new Set(words.filter(Boolean))];
}

/** Where words of a folded text begin with this one; the first group is there where the whole word is this one. */
function begins(word) {
  const begun = `[^\\p{L}\\p{N}])${word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}`;
  return new RegExp(`(^|${begun}(?![\\p{L}\\p{N}])|(?:^|${begun}`, "gu");
}

/** How well a folded text has the word: 0 not at all, 1 as the beginning of a word, 2 as a whole word; a little more when often. */
function had(text, pattern) {
  let best = 0, many = 0;
  for (const match of text.matchAll(pattern)) {
    best = Math.max(best, match[1] === undefined ? 1 : 2);
    many++;
  }
  return best + Math.min(many, 9) / 100 * (best > 0);
}

const folded = new WeakMap();  // an index is folded once
function ready(index) {
  if (!folded.has(index)) folded.set(index, index.flatMap(([address, title, places]) => places.map(([id, heading, text], i) => ({
    address: address + (id && `#${id}`), title, heading, text, first: i === 0, folded: { title: fold(title), heading: fold(heading), text: fold(text) },
  }))));
  return folded.get(index);
}

/**
 * The places that have every word, the best first: in the page's title, in a heading, in the text.
 * @param {Array} index [[address, title, [[id, heading, text], …]], …], the first place of a page being the page itself
 * @param {string} query
 * @returns {{ address: string, title: string, heading: string, text: string, score: number }[]}
 */
export function find(index, query) {
  const words = wordsOf(query), whole = words.join(" "), patterns = words.map(begins), found = [];
  if (!patterns.length) return found;
  for (const place of ready(index)) {
    let score = 0, own = false;
    const all = patterns.every((pattern) => {
      const title = had(place.folded.title, pattern), heading = place.first ? 0 : had(place.folded.heading, pattern), text = had(place.folded.text, pattern);
      own ||= heading > 0 || text > 0 || (place.first && title > 0);
      // The title of a page speaks for the page; for a place in it, it only says where that stands.
      score += Math.max((place.first ? WEIGHTS.title : WEIGHTS.text / 2) * title, WEIGHTS.heading * heading, WEIGHTS.text * text) + text / 100;
      return title || heading || text;
    });
    if (place.first && place.folded.title === whole) score += WEIGHTS.title;
    if (all && own) found.push({ ...place, score });
  }
  return found.sort((a, b) => b.score - a.score);
}

/**
 * A text cut into pieces, the hits among them; a long one is cut to what stands around the hits.
 * @param {string} text
 * @param {string} query
 * @param {number} [length] at most about so many characters
 * @returns {{ text: string, hit: boolean }[]}
 */
export function excerpt(text, query, length = LENGTH) {
  const words = wordsOf(query), telling = words.filter((word) => word.length > 2);  // "de", "of": looked for, not shown
  const hits = hitsIn(text, telling.length ? telling : words);
  let start = 0, end = text.length;
  if (text.length > length) {
    const inside = (from) => new Set(hits.filter((hit) => hit.start >= from && hit.end <= from + length - AROUND).map((hit) => hit.word)).size;
    const best = hits.reduce((now, hit) => (now && inside(now.start) >= inside(hit.start) ? now : hit), undefined);
    start = Math.max(0, Math.min((best?.start ?? 0) - AROUND, text.length - length));
    if (start > 0) start = text.indexOf(" ", start) + 1;
    end = Math.min(start + length, text.length);
    if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), Math.min(best?.end ?? 0, text.length), start + 1);
  }
  const pieces = start > 0 ? [{ text: "… ", hit: false }] : [];
  let at = start;
  for (const hit of hits) {
    if (hit.start < at || hit.end > end) continue;
    if (hit.start > at) pieces.push({ text: text.slice(at, hit.start), hit: false });
    pieces.push({ text: text.slice(hit.start, hit.end), hit: true });
    at = hit.end;
  }
  if (at < end) pieces.push({ text: text.slice(at, end), hit: false });
  if (end < text.length) pieces.push({ text: " …", hit: false });
  return pieces;
}

/** The hits in a text as it is written: folding changes lengths, so each folded letter remembers the one it came from. */
function hitsIn(text, words) {
  let plain = "", from = [], at = 0;
  for (const letter of text) {
    const simple = fold(letter);
    for (let i = 0; i < simple.length; i++) from.push(at);
    plain += simple;
    at += letter.length;
  }
  from.push(text.length);
  const hits = words.flatMap((word) => [...plain.matchAll(begins(word))].map((match) => {
    const end = match.index + match[0].length;
    return { start: from[end - word.length], end: from[end], word };
  }));
  return hits.sort((a, b) => a.start - b.start || b.end - a.end);
}

// The page ----------------------------------------------------------------------------------------------------------

const loading = new Map();
function load(lang) {
  if (!loading.has(lang)) {
    const come = beside(`search.${lang}.js`).then(() => window.Amostra.search.index);  // the next language's takes its place
    come.catch(() => loading.delete(lang));
    loading.set(lang, come);
  }
  return loading.get(lang);
}

function marked(element, pieces) {
  for (const { text, hit } of pieces) {
    if (!hit) element.append(text);
    else element.appendChild(document.createElement("mark")).textContent = text;
  }
  return element;
}

function result({ address, title, heading, text }, query) {
  const item = document.createElement("li"), link = item.appendChild(document.createElement("a"));
  link.href = address;
  marked(link, excerpt(heading || title, query, Infinity));
  if (heading && heading !== title) item.appendChild(document.createElement("small")).textContent = title;
  marked(item.appendChild(document.createElement("p")), excerpt(text, query));
  return item;
}

/**
 * Bring the page of the search to life: results as one types, arrow keys through them.
 * @param {Element} root
 * @param {Object<string, string>} words
 */
export function search(root, words) {
  const form = root.querySelector("[data-search]");
  if (!form) return;
  const field = form.elements.q, said = root.querySelector(".am-found"), list = root.querySelector(".am-results");
  const lang = form.dataset.search;
  let now = 0;

  async function show() {
    const query = field.value, turn = ++now;
    const url = new URL(location.href);
    if (query) url.searchParams.set("q", query); else url.searchParams.delete("q");
    history.replaceState(history.state, "", url);
    if (!wordsOf(query).length) {
      list.replaceChildren();
      said.textContent = "";
      return;
    }
    const wait = setTimeout(() => { if (turn === now) said.textContent = words.searching; }, 300);
    let index;
    try { index = await load(lang); } catch { said.textContent = words.search_failed; return; } finally { clearTimeout(wait); }
    if (turn !== now) return;
    const found = find(index, query);
    const said_of = found.length === 0 ? words.found_none : found.length === 1 ? words.found_one : found.length > SHOWN ? words.found_more : words.found;
    said.textContent = said_of.replace("{count}", new Intl.NumberFormat(words.lang).format(found.length)).replace("{shown}", SHOWN).replace("{query}", () => query);
    list.replaceChildren(...found.slice(0, SHOWN).map((one) => result(one, query)));
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await show();
    list.querySelector("a")?.focus();
  });
  field.addEventListener("input", show);
  root.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.closest?.("[data-search], .am-results")) return;
    const stops = [field, ...list.querySelectorAll("a")], to = stops.indexOf(document.activeElement) + step;
    if (!stops[to]) return;
    event.preventDefault();
    stops[to].focus();
  });
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (field.value) show();
  field.focus({ preventScroll: true });
}
