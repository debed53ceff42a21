// The whole window: what every stage has, whatever stands on it. Its keys, its foot, the clock, the dark, full screen.
import { staying } from "../address.js";
import { say } from "../words.js";
import { furniture } from "./furniture.js";
import { command, focusOf } from "./keys.js";
import { clock, elapsed, running, toggle, zero } from "./timer.js";

const PHONE = 0.62;  // no smaller type than this makes of it

/** A stage over the page; who extends it says what it shows (`shown`), what else it can do (`COMMANDS`), and how it measures. */
export class Screen {
  /**
   * @param {HTMLElement} page what is shown stands in it
   * @param {() => void} left what to do when the reader leaves
   * @param {{commands: Object<string, function>, tools: string[], rem: Object<string, number>}} own its commands besides
   *   these, those of them that have a button, and the sizes of its type in px of a window of 1280 × 720
   */
  constructor(page, left, { commands, tools, rem }) {
    Object.assign(this, { page, left, commands: { ...COMMANDS, ...commands }, rem, stays: staying(), listening: new AbortController() });
    Object.assign(this, furniture((name) => this.run(name), Object.keys(this.commands), tools));
  }

  /** Hear something until the stage is left. */
  listen(target, event, heard, options = {}) {
    target.addEventListener(event, heard, { signal: this.listening.signal, ...options });
  }

  /** @param {{capture: boolean}} keys whether the stage hears a key before what stands on it */
  open({ capture }) {
    document.documentElement.dataset.stage = "";
    this.root.style.colorScheme = getComputedStyle(this.page).colorScheme;  // of the page, whatever stands around it
    document.body.append(this.root);
    this.root.focus({ preventScroll: true });
    this.listen(window, "keydown", (event) => this.heard(event), { capture });
    this.listen(window, "resize", () => this.resized());
    this.ticking = setInterval(() => this.tick(), 500);
    this.measure();
  }

  close() {
    clearInterval(this.ticking);
    clearTimeout(this.resizing);
    this.listening.abort();
    this.root.remove();
    delete document.documentElement.dataset.stage;
    document.documentElement.style.removeProperty("--am-stage-rem");
    if (document.fullscreenElement) document.exitFullscreen();
  }

  measure() {
    this.unit = Math.max(Math.min(innerWidth / 1280, innerHeight / 720), PHONE);
    this.root.style.setProperty("--am-stage-unit", `${this.unit}px`);
    document.documentElement.style.setProperty("--am-stage-rem", `${this.unit * this.rem[this.root.dataset.size ?? ""]}px`);
  }

  /** Write to the address that this stands on the stage, and `more`. */
  toAddress(more = {}) {
    if (!this.stays()) return;
    const url = new URL(location.href);
    for (const [name, value] of Object.entries({ present: "true", ...more })) url.searchParams.set(name, value);
    history.replaceState(history.state, "", url);
  }

  /** The window has another size: once it rests, what is shown is measured again. */
  resized() {
    clearTimeout(this.resizing);
    this.resizing = setTimeout(() => this.again(), 150);
  }

  heard(event) {
    if (document.querySelector("dialog.am-room[open]")) return;  // a room over the stage has keys of its own
    const asked = command(event, focusOf(event.target));
    if (event.defaultPrevented || !this.commands[asked]) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asked === "leave" && document.fullscreenElement) return void document.exitFullscreen();  // as browsers do that keep this key
    this.run(asked);
  }

  run(name) {
    if (!this.blank.hidden) return this.dark(false);  // whatever the key, the picture comes back first
    if (this.help.open && name !== "leave" && name !== "help") this.help.close();
    this.tell("");
    this.commands[name].call(this);
  }

  dark(on) {
    this.blank.hidden = !on;
  }

  /** Say something at the foot; "" says nothing more. */
  tell(text) {
    this.told.textContent = text;
    this.told.hidden = !text;
  }

  tick() {
    if (!this.page.isConnected) return this.close();  // another page has come under the stage
    const shown = running() || elapsed() > 0;
    this.time.hidden = !shown;
    this.time.textContent = clock(elapsed());
    this.time.toggleAttribute("data-running", running());
  }
}

const COMMANDS = {
  blank() { this.dark(true); },
  full() {
    if (document.fullscreenElement) return void document.exitFullscreen();
    document.documentElement.requestFullscreen?.().catch(() => this.tell(say("present.full.failed")));
  },
  timer() { toggle(); this.tick(); },
  zero() { zero(); this.tick(); },
  help() { if (this.help.open) this.help.close(); else this.help.showModal(); },
  leave() { if (this.help.open) this.help.close(); else this.left(); },
};
