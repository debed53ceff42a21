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

/**
 * A button that asks a class for the next token. Where a panel waits for the next question, it is asked at once.
 * @param {Element & {amostra?: string, go?: function}} home
 * @param {{prompt: string, options: {text: string, p: number}[], seed: number, step: number}} given
 * @param {(index: number) => void} go goes on with an option
 */
export function voteButton(home, given, go) {
  const same = JSON.stringify(given), { room } = globalThis.Amostra;
  home.go = go;
  if (home.amostra === same) return;
  home.amostra = same;
  const button = element("button", { type: "button" }, say("room.open"));
  const open = () => opening(button, (room) => room.vote(given, (index) => home.go(index)), () => { button.textContent = say("room.open"); });
  button.addEventListener("click", open);
  home.replaceChildren(button);
  if (room?.voting()) open();
}

function asked({ target }) {
  const button = target.closest?.("[data-ask]");
  if (button) opening(button, (room) => room.ask(button.closest("form"), button.dataset.ask, label), label);
}

async function opening(button, ask, then) {
  button.textContent = say("room.loading");
  try {
    await ask(await loadRoom());
    then();
  } catch (error) {
    button.textContent = say("room.failed");
    console.error(error);
  }
}
