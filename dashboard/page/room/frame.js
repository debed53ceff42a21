// What everything on the projector is made of: its frame, its buttons, its bars.
import { element } from "../dom.js";
import { show } from "../numbers.js";
import { say } from "../words.js";
import { STYLE } from "./made.js";  // room.css, written by scripts.py

/** A named place of a frame. */
export const part = (name, tag = "div") => element(tag, { "data-part": name });

/** A frame as large as the screen; `part` finds its places. */
export function frame(title, ...body) {
  const dialog = element("dialog", { class: "am-room am-page", "aria-labelledby": "am-room-title" },
    element("header", {}, element("strong", { id: "am-room-title" }, title), part("code", "span"), part("buttons")), ...body);
  for (const name of ["keydown", "keyup"]) dialog.addEventListener(name, (event) => event.stopPropagation());  // the page has keys of its own
  return dialog;
}

/** Put a frame before the page, in its colours. */
export function open(dialog) {
  const page = document.querySelector(".am-page");
  if (page) dialog.style.colorScheme = getComputedStyle(page).colorScheme;  // of the page, whatever stands around it
  if (!document.getElementById("am-room-style")) document.head.append(element("style", { id: "am-room-style" }, STYLE));
  document.body.append(dialog);
}

export function button(name, then, values = {}) {
  const one = element("button", { type: "button" }, say(name, values));
  one.addEventListener("click", then);
  return one;
}

/** A share as a bar, between the name of its series and its numbers. */
export function bar(share, text, series, kind) {
  const filled = element("i", { "aria-hidden": "true" });
  filled.style.setProperty("--p", share);
  return element("div", { class: `am-room-bar am-room-${kind}` }, element("small", {}, series), filled, element("b", {}, text));
}

export function percent(p) {
  return show(p, p > 0 && p < 1 && Math.abs(p - 0.5) > 0.49 ? "%~" : "%0", document.documentElement.lang);
}
