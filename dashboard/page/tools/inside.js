// Inside the model: a sentence as the page's model reads it, whom each word reads, what it would say after each block, and
// what becomes of the next word when a head or a block is cut.

import { staying } from "../address.js";
import { element } from "../dom.js";
import { copied } from "../handed.js";
import { show } from "../numbers.js";
import { say, speak } from "../words.js";
import { arcs } from "./inside/arcs.js";
import { blocks, part } from "./inside/blocks.js";
import { nextToken } from "./inside/next.js";
import { bare, MOST, next, partsOf, sentence, tokensOf, weightsOf } from "./inside/reading.js";
import { table } from "./inside/table.js";
import { model as loaded } from "./model.js";

const START = "Capitu olhou para Bentinho, e Bentinho olhou para";
const LONGEST = 300; // characters
const REST = 250; // ms without a new letter

/**
 * @param {HTMLElement} box
 * @param {{words: Object<string, string>}} told
 */
export async function inside(box, told) {
  speak(told.words);
  const lang = told.words.lang, page = element("div", { class: "am-inside" }), progress = element("progress", { max: "1" });
  const waiting = element("p", { class: "am-in-waits", role: "status" }, say("inside.loading"), progress);
  box.replaceChildren(page);
  page.append(waiting);
  try {
    const model = await loaded("embedded", { progress: (share) => { progress.value = share; } });
    const { attentions } = await model.inspect([model.eos_token_id]);
    return await new Tool(page, model, attentions.length, attentions[0].length, lang).start();
  } finally {
    waiting.remove();
  }
}

/**
 * The sentence `text`, the word `at` (from 0), the `block` (0: the embeddings) and `head` (null: the mean of all) that are
 * looked at, and the `parts` that are cut.
 */
class Tool {
  constructor(page, model, L, H, lang) {
    Object.assign(this, { page, model, L, H, lang, turn: 0, stays: staying() });
    this.first = { text: START, block: L, head: 1 };
    this.field = element("input", { type: "text", id: "inside-text", maxlength: String(LONGEST), spellcheck: "false", autocomplete: "off", "aria-describedby": "inside-help" });
    this.problem = element("p", { class: "am-notice", role: "alert" });
    this.line = element("p", { class: "am-in-told", role: "status" });
    this.scissors = element("button", { type: "button", class: "am-in-cutter" });
    this.restore = element("button", { type: "button" }, say("inside.restore"));
    this.copy = element("button", { type: "button" }, say("inside.copy"));
    this.arcs = arcs(lang, { select: (at) => this.change({ at }), deeper: (by) => this.change({ block: this.state.block + by, head: null }) });
    this.blocks = blocks(L, H, lang, { select: (block, head) => this.change({ block, head }), cut: (one) => this.cut(one) });
    this.next = nextToken(lang);
    this.table = table(lang);
    this.picture = element("div", { class: "am-in-picture" }, this.arcs.box, element("div", { class: "am-in-under" }, this.line, this.restore, this.scissors),
      element("div", { class: "am-in-below" }, this.blocks.box, this.next.box), this.table.box);
    const help = element("p", { class: "am-caption", id: "inside-help" }, say("inside.text.help", { most: MOST }));
    const label = element("label", { for: "inside-text" }, say("inside.text"));
    page.append(element("div", { class: "am-in-ask", "data-drawer": "" }, label, this.field, this.copy), this.problem, this.picture, help);
  }

  async start() {
    const bad = this.read();
    this.field.value = this.state.text;
    this.listen();
    await this.hear();
    if (bad) this.complain(say("inside.bad", bad));
  }

  listen() {
    let resting;
    this.field.addEventListener("input", () => {
      clearTimeout(resting);
      resting = setTimeout(() => this.ask(), REST);
    });
    this.field.addEventListener("change", () => { clearTimeout(resting); this.ask(); });
    this.scissors.addEventListener("click", () => this.cut(this.part()));
    this.restore.addEventListener("click", () => {
      this.change({ parts: [] });
      this.scissors.focus();
    });
    this.copy.addEventListener("click", async () => {
      this.copy.textContent = say(await copied(location.href) ? "inside.copied" : "inside.uncopied");
      setTimeout(() => { this.copy.textContent = say("inside.copy"); }, 2000);
    });
  }

  /** The state as the address has it. @returns {{name, value} | undefined} what it asks for and there is not */
  read() {
    const given = new URLSearchParams(location.search), { L, H } = this;
    let bad;
    const take = (name, otherwise, accept) => {
      const text = given.get(name), value = text === null ? otherwise : accept(text);
      if (value === undefined) bad ??= { name, value: text };
      return value === undefined ? otherwise : value;
    };
    const whole = (least, most) => (text) => (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined);
    const text = take("text", START, (one) => one.slice(0, LONGEST)), block = take("block", L, whole(0, L));
    const head = take("head", given.has("block") ? null : this.first.head, whole(1, H));
    this.state = {
      text, block, head: block ? head : null,
      at: take("at", null, (one) => { const found = whole(1, MOST)(one); return found && found - 1; }),
      parts: take("cut", [], (one) => partsOf(one, L, H)),
    };
    return bad;
  }

