// What a lesson is made of, read off its page: a flat list of blocks, in order, each with its element.

/**
 * @typedef {Object} Block
 * @property {string} kind title, heading, text, formula, statement, table, work, figure, question, answer, fold, place, instructor, misconception
 * @property {string} id "" where it has none
 * @property {string} [text] a heading's or a fold's words
 * @property {number} [level] a heading's
 * @property {string} [to] the bet that an answer opens
 * @property {Block[]} [blocks] what a fold holds
 * @property {Element} [node]
 */

const KINDS = [
  ["h1, .am-lead", "title"], ["h2, h3", "heading"], [".am-place", "place"], [".am-math", "formula"], ["blockquote", "statement"],
  [".am-answer", "answer"], ["form.am-exercise", "question"], [".am-derivation", "work"], ["[data-figure], .am-figure", "figure"],
  ["details.am-fold", "fold"], [".am-instructor", "instructor"], [".am-misconception", "misconception"], [".am-scroll", "table"],
  [".am-facts, .am-continue, .am-contents, .am-end, .am-around, .am-sources, noscript, script, template", ""],
];

/**
 * The blocks of a lesson's page; its sources are not among them.
 * @param {Element} page
 * @returns {Block[]}
 */
export function read(page) {
  const blocks = [...page.children].flatMap((node) => node.matches(".am-section") ? [...node.children].map(block) : [block(node)]).filter(({ kind }) => kind);
  const sources = blocks.findIndex(({ id }) => id === "sources");
  return sources < 0 ? blocks : blocks.slice(0, sources);
}

function block(node) {
  const kind = KINDS.find(([selector]) => node.matches(selector))?.[1] ?? "text", one = { kind, id: node.id, node };
  if (kind === "heading") return { ...one, level: Number(node.tagName[1]), text: words(node) };
  if (kind === "answer") return { ...one, to: node.dataset.answerTo };
  if (kind === "fold") return { ...one, text: words(node.querySelector("summary")), blocks: [...node.children].filter((child) => child.tagName !== "SUMMARY").map(block).filter((inner) => inner.kind) };
  return one;
}

/** What an element says, each formula once. */
export function words(node) {
  const copy = node.cloneNode(true);
  copy.querySelectorAll(".am-anchor, .katex-mathml, script, template, [hidden]").forEach((one) => one.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}
