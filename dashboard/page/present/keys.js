// Which key does what on the stage, and which keys belong to what has the focus.

const COMMANDS = {
  ArrowRight: "next", " ": "next", PageDown: "next", ArrowLeft: "previous", PageUp: "previous", Home: "first", End: "last",
  ArrowDown: "unfold", ArrowUp: "fold", b: "blank", ".": "blank", f: "full", n: "notes", t: "timer", c: "drawer", "?": "help", Escape: "leave",
};
/** What every command is called by, for the help. */
export const KEYS = [
  ["next", "→", "Space", "PageDown"], ["previous", "←", "PageUp"], ["first", "Home", "End"], ["unfold", "↓", "↑"], ["drawer", "C"], ["blank", "B"], ["full", "F"],
  ["notes", "N"], ["timer", "T"], ["zero", "Shift+T"], ["help", "?"], ["leave", "Esc"],
];

/**
 * What a key asks of the stage, or undefined: it is not ours, or belongs to what has the focus. A slider keeps the arrows, Home
 * and End; a field or a menu whatever it types with; what was reached by Tab its own space. The keys of a clicker, PageUp and
 * PageDown, are always ours.
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean}} event
 * @param {{kind: string, byKeyboard: boolean}} [focus] "range", "text", "select", "press" or ""; whether Tab led there
 */
export function command({ key, ctrlKey, metaKey, altKey, shiftKey }, focus = { kind: "", byKeyboard: false }) {
  if (ctrlKey || metaKey || altKey) return undefined;
  const name = key.length === 1 ? key.toLowerCase() : key, asked = COMMANDS[name];
  if (!asked) return undefined;
  const arrows = /^(Arrow|Home|End)/.test(key);
  if (focus.kind === "range" && arrows) return undefined;
  if ((focus.kind === "text" || focus.kind === "select") && key !== "PageUp" && key !== "PageDown" && key !== "Escape") return undefined;
  if (focus.kind === "radio" && /^Arrow(Up|Down)$/.test(key)) return undefined;
  if ((focus.kind === "press" || focus.kind === "radio") && key === " " && focus.byKeyboard) return undefined;
  if (key === " " && shiftKey) return "previous";
  return name === "t" && shiftKey ? "zero" : asked;
}

/** What has the focus, as `command` takes it. */
export function focusOf(target) {
  if (!target?.matches || !target.matches("input, select, textarea, button, summary, a[href], [contenteditable=true]")) return { kind: "", byKeyboard: false };
  const kind = target.matches("input[type=range]") ? "range" : target.matches("select") ? "select" : target.matches("input[type=radio]") ? "radio"
    : target.matches("input[type=checkbox], button, summary, a") ? "press" : "text";
  return { kind, byKeyboard: target.matches(":focus-visible") };
}
