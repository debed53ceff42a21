// The live figure, the same on every surface: `Amostra.charts` computes its rows from its data and the settings; from them
// come the picture, the sentence, the description and the table. The settings are kept in the page's address.
// Usage: Amostra.mount(element, figure, words)

import { addressOf, fromAddress } from "./address.js";
import { controlOf, escape, settingOf, written } from "./controls.js";
import { whileThere } from "./dom.js";
import { copied } from "./handed.js";
import { fill, show } from "./numbers.js";
import { draw, heightOf, put, whenNear } from "./picture.js";
import { addressWriter } from "./staying.js";

/** One below the last heading before the element: no level is left out, wherever it stands. */
export function level(element) {
  const before = [...document.querySelectorAll("h1, h2, h3")].filter((one) => !one.closest(".am-figure") &&
    one.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  return before.length ? Math.min(Number(before.at(-1).tagName[1]) + 1, 4) : 3;
}

/**
 * What the chart says at some settings: its named sets of rows, with the labels that the picture writes.
 * @param {Object} figure
 * @param {Object} settings control name -> value
 * @param {string} lang BCP 47
 * @returns {Object<string, Object[]>}
 */
export function setsOf(figure, settings, lang) {
  const sets = globalThis.Amostra.charts[figure.chart](figure.data, settings);
  const label = (row) => Object.fromEntries(Object.entries(figure.labels).map(([name, text]) => [name, fill(text, [row], {}, settings, lang)]));
  return Object.keys(figure.labels).length ? { ...sets, rows: sets.rows.map((row) => ({ ...row, ...label(row) })) } : sets;
}

/** Bring a figure to life in the element; where it lives already, nothing is drawn again. */
export function mount(element, figure, words) {
  const { Amostra } = globalThis, same = JSON.stringify(figure);
  if (figure.vocabularies) return Amostra.merges.mount(element, figure, words);
  if (element.amostra?.figure === same) return element.amostra;
  element.amostra?.view?.finalize();
  const before = element.innerHTML;  // its table, for who cannot have more
  try {
    return (element.amostra = new Live(element, figure, words, same));
  } catch (error) {
    element.innerHTML = before;
    throw error;
  }
}

/** Draw every figure of the page now, near or not. */
export const drawAll = () => Promise.all([...document.querySelectorAll(".am-figure")].map((one) => one.amostra?.draw?.()));

class Live {
  constructor(element, figure, words, same) {
    Object.assign(this, { element, figure: same, block: figure, words, lang: words.lang, values: {}, setters: {} });
    this.toAddress = addressWriter(() => addressOf(this.block, this.values));
    element.classList.add("am-figure");
    element.innerHTML = skeleton(figure, words, `h${level(element)}`);
    for (const tool of [".am-reset", ".am-link"]) this.find(tool).hidden = !figure.controls.length;
    this.find(".am-said").hidden = !figure.said;
    this.addControls();
    this.find(".am-chart").style.minHeight = `${heightOf(figure.picture, this.compute())}px`;
    this.speak();
    this.listen();
    const box = this.find(".am-chart");
    whenNear(box, () => this.draw());
    whileThere(box, "beforeprint", () => this.toPaper());
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  addControls() {
    const bad = [];
    for (const control of this.block.controls) {
      const start = fromAddress(this.block, control);
      this.values[control.name] = start.value;
      if (start.bad !== undefined) bad.push(this.words.bad.replace("{name}", () => control.label).replace("{value}", () => start.bad));
      const one = controlOf(this.block, control, start.value, this.lang, (value) => {
        this.values[control.name] = value;
        this.toAddress();
        return this.show();
      });
      this.setters[control.name] = one.set;
      this.find(".am-controls").append(one.box);
    }
    this.find(".am-notice").hidden = !bad.length;
    this.find(".am-notice").textContent = bad.join(" ");
  }

  get settings() {
    return Object.fromEntries(Object.entries(this.values).map(([name, value]) => [name, settingOf(value)]));
  }

  compute() {
    this.sets = setsOf(this.block, this.settings, this.lang);
    return this.sets.rows;
  }

  /** The rows as the table and the sentence read them. */
  rows() {
    return this.sets.rows;
  }

  /** Move controls: `values` as the blocks hold them. */
  async set(values) {
    for (const [name, value] of Object.entries(values)) {
      this.values[name] = value;
      this.setters[name]?.(value);
    }
    await this.show();
  }

  async show() {
    this.compute();
    this.speak();
    if (this.view) await this.redraw();
  }

  redraw() {
    put(this.view, this.block.picture, this.sets);
    return this.view.runAsync();
  }

  speak() {
    const { block, lang, settings } = this, rows = this.rows();
    const told = Object.fromEntries(block.controls.map((control) => [control.name, written(control, this.values[control.name], lang)]));
    this.find(".am-said").textContent = fill(block.said, rows, told, settings, lang);
    this.find(".am-alt").textContent = fill(block.describe, rows, told, settings, lang);
    if (!this.find("details").open) return;
    this.find("table").innerHTML = table(block.columns, rows.map((row) => block.columns.map(({ field, format }) => show(row[field], format, lang))));
  }

  /** The picture, once: Vega may have to come first. */
  draw() {
    this.drawn ??= this.drawFirst();
    return this.drawn;
  }

  /** What paper has: the picture, drawn at once where Vega is there; where it is not, the table. */
  toPaper() {
    const details = this.find("details");
    this.draw();
    if (this.view || details.open) return;
    details.open = true;
    this.speak();
    addEventListener("afterprint", () => { details.open = false; }, { once: true });
  }

  async drawFirst() {
    const box = this.find(".am-chart"), { sets } = this;
    try {
      this.view = await draw(box, this.block.picture, sets);
      if (this.sets !== sets) await this.redraw();  // controls were moved while Vega came
    } catch (error) {
      box.style.minHeight = "";
      box.textContent = this.words.failed;
      this.find("details").open = true;
      console.error(error);
      return;
    }
    box.style.minHeight = "";
    let width = box.clientWidth;
    new ResizeObserver(() => {
      if (!box.clientWidth || Math.abs(box.clientWidth - width) < 1) return;
      width = box.clientWidth;
      this.view.signal("width", width).runAsync();
    }).observe(box);
  }

  listen() {
    const { block } = this;
    this.find("details").addEventListener("toggle", () => this.speak());
    this.find(".am-reset").addEventListener("click", async () => {
      await this.set(Object.fromEntries(block.controls.map((control) => [control.name, control.value])));
      this.toAddress();
    });
    this.find(".am-link").addEventListener("click", async ({ target: button }) => {
      this.toAddress();
      button.textContent = await copied(addressOf(block, this.values).href) ? this.words.linked : this.words.unlinked;
      setTimeout(() => { button.textContent = this.words.link; }, 3000);
    });
  }
}

function skeleton(figure, words, heading) {
  const title = `${figure.id}-title`;
  return `<div class="am-head"><${heading} id="${title}">${escape(figure.title)}</${heading}></div>` +
    `<div class="am-controls" role="group" aria-labelledby="${title}"></div><p class="am-notice" role="status" hidden></p>` +
    `<p class="am-said" aria-live="polite"></p><div class="am-chart" role="img" aria-labelledby="${title}" aria-describedby="${figure.id}-alt"></div>` +
    `<p class="am-alt" id="${figure.id}-alt"></p><p class="am-caption">${escape(figure.caption)}</p>` +
    `<div class="am-tools"><button type="button" class="am-reset">${escape(words.reset)}</button><button type="button" class="am-link">${escape(words.link)}</button></div>` +
    `<details class="am-data"><summary>${escape(words.table)}</summary><div class="am-scroll" tabindex="0" role="region" aria-label="${escape(`${words.table}: ${figure.title}`)}"><table></table></div></details>`;
}

function table(columns, rows) {
  const head = columns.map((column) => `<th scope="col">${escape(column.label)}</th>`).join("");
  const body = rows.map((row) => "<tr>" + row.map((cell, i) =>
    i ? `<td>${escape(cell)}</td>` : `<th scope="row">${escape(cell)}</th>`).join("") + "</tr>").join("");
  return `<thead><tr>${head}</tr></thead><tbody>${body}</tbody>`;
}