  /** The address of the state: what is as at first is not in it. */
  keep() {
    if (!this.page.isConnected || !this.stays()) return;
    const url = new URL(location.href), { text, at, block, head, parts } = this.state, first = block === this.first.block && head === this.first.head;
    const fields = {
      text: text === START ? null : text, at: at === this.ids.length - 1 ? null : at + 1,
      block: first ? null : block, head: first ? null : head, cut: parts.join(",") || null,
    };
    for (const [name, value] of Object.entries(fields)) {
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    history.replaceState(history.state, "", url);
  }

  /** The sentence in the field. */
  ask() {
    if (this.field.value.trim() === this.state.text.trim() && !this.problem.textContent) return undefined;
    Object.assign(this.state, { text: this.field.value, at: null });
    return this.hear();
  }

  /** Another sentence: its tokens, and all that follows. */
  async hear() {
    const { text } = this.state, { ids, tokens } = await tokensOf(this.model, text);
    if (text !== this.state.text) return;
    const fits = ids.length > 0 && ids.length <= MOST;
    this.complain(fits ? "" : ids.length ? say("inside.long", { tokens: ids.length, most: MOST }) : say("inside.empty"));
    this.picture.hidden = !fits;
    if (!fits) return;
    Object.assign(this, { ids, tokens, whole: undefined, intact: undefined, before: undefined });
    this.state.at = Math.min(this.state.at ?? ids.length - 1, ids.length - 1);
    this.arcs.write(tokens);
    await this.change({});
  }

  complain(what) {
    this.problem.textContent = what;
    this.problem.hidden = !what;
  }

  /** The head or block that is looked at, as `partsOf` has it; null before the first block. */
  part() {
    const { block, head } = this.state;
    return block ? part(block, head) : null;
  }

  cut(one) {
    const { parts } = this.state;
    this.change({ parts: parts.includes(one) ? parts.filter((other) => other !== one) : [...parts, one].sort() });
  }

  /** A new state: what is known is shown at once, what has to be computed as soon as the model has answered. */
  async change(by) {
    const { state } = this;
    Object.assign(state, by);
    state.block = Math.max(0, Math.min(this.L, state.block));
    if (!state.block) state.head = null;
    this.keep();
    if (by.parts || !this.whole) this.whole = this.seen = undefined;
    if ("at" in by) this.seen = undefined;
    this.show();
    if (this.whole && this.seen) return;
    const turn = ++this.turn, { at } = state, whole = this.whole ?? await this.heard();
    const known = this.before?.at === at ? this.before.probs : undefined;
    const seen = await next(this.model, this.ids.slice(0, at + 1), state.parts, whole.lens.at(-1)[at].best[0].id, known);
    if (turn !== this.turn) return;
    Object.assign(this, { whole, seen, before: { at, probs: seen.before } });
    this.show();
  }

  /** The sentence with the parts that are cut; the one without a cut is read once. */
  async heard() {
    const { ids, intact, state: { parts } } = this;
    if (intact && !parts.length) return intact;
    const whole = await sentence(this.model, ids, parts, intact);
    if (!parts.length && ids === this.ids) this.intact = whole;
    return whole;
  }

  show() {
    const { state, whole, seen, tokens, lang } = this, { at, block, head, parts } = state;
    if (!whole) return;
    const weights = weightsOf(whole.attentions, block, head), expected = whole.lens[block], word = tokens[at];
    this.arcs.update({ at, weights, expected });
    if (!seen) return;
    const here = { ...state, attentions: whole.attentions, lens: whole.lens, word, token: whole.lens.at(-1)[at].best[0].text };
    this.blocks.update({ ...here, shares: seen.shares });
    this.next.update({ ...seen, parts, word });
    this.table.update({ tokens, weights: weights[at], at, where: this.where() });
    const most = weights[at].indexOf(Math.max(...weights[at])), best = expected[at].best[0];
    const reads = { word: bare(word), most: bare(tokens[most]), weight: show(weights[at][most], "%0", lang), where: this.where(), guess: bare(best.text), p: show(best.prob, "%1", lang) };
    this.line.textContent = say(block ? "inside.reads" : "inside.unread", reads);
    const mine = this.part();
    this.restore.hidden = parts.length === 0;
    this.scissors.hidden = !mine;
    this.scissors.textContent = say(parts.includes(mine) ? "inside.mend" : head ? "inside.cut.head" : "inside.cut.block");
    this.scissors.setAttribute("aria-pressed", String(parts.includes(mine)));
    this.page.dataset.ready = JSON.stringify([at, block, head, parts]);
  }

  /** What is looked at, in words. */
  where() {
    const { block, head } = this.state;
    if (!block) return say("inside.embeddings");
    return head ? say("inside.head", { block, head }) : say("inside.mean", { block });
  }
}
