// `Amostra.quiz`: questions of any lessons, ticked, with one address for them: on paper, in a room, or answered on the page.
import { beside } from "../beside.js";
import { element } from "../dom.js";
import { formsOf } from "../forms.js";
import { copied } from "../handed.js";
import { ownRoom, shownBefore } from "../room/own.js";
import { fromForm } from "../room/question.js";
import { listed, say, speak } from "../words.js";
import { addressed, named } from "./link.js";
import { STYLE, WORDS } from "./made.js";  // the catalog's and quiz.css, written by scripts.py
import { sheet } from "./sheet.js";

const MOST_SAID = 5;  // names of a link that lead nowhere

/**
 * Fill the page of the quiz.
 * @param {Element} root
 * @param {Object<string, string>} words what the scripts say, in the page's language
 */
export async function start(root, words) {
  const lang = document.documentElement.lang.startsWith("en") ? "en" : "pt";
  speak({ ...words, ...Object.fromEntries(Object.entries(WORDS).map(([key, text]) => [key, text[lang]])) });
  if (!document.getElementById("am-quiz-style")) document.head.append(element("style", { id: "am-quiz-style" }, STYLE));
  await new Quiz(root.querySelector("[data-quiz]"), lang).open();
}

/** @typedef {{name: string, form: HTMLFormElement, box: HTMLElement}} Asked a question of the quiz and its place on the page */

class Quiz {
  #asked = [];
  #lost = new Map();  // by its name, the place of a question whose lesson's file cannot be had
  #all = new Map();  // every question that was on the page: who takes one away and back finds his answer
  #lists = new Map();  // by lesson, once it was opened or asked for

  constructor(place, lang) {
    this.place = place;
    this.lang = lang;
    this.lessons = new Map([...place.querySelectorAll("[data-exercises]")].map((one) => [one.dataset.of, one]));
    this.part = (name) => place.querySelector(`[data-${name}]`);
  }

