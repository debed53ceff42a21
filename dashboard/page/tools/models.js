// Which model is asked: the page's own, and in the app those of its server, which are listed when somebody wants them.
import { element } from "../dom.js";
import { number, say } from "../words.js";
import { offered, served } from "./server.js";

export const PAGE = "embedded";  // the page's own
const ALSO = "embedded@server";  // the same one, run by the server

/** What the server calls a model. */
export const calledThere = (chosen) => (chosen === ALSO ? PAGE : chosen);

const chosenBy = (name) => (name === PAGE ? ALSO : name);

/** What is to be chosen for a text of the model of this name: what is chosen now, if it is that one, or where there is no other. */
export function chosenFor(name, now) {
  return calledThere(now) === name || !served() ? now : name;
}

const worded = (chosen) => (chosen === PAGE ? say("server.page") : chosen === ALSO ? say("generation.model.embedded") : chosen);

/**
 * The choice in a box, empty where there is nothing to choose.
 * @param {string} first what is chosen
 * @param {(chosen: string) => void} changed
 * @param {(model: Object | undefined) => void} told hears what is known of the chosen one on the server, as often as that changes
 * @returns {{box: HTMLElement, note: HTMLElement, set: (chosen: string) => void}} `note`: what is known of the chosen one
 */
export function modelChoice(first, changed, told = () => {}) {
  const box = element("div", { class: "am-models" }), note = element("small", { class: "am-models-note", role: "status" });
  if (!served()) return { box, note, set: () => {} };
  const select = element("select");
  const more = element("button", { type: "button" }, say("server.offers"));
  const there = element("optgroup", { label: say("server.there") });
  select.append(element("option", { value: PAGE }, worded(PAGE)));
  let models = [];
  const option = (chosen) => [...select.options].find((one) => one.value === chosen);
  const tell = () => {
    const one = models.find(({ name }) => chosenBy(name) === select.value);
    if (!one || select.value === ALSO) note.textContent = "";
    else note.textContent = one.parameters ? say("generation.model.listed", { parameters: number(Math.round(one.parameters / 1e6)), licence: one.licence }) : say("generation.model.served");
    told(one);
  };
  const set = (chosen) => {
    if (!option(chosen)) {
      there.append(element("option", { value: chosen }, worded(chosen)));
      select.append(there);
    }
    select.value = chosen;
    tell();
    if (chosen !== PAGE && !models.length) list();
  };
  async function list() {
    more.disabled = true;
    more.textContent = say("server.asking");
    try {
      models = await offered();
      const chosen = select.value;
      there.replaceChildren(...models.map(({ name }) => element("option", { value: chosenBy(name) }, worded(chosenBy(name)))));
      select.append(there);
      more.remove();
      set(chosen);
    } catch ({ message }) {
      note.textContent = message;
      more.disabled = false;
      more.textContent = say("server.offers");
    }
  }
  more.addEventListener("click", async () => {
    await list();
    if (models.length) select.focus();
  });
  select.addEventListener("change", () => {
    tell();
    changed(select.value);
  });
  box.append(element("label", {}, element("span", {}, say("generation.model")), select), more);
  set(first);
  return { box, note, set };
}
