// The second window with the notes. It runs no script of its own: the stage writes it, and hears its keys. So it works from file://.
const NAME = "amostra-notes", OPEN = "amostra.notes";
const STYLES = ["amostra.css", "page.css", "static/css/"].map((name) => `link[rel=stylesheet][href*="/${name}"]`).join();  // the page's, and the app's fonts

/** The window of the notes; `closed` hears that the reader closed it. */
export class NotesWindow {
  constructor(heard, closed) {
    Object.assign(this, { heard, closed, window: null });
  }

  get open() {
    return Boolean(this.window && !this.window.closed);
  }

  /** Open it, or take up again the one that a page before left open. @returns {boolean} whether the browser allowed it */
  show(title) {
    const opened = open("about:blank", NAME, "popup,width=900,height=700");
    if (!opened) return false;
    this.title = title;
    this.window = opened;
    try { sessionStorage.setItem(OPEN, "1"); } catch { /* it will not be taken up again */ }
    clearInterval(this.watch);
    this.watch = setInterval(() => this.look(), 300);
    this.look();
    return true;
  }

  /** Whether a page before this one had it open. */
  static left() {
    try { return sessionStorage.getItem(OPEN) === "1"; } catch { return false; }
  }

  /** Is it still there, and is its document the one that we dressed? What it was before may be replaced at any moment. */
  look() {
    if (!this.window) return;
    if (this.window.closed) {
      this.forget();
      this.closed();
      return;
    }
    let body;
    try { body = this.window.document.body; } catch { return; }  // of the page before, until it is replaced
    if (!body || body === this.dressed) return;
    this.dress();
    if (this.content) this.write(this.content());
  }

  dress() {
    const there = this.window.document;
    there.head.replaceChildren(...[...document.querySelectorAll(STYLES)].map((link) =>
      Object.assign(there.createElement("link"), { rel: "stylesheet", href: link.href })));
    there.title = this.title;
    there.documentElement.lang = document.documentElement.lang;
    there.documentElement.style.colorScheme = getComputedStyle(document.documentElement).colorScheme;
    there.body.className = "am-notes-window";
    there.body.dataset.theme = document.body.dataset.theme ?? "";
    this.window.addEventListener("keydown", this.heard, true);
    this.dressed = there.body;
  }

  /** Write what it shows. @param {HTMLElement} content */
  write(content) {
    if (!this.open || !this.dressed) return;
    this.dressed.replaceChildren(this.dressed.ownerDocument.adoptNode(content));
  }

  /** The same, now and whenever the window is dressed anew. @param {() => HTMLElement} content */
  keep(content) {
    this.content = content;
    this.write(content());
  }

  hide() {
    const { window: there } = this;
    this.forget();
    there?.close();
  }

  forget() {
    clearInterval(this.watch);
    this.window = this.dressed = null;
    try { sessionStorage.removeItem(OPEN); } catch { /* nothing was kept */ }
  }
}
