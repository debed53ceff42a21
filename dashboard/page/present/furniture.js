// The elements of the stage around a beat: its foot, its help, what lies over it; and the card at the end of a lesson.
import { element } from "../dom.js";
import { say } from "../words.js";
import { KEYS } from "./keys.js";

const SIGNS = { previous: "←", next: "→", help: "?", leave: "×" };

/**
 * The stage's elements, by name; `root` holds all of them.
 * @param {(command: string) => void} run hears the buttons
 * @param {string[]} commands what the help tells of
 * @param {string[]} own those that have a button at the foot
 * @returns {Object<string, HTMLElement>}
 */
export function furniture(run, commands, own) {
  const button = (name, sign, more = {}) => {
    const one = element("button", { type: "button", ...more }, sign);
    one.addEventListener("click", () => run(name));
    return one;
  };
  const tool = (name) => button(name, SIGNS[name], { "aria-label": say(`present.key.${name}`), title: say(`present.key.${name}`) });
  const box = element("div", { class: "am-beat" }), view = element("div", { class: "am-stage-view am-page" }, box);
  const section = element("span", { class: "am-stage-section" }), count = element("span", { class: "am-stage-count" });
  const unfold = button("unfold", "", { class: "am-stage-fold", hidden: "", "aria-keyshortcuts": "ArrowDown" });
  const drawer = button("drawer", `C  ${say("present.drawer")}`, { class: "am-stage-drawer", "aria-expanded": "false", "aria-keyshortcuts": "c" });
  drawer.hidden = !commands.includes("drawer");
  const time = element("span", { class: "am-stage-time", hidden: "" }), line = element("div", { class: "am-stage-line" }, element("i"));
  const status = element("p", { class: "am-alt", role: "status" }), told = element("p", { class: "am-stage-told", role: "status", hidden: "" });
  const blank = element("div", { class: "am-stage-blank", hidden: "" });
  const aside = element("aside", { class: "am-stage-notes", "aria-label": say("present.notes"), tabindex: "0", hidden: "" });
  const help = helpOf(commands), tools = element("nav", { class: "am-stage-tools", "aria-label": say("present.tools") }, ...own.map(tool));
  const root = element("main", { class: "am-stage", "aria-label": say("present.stage"), tabindex: "-1" }, view,
    element("div", { class: "am-stage-foot" }, section, unfold, drawer, time, tools, count), line, aside, told, status, help, blank);
  return { root, view, box, section, unfold, drawer, time, count, line, status, told, blank, aside, help };
}

function helpOf(commands) {
  const rows = KEYS.filter(([name]) => commands.includes(name)).flatMap(([name, ...keys]) => {
    const marks = keys.map((key) => element("kbd", {}, key === "Space" ? say("present.space") : key));
    return [element("dt", {}, ...marks.flatMap((mark) => [mark, " "])), element("dd", {}, say(`present.key.${name}`))];
  });
  return element("dialog", { class: "am-stage-help", "aria-labelledby": "am-stage-help" },
    element("h2", { id: "am-stage-help" }, say("present.help")), element("dl", {}, ...rows));
}

/** What stands at the end: the way to the next lesson, still on the stage. */
export function endOf(page) {
  const link = page.querySelector(".am-around .am-next")?.cloneNode(true), card = element("div", { class: "am-stage-end" }, element("p", {}, say("present.end")));
  if (!link) return card;
  const url = new URL(link.href);
  url.searchParams.set("present", "true");
  link.setAttribute("href", url.href);
  card.append(link);
  return card;
}

const FAR = 50;  // px that a finger moves before it counts

/** Hear swipes over an element, but for those on what a finger moves itself. @param {(by: "next" | "previous") => void} swiped */
export function swipes(root, swiped, signal) {
  let start;
  root.addEventListener("touchstart", ({ touches, target }) => {
    start = touches.length === 1 && !target.closest("input, select, .am-stage-notes") ? touches[0] : undefined;
  }, { passive: true, signal });
  root.addEventListener("touchend", ({ changedTouches: [end] }) => {
    if (!start) return;
    const dx = end.clientX - start.clientX, dy = end.clientY - start.clientY;
    if (Math.abs(dx) > FAR && Math.abs(dx) > 2 * Math.abs(dy)) swiped(dx < 0 ? "next" : "previous");
  }, { passive: true, signal });
}
