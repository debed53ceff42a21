// The stage: a lesson of the page, beat by beat, over the whole window.
import { element } from "../dom.js";
import { number, say } from "../words.js";
import { after, beats, before, folded, holding, host, named, progress, written } from "./beats.js";
import { read } from "./blocks.js";
import { compose } from "./compose.js";
import { endOf, swipes } from "./furniture.js";
import { notesOf } from "./notes.js";
import { paginate, reveal } from "./pages.js";
import { Screen } from "./screen.js";
import { NotesWindow } from "./window.js";

const REM = { large: 35, roomy: 31, "": 27, close: 24.5, closer: 22.2 };  // px of a window of 1280 × 720
const AIR = 6;  // px: letters of a line reach beyond it

export class Stage extends Screen {
  constructor(page, left) {
    super(page, left, { commands: COMMANDS, tools: ["previous", "next", "help", "leave"], rem: REM });
    Object.assign(this, { blocks: sectioned(read(page)), at: -1, stop: 0, stops: [], said: "" });
    this.all = beats(this.blocks);
    this.notes = new NotesWindow((event) => this.heard(event), (why) => this.tell(say(`present.notes.${why}`)));
  }

  // The window -----------------------------------------------------------------------------------------------------------

  open() {
    super.open({ capture: true });
    this.listen(window, "click", (event) => this.follow(event), { capture: true });
    this.listen(document.fonts, "loadingdone", () => { if (!this.stops[this.stop].scene.whole) this.resized(); });  // a fallback measures otherwise
    this.listen(window, "pagehide", () => this.away());
    this.listen(this.root, "input", () => this.changed());
    this.listen(this.root, "change", ({ target }) => { if (target.matches(".am-cases > input")) this.otherCase(target); });
    this.listen(this.root, "submit", (event) => this.submitted(event));
    swipes(this.root, (name) => this.run(name), this.listening.signal);
    const asked = named(this.all, new URLSearchParams(location.search).get("beat"));
    const hash = decodeHash(), there = asked ?? (hash ? { at: holding(this.all, hash), step: 0 } : undefined);
    this.show(Math.max(0, there?.at ?? 0), there?.step ?? 0);
    if (NotesWindow.left() && !this.notes.show(this.title())) this.tell(say("present.notes.again"));
    this.tick();
  }

  /**
   * Leave the stage: everything is in its place again, and the reader where he was.
   * @param {boolean} [leaving] who leaves needs no notes; where another page comes, they wait for its stage
   */
  close(leaving = false) {
    if (!this.root.isConnected) return;
    const first = this.all[this.at]?.blocks[0]?.node;
    clearTimeout(this.pending);
    this.giveBack?.();
    if (leaving) this.notes.hide();
    else this.letGo();
    super.close();
    (first?.matches("form") || this.at > 0 ? first : undefined)?.scrollIntoView?.({ block: "start", behavior: "instant" });
  }

  title() {
    return `${say("present.notes")} · ${this.page.querySelector("h1")?.textContent ?? this.all[0].section}`;
  }

  /** The beat measured anew, at the same step. */
  again() {
    const { scene, from } = this.stops[this.stop], unit = scene.units[from];
    this.show(this.at, this.stop, (stop) => stop.scene.name === scene.name && stop.scene.units[stop.from] === unit);
  }

  // Beats ----------------------------------------------------------------------------------------------------------------

  /**
   * Show a beat at one of its stops; −1 is its last.
   * @param {number} at
   * @param {number} step
   * @param {(stop: Object) => boolean} [same] the stop to be found again
   */
  show(at, step, same) {
    this.giveBack?.();
    this.box.replaceChildren();
    this.at = at;
    delete this.root.dataset.size;
    this.measure();
    const { scenes, giveBack } = compose(this.all[at], this.box, { page: this.page, last: endOf(this.page), unit: this.unit });
    this.giveBack = giveBack;
    let largest;
    this.stops = scenes.flatMap((scene) => {
      const stops = this.stopsOf(scene, largest);
      largest = stops[0].size;  // an answer is not set larger than its question
      return stops;
    });
    const found = same ? this.stops.findIndex(same) : -1;
    this.stop = found >= 0 ? found : step < 0 ? this.stops.length - 1 : Math.min(step, this.stops.length - 1);
    this.draw();
  }

  stopsOf(scene, largest) {
    this.root.dataset.scene = scene.name;
    if (scene.whole) return [{ scene, size: "", from: 0, to: 0 }];
    return paginate(this.root, scene.units, () => this.fits(), largest).flatMap(({ from, to, size }) => {
      const cuts = scene.units.map((unit, i) => i).filter((i) => i > from && i < to && (scene.byUnit || scene.units[i].matches(".am-math")));
      return [...cuts, to].map((shown) => ({ scene, size, from, to, shown }));
    });
  }

  fits() {
    this.measure();
    const { box, view } = this;
    return box.offsetHeight <= view.clientHeight - AIR && box.scrollWidth <= view.clientWidth + 1 &&
      [...box.querySelectorAll("[data-scroll], pre")].every((one) => one.scrollWidth <= one.clientWidth + 1);
  }

