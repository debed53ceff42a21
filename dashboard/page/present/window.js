// The second window with the notes. It runs no script of its own: the stage writes it, and hears its keys. So it works from file://.
const NAME = "amostra-notes", OPEN = "amostra.notes";
const PATIENCE = 5;  // looks at a window that another page has opened
const STYLES = ["amostra.css", "page.css", "static/css/"].map((name) => `link[rel=stylesheet][href*="/${name}"]`).join();  // the page's, and the app's fonts

/** The window of the notes; `lost` hears that the reader closed it ("closed"), or that it cannot be taken up again ("again"). */
export class NotesWindow {
  constructor(heard, lost) {
    Object.assign(this, { heard, lost, window: null });
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
      this.lost("closed");
      return;
    }
    let body;
    try { body = this.window.document.body; } catch {  // of the page before, until it is replaced; from file:// it stays out of reach
      this.looks = (this.looks ?? 0) + 1;
      if (this.looks < PATIENCE) return;
      this.hide();
      this.lost("again");
      return;
    }
    if (!body || body === this.dressed) return;
    this.dress();
    if (this.content) this.write(this.content());
  }

  dress() {
    const there = this.window.document;
    const links = [...document.querySelectorAll(STYLES)].map((link) => Object.assign(there.createElement("link"), { rel: "stylesheet", href: link.href }));
    there.head.replaceChildren(...links, there.importNode(document.getElementById("am-present-style"), true));
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

  /** Leave it to the page that comes next. */
  release() {
    clearInterval(this.watch);
    this.window = this.dressed = null;
  }

  forget() {
    this.release();
    try { sessionStorage.removeItem(OPEN); } catch { /* nothing was kept */ }
  }
}
