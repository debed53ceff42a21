// A tool on the stage: borrowed whole from its page, its controls in a drawer, its text as large as there is room for.
import { say } from "../words.js";
import { Screen } from "./screen.js";

const REM = { "": 24 };  // px of a window of 1280 × 720
const SIZES = ["large", "roomy", "", "close", "closer"];  // of what a tool writes, from the largest: `data-size` of its `data-fit`

/**
 * A tool marks its controls `data-drawer` and what it writes `data-fit`; its keys come before those of the stage; it hears
 * "amostra-stage" on its place once it stands there.
 */
export class ToolStage extends Screen {
  constructor(page, left) {
    super(page, left, { commands: COMMANDS, tools: ["help", "leave"], rem: REM });
    this.tool = page.querySelector("[data-tool]");
  }

  open() {
    super.open({ capture: false });
    this.root.dataset.at = this.tool.dataset.tool;
    this.section.textContent = this.page.querySelector("h1")?.textContent ?? "";
    this.box.className = "am-beat am-beat-tool";
    this.mark = document.createComment("");
    this.tool.replaceWith(this.mark);
    this.box.append(this.tool);
    this.written = new MutationObserver(() => this.grow());
    this.written.observe(this.tool, { childList: true, subtree: true });
    this.listen(document.fonts, "loadingdone", () => this.resized());
    this.toAddress();
    this.tool.dispatchEvent(new Event("amostra-stage"));
    this.again();
    this.tick();
  }

  close() {
    if (!this.root.isConnected) return;
    this.written.disconnect();
    for (const one of this.fitted()) delete one.dataset.size;
    this.mark.replaceWith(this.tool);
    super.close();
  }

  // Size -----------------------------------------------------------------------------------------------------------------

  fitted() {
    return this.tool.querySelectorAll("[data-fit]");
  }

  /** Everything measured anew, from the largest type. */
  again() {
    this.measure();
    for (const one of this.fitted()) {
      one.dataset.size = SIZES[0];
      this.fit(one);
    }
  }

  /** What has grown is set smaller where it no longer fits; what has become shorter may be larger again. */
  grow() {
    for (const one of this.fitted()) {
      const length = one.textContent.length;
      if (!one.dataset.size || length < one.amostraLength) one.dataset.size = SIZES[0];
      one.amostraLength = length;
      this.fit(one);
    }
  }

  fit(one) {
    const over = () => one.scrollHeight > one.clientHeight + 1;
    for (const size of SIZES.slice(SIZES.indexOf(one.dataset.size))) {
      one.dataset.size = size;
      if (!over()) return;
    }
    if (one.querySelector(".am-text:only-child") && !one.contains(document.activeElement)) one.scrollTop = one.scrollHeight;
  }

  // The drawer -----------------------------------------------------------------------------------------------------------

  pull(open) {
    this.root.toggleAttribute("data-drawn", open);
    this.drawer.setAttribute("aria-expanded", String(open));
    const first = this.tool.querySelector("[data-drawer] :is(input, select, textarea, button, summary)");
    (open ? first : this.root)?.focus({ preventScroll: true });
  }
}

const COMMANDS = {
  drawer() { this.pull(!this.root.hasAttribute("data-drawn")); },
  leave() {
    if (this.help.open) this.help.close();
    else if (this.root.hasAttribute("data-drawn")) this.pull(false);
    else this.left();
  },
};
