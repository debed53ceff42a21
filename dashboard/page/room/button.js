// Beside every exercise and bet: a way to ask it in a room. What a room needs is loaded when one is opened, and not before.
import { beside } from "../beside.js";
import { element } from "../dom.js";
import { say } from "../words.js";
import { ownRoom, shownBefore } from "./own.js";

let listening = false;

/** Put the button into the exercises of a page; after a reload the room that was shown is shown again. */
export function roomButtons(root, slug) {
  document.querySelector("dialog.am-room")?.close();  // of the page before
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

function asked({ target }) {
  const button = target.closest?.("[data-ask]");
  if (button) opening(button, (room) => room.ask(button.closest("form"), button.dataset.ask, label), label);
}

async function opening(button, ask, then) {
  button.textContent = say("room.loading");
  try {
    await beside("room.js");
    await ask(globalThis.Amostra.room);
    then();
  } catch (error) {
    button.textContent = error.reason ? error.message : say("room.failed");  // what a server refused it says itself
    console.error(error);
  }
}