  draw() {
    const { scene, size, from, to, shown } = this.stops[this.stop], beat = this.all[this.at], { count, of, share } = progress(this.all, this.at);
    this.root.dataset.at = written(this.all, this.at, this.stop);
    this.root.dataset.scene = scene.name;
    this.root.dataset.size = size;
    this.measure();
    if (!scene.whole) reveal(scene.units, from, to, shown);
    this.view.dataset.first = String(from === 0);
    this.section.textContent = beat.fold ? `${beat.section} · ${beat.fold}` : beat.section;
    this.count.textContent = `${number(count)}/${number(of)}`;
    this.line.firstChild.style.width = `${100 * share}%`;
    const more = folded(this.all, this.at), ready = more >= 0 && this.stop === this.stops.length - 1;
    this.unfold.hidden = !ready;
    this.unfold.textContent = ready ? `↓ ${this.all[more].fold}` : "";
    this.status.textContent = say("present.at", { count, of, section: beat.section });
    if (beat.kind === "end") this.box.querySelector("a")?.focus({ preventScroll: true });
    this.changed();
    clearTimeout(this.pending);
    this.pending = setTimeout(() => this.toAddress({ beat: this.root.dataset.at }), 100);
  }

  // Commands -------------------------------------------------------------------------------------------------------------

  next() {
    const beat = this.all[this.at], form = this.box.querySelector("form[data-exercise=bet]");
    if (this.stop < this.stops.length - 1) {
      this.stop += 1;
      return this.draw();
    }
    if (beat.kind === "question" && form?.querySelector(":checked")) form.requestSubmit();  // the bet is kept until it is opened
    const at = after(this.all, this.at);
    if (at !== this.at) this.show(at, 0);
  }

  previous() {
    if (this.stop > 0) {
      this.stop -= 1;
      return this.draw();
    }
    const at = before(this.all, this.at);
    if (at !== this.at) this.show(at, -1);
  }

  /** The first page of another case comes whole: who chose it wants to compare. */
  otherCase(tab) {
    this.show(this.at, 0, ({ shown, to }) => shown === to);
    tab.focus({ preventScroll: true });
  }

  submitted(event) {
    const { exercise, experiment, numeric } = event.target.dataset;
    if (exercise !== "bet" && !experiment && !numeric && this.stops[this.stop].scene.name === "asked") this.next();
    this.changed();
  }

  follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || !this.root.contains(link) || !link.hash || link.pathname !== location.pathname) return;
    const at = holding(this.all, decodeURIComponent(link.hash.slice(1)));
    event.preventDefault();
    event.stopImmediatePropagation();
    if (at >= 0) this.show(at, 0);
  }

  /** No second window: the notes lie over the stage. */
  overlay() {
    this.aside.hidden = false;
    this.resized();
    this.tell(say("present.notes.blocked"));
  }

  tell(text) {
    super.tell(text);
    this.said = text;
    this.told.hidden ||= !this.aside.hidden;  // the notes over the stage say it
    this.renderNotes();
  }

  // Notes and time -------------------------------------------------------------------------------------------------------

  /** Something that the notes say has changed, or is about to: figures speak in the same turn, after us. */
  changed() {
    queueMicrotask(() => this.renderNotes());
  }

  renderNotes() {
    if (!this.root.isConnected) return;
    if (this.notes.open) this.notes.keep(() => this.written());
    if (!this.aside.hidden) this.aside.replaceChildren(this.written());
    this.tick();
  }

  written() {
    const { count, of } = progress(this.all, this.at), at = this.all[this.at], i = this.blocks.indexOf(at.blocks.at(-1)), above = this.blocks[i - at.blocks.length];
    const task = at.kind === "figure" && above && ["text", "formula"].includes(above.kind) ? [above.node] : at.kind === "question" ? at.blocks.slice(-1).map(({ node }) => node.querySelector("[id$=-question]")) : [];
    const next = after(this.all, this.at);
    return notesOf({ all: this.all, at: this.at, next: next === this.at ? undefined : this.all[next], view: this.box, page: this.root, blocks: this.blocks,
      count: say("present.count", { count, of, step: this.stop + 1, steps: this.stops.length }), said: this.said, task });
  }

  tick() {
    super.tick();
    const { hidden, textContent } = this.time;
    for (const place of [this.aside.querySelector("[data-time]"), this.notes.open && this.notes.dressed?.querySelector("[data-time]")]) if (place) place.textContent = hidden ? "" : textContent;
  }

  away() {
    this.toAddress({ beat: this.root.dataset.at });
    this.letGo();
  }

  /** What the second window shows is no longer in step, and says so. */
  letGo() {
    this.notes.dressed?.querySelector("header")?.after(element("p", { class: "am-notes-said", role: "status" }, say("present.notes.away")));
    this.notes.release();
  }
}

const COMMANDS = {
  next() { this.next(); },
  previous() { this.previous(); },
  first() { this.show(0, 0); },
  last() { this.show(this.all.length - 1, 0); },
  unfold() {
    const at = folded(this.all, this.at);
    if (at >= 0) this.show(at, 0);
  },
  fold() { if (this.all[this.at].fold) this.show(host(this.all, this.at), -1); },
  notes() {
    if (this.notes.open) return this.notes.hide();
    if (!this.aside.hidden) {
      this.aside.hidden = true;
      return this.resized();
    }
    const opened = this.notes.show(this.title());
    if (!opened) this.overlay();
    this.renderNotes();
  },
  leave() {
    if (this.help.open) return this.help.close();
    if (!this.aside.hidden) return COMMANDS.notes.call(this);
    this.left();
  },
};

/** Each block knows the second-level heading above it. */
function sectioned(blocks) {
  let section = "";
  for (const one of blocks) {
    if (one.kind === "heading" && one.level === 2) section = one.text;
    one.section = section;
  }
  return blocks;
}

function decodeHash() {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
}