  async open() {
    const names = named(new URLSearchParams(location.search).get("quiz") ?? "");
    for (const lesson of this.lessons.values()) lesson.addEventListener("toggle", () => lesson.open && this.#opened(lesson.dataset.of));
    this.place.addEventListener("change", ({ target }) => target.matches("[data-tick]") && this.#tick([target.value], target.checked));
    this.part("key").addEventListener("change", () => this.#paper());
    this.part("print").addEventListener("click", () => window.print());
    this.part("link").addEventListener("click", () => this.#link());
    this.part("room").addEventListener("click", () => this.#room());
    const found = await Promise.all(names.map((name) => this.#found(name)));
    this.#asked = found.filter((one) => one?.form);
    this.#lost = new Map(found.filter(Boolean).flatMap(({ lost }, place) => lost ? [[lost, place]] : []));
    this.part("choose").open = !this.#asked.length;
    this.#told(names.filter((_, i) => !found[i]));
    this.#draw();
    const shown = ownRoom() && shownBefore();
    if (this.#asked.some(({ name }) => name === shown)) this.#room();
  }

  /** The question of a name; undefined where there is none, `lost` where its lesson's file cannot be had. */
  async #found(name) {
    const slug = name.split("/")[0], id = name.slice(slug.length + 1), lesson = this.lessons.get(slug);
    if (this.#all.has(name) || !lesson) return this.#all.get(name);
    const forms = await this.#list(slug);
    if (!forms) return { lost: name };
    const form = forms.find((one) => one.id === `${slug}-${id}`);
    if (form && !this.#all.has(name)) this.#all.set(name, this.#boxed(name, form, lesson));
    return this.#all.get(name);
  }

  /** A question on the page: its number, where it is from, what there is to do with it. */
  #boxed(name, form, lesson) {
    const [slug, id] = name.split("/"), from = lesson.querySelector("a[href]").cloneNode(true);
    from.hash = id;
    from.textContent = lesson.querySelector("summary [data-title]").textContent;
    const does = (what, sign) => {
      const one = element("button", { type: "button", "data-does": what }, sign);
      one.addEventListener("click", () => this.#move(name, what));
      return one;
    };
    const box = element("section", { class: "am-quiz-asked" },
      element("header", {}, element("h2"), element("p", { class: "am-from" }, from), element("span", { class: "am-quiz-moves" }, does("up", "↑"), does("down", "↓"), does("away", "✕"))), form);
    globalThis.Amostra.page.answerable(form, slug, id);
    return { name, form, box };
  }

  /** A lesson's exercises in the choice, with a box to tick each. */
  #list(slug) {
    if (!this.#lists.has(slug)) this.#lists.set(slug, this.#offered(slug));
    return this.#lists.get(slug);
  }

  /** A lesson in the choice was opened: what was lost of it and can be had now is asked, in its place. */
  async #opened(slug) {
    const names = [...this.#lost.keys()].filter((name) => name.startsWith(`${slug}/`));
    if (!await this.#list(slug) || !names.length) return;
    const found = await Promise.all(names.map((name) => this.#found(name))), order = this.#names();
    for (const name of names) this.#lost.delete(name);
    const all = [...this.#asked, ...found.filter((one) => one?.form)];
    this.#asked = order.flatMap((name) => all.find((one) => one.name === name) ?? []);
    this.#changed();
  }

  async #offered(slug) {
    const lesson = this.lessons.get(slug), forms = await formsOf(lesson.dataset.exercises), list = lesson.querySelector("[data-ticks]");
    if (!forms) {
      this.#lists.delete(slug);
      list.replaceChildren(element("p", {}, say("quiz.lost")));
      return undefined;
    }
    const all = element("button", { type: "button" }, say("quiz.all")), names = forms.map((form) => `${slug}/${form.id.slice(slug.length + 1)}`);
    all.addEventListener("click", () => this.#tick(names, !names.every((name) => this.#has(name))));
    list.replaceChildren(...forms.map((form, i) => {
      const text = form.querySelector(`[id="${form.id}-question"]`).cloneNode(true), box = element("input", { type: "checkbox", value: names[i], "data-tick": "" });
      text.removeAttribute("id");
      text.querySelectorAll("a").forEach((one) => one.replaceWith(...one.childNodes));  // a click on it ticks
      return element("label", { class: "am-option" }, box, element("span", {}, element("small", {}, form.querySelector(".am-kind span").textContent), text));
    }), element("p", {}, all));
    this.#marks();
    return forms;
  }

  #has(name) { return this.#asked.some((one) => one.name === name); }

  async #tick(names, on) {
    if (on) {
      const fresh = await Promise.all(names.filter((name) => !this.#has(name)).map((name) => this.#found(name)));
      this.#asked.push(...fresh.filter((one) => one?.form && !this.#has(one.name)));
    } else this.#asked = this.#asked.filter(({ name }) => !names.includes(name));
    this.#changed();
  }

  #move(name, what) {
    const at = this.#asked.findIndex((one) => one.name === name), [one] = this.#asked.splice(at, 1), to = at + (what === "down" ? 1 : -1);
    if (what !== "away") this.#asked.splice(to, 0, one);
    this.#changed();
    const near = what === "away" ? this.#asked[Math.min(at, this.#asked.length - 1)] : one;
    const button = near?.box.querySelector(`[data-does=${what}]`);
    (button && !button.disabled ? button : near?.box.querySelector("[data-does]:enabled") ?? this.part("choose").querySelector("summary")).focus();
  }

  #changed() {
    history.replaceState(history.state, "", addressed(location.href, this.#names()));
    this.#told([]);
    this.#draw();
  }

  /** For an address: what is lost is in its place, for who opens it where it can be had. */
  #names() {
    const names = this.#asked.map(({ name }) => name);
    for (const [name, place] of this.#lost) names.splice(place, 0, name);
    return names;
  }

  #draw() {
    const { length } = this.#asked;
    this.#asked.forEach(({ name, box }, i) => {
      box.querySelector("h2").textContent = say("quiz.place", { place: i + 1 });
      for (const button of box.querySelectorAll("[data-does]")) {
        const what = button.dataset.does;
        button.disabled = (what === "up" && !i) || (what === "down" && i + 1 === length);
        button.setAttribute("aria-label", say(`quiz.${what}`, { place: i + 1 }));
      }
    });
    this.part("list").replaceChildren(...this.#asked.map(({ box }) => box));
    this.part("bar").toggleAttribute("data-none", !length);
    this.part("linked").hidden = true;
    this.part("count").textContent = length ? say("quiz.count", { count: length }) : say("quiz.empty");
    this.#marks();
    this.#label();
    this.#paper();
  }

  /** In the choice, what is in the quiz. */
  #marks() {
    for (const box of this.place.querySelectorAll("[data-tick]")) box.checked = this.#has(box.value);
    for (const [slug, lesson] of this.lessons) {
      const count = this.#asked.filter(({ name }) => name.startsWith(`${slug}/`)).length;
      lesson.querySelector("[data-chosen]").textContent = count ? say("quiz.chosen", { count }) : "";
    }
  }

  /** What of the address leads nowhere, and that something is lost. */
  #told(unknown) {
    const said = [], { length: count } = unknown;
    if (count) {
      const names = unknown.slice(0, MOST_SAID).map((one) => say("quiz.name", { name: one.replace("/", ".") }));
      said.push(say("quiz.unknown", { count, names: count > MOST_SAID ? `${names.join(", ")} …` : listed(names).join("") }));
    }
    if (count && this.#asked.length) said.push(say("quiz.rest"));
    if (this.#lost.size) said.push(say("quiz.lost"));
    this.part("told").textContent = said.join(" ");
  }

  #paper() {
    const questions = this.#asked.map(({ form, name }) => ({ question: fromForm(form, name, this.lang), form }));
    this.part("sheet").replaceChildren(...sheet(questions, this.part("key").checked, addressed(location.href, this.#names())));
  }

  async #link() {
    const field = this.part("linked"), [input, said] = field.children;
    field.hidden = false;
    input.value = addressed(location.href, this.#names());
    input.select();
    said.textContent = say(await copied(input.value) ? "quiz.copied" : "quiz.uncopied");
  }

  #label() {
    const room = ownRoom(), here = room && this.#has(room.name);
    this.part("room").textContent = !room ? say("room.open") : say(here ? "room.back" : "room.here", { code: room.code });
  }

  /** The room, at the question that it was left at. */
  async #room() {
    const button = this.part("room");
    button.textContent = say("room.loading");
    try {
      await beside("room.js");
      await globalThis.Amostra.room.askAll(this.#asked, shownBefore() || ownRoom()?.name, () => this.#label());
      this.#label();
    } catch (error) {
      button.textContent = error.reason ? error.message : say("room.failed");
      console.error(error);
    }
  }
}
