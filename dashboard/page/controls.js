// The inputs of a figure: Range, Stops, Choice and Switch of dashboard/blocks.py. A value is as the block holds it, so ∞ is
// "inf"; `settingOf` gives what the charts compute with.

import { show } from "./numbers.js";

export const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** A control's value as a number, a word or a truth. */
export const settingOf = (value) => (value === "inf" ? Infinity : value);

/** A control's value as the reader reads it. */
export function written(control, value, lang) {
  if (control.labels) return control.labels[control.values.indexOf(value)];
  return control.block === "Range" ? show(value, String(control.digits), lang) : String(value);
}

const kinds = {
  Choice: {
    html: (control, id, help) => `<label for="${id}">${escape(control.label)}</label><select id="${id}"${help}>` +
      control.values.map((value, i) => `<option value="${escape(value)}">${escape(control.labels[i])}</option>`).join("") + "</select>",
    read: (input) => input.value,
    write: (input, value) => { input.value = value; },
  },
  Switch: {
    html: (control, id, help) => `<label for="${id}"><input type="checkbox" role="switch" id="${id}"${help}> ${escape(control.label)}</label>`,
    read: (input) => input.checked,
    write: (input, value) => { input.checked = value; },
  },
  Stops: {
    html: (control, id, help) => slider(control, id, help, 0, control.values.length - 1, 1),
    read: (input, control) => control.values[input.value],
    write: (input, value, control) => { input.value = control.values.indexOf(value); },
  },
  Range: {
    html: (control, id, help) => slider(control, id, help, control.minimum, control.maximum, control.step),
    read: (input) => Number(input.value),
    write: (input, value) => { input.value = value; },
  },
};

function slider(control, id, help, least, most, step) {
  return `<label for="${id}">${escape(control.label)} <output for="${id}"></output></label>` +
    `<input type="range" id="${id}" min="${least}" max="${most}" step="${step}"${help}>`;
}

/**
 * The control as an element, at `value`; `changed` hears each new value.
 * @returns {{box: HTMLElement, set: function}}
 */
export function controlOf(figure, control, value, lang, changed) {
  const id = `${figure.id}-${control.name}`, kind = kinds[control.block], box = document.createElement("div");
  box.className = `am-control am-${control.block.toLowerCase()}`;
  box.innerHTML = `${kind.html(control, id, ` aria-describedby="${id}-help"`)}<small id="${id}-help">${escape(control.help)}</small>`;
  const input = box.querySelector("input, select"), output = box.querySelector("output");
  const set = (now) => {
    kind.write(input, now, control);
    if (!output) return;
    output.textContent = written(control, now, lang);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  input.addEventListener("input", () => {
    const now = kind.read(input, control);
    set(now);
    changed(now);
  });
  set(value);
  return { box, set };
}
