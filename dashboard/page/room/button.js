// Beside every exercise and bet: a way to ask it in a room. What a room needs is loaded when one is opened, and not before.
import { element } from "../dom.js";
import { say } from "../words.js";
import { ownRoom, shownBefore } from "./own.js";

let script, listening = false;

/** The scripts of a room, once. They lie beside Vega's. */
export function loadRoom() {
  script ??= new Promise((done, lost) => {
    const one = element("script", { src: globalThis.Amostra.vegaAddress.replace(/vega\.js$/, "room.js") });
    one.onload = () => done(globalThis.Amostra.room);
    one.onerror = () => { script = undefined; lost(new Error(one.src)); };
    document.head.append(one);
  });
  return script;
}

/** Put the button into the exercises of a page; after a reload the room that was shown is shown again. */
export function roomButtons(root, slug) {
  for (const form of root.querySelectorAll("form[data-exercise]")) {
    const button = element("button", { type: "button", class: "am-ask", "data-ask": `${slug}/${form.id}` });
    form.querySelector("[type=submit]").after(button);
  }
  label();
  if (!listening) document.addEventListener("click", asked);
  listening = true;
  const shown = ownRoom() && shownBefore();
  if (shown) root.querySelector(`[data-ask="${CSS.escape(shown)}"]`)?.click();
}

/** What the buttons say follows the room that is open. */
export function label() {
  const room = ownRoom();
  for (const button of document.querySelectorAll("[data-ask]")) {
    button.textContent = !room ? say("room.open") : say(room.name === button.dataset.ask ? "room.back" : "room.here", { code: room.code });
  }
}

async function asked({ target }) {
  const button = target.closest?.("[data-ask]");
  if (!button) return;
  button.textContent = say("room.loading");
  try {
    const room = await loadRoom();
    label();
    await room.ask(button.closest("form"), button.dataset.ask, label);
  } catch (error) {
    button.textContent = say("room.failed");
    console.error(error);
  }
}
