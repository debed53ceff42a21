// The settings of a figure in the page's address: ?figure.control=value. Only what differs from the initial value is written.

const key = (figure, control) => `${figure.id}.${control.name}`;

/** Where the control starts: {value}, and {bad} with the text that could not be followed. */
export function fromAddress(figure, control) {
  const text = new URLSearchParams(location.search).get(key(figure, control));
  if (text === null) return { value: control.value };
  const value = read(control, text);
  return value === undefined ? { value: control.value, bad: text } : { value };
}

function read(control, text) {
  if (control.block === "Switch") return text === "1" ? true : text === "0" ? false : undefined;
  if (control.values) return control.values.find((value) => String(value) === text);
  const number = Number(text);
  return text.trim() !== "" && number >= control.minimum && number <= control.maximum ? number : undefined;
}

/** The page's address with the settings of the figure in it. */
export function addressOf(figure, values) {
  const url = new URL(location.href);
  for (const control of figure.controls) {
    const value = values[control.name];
    if (value === control.value) url.searchParams.delete(key(figure, control));
    else url.searchParams.set(key(figure, control), control.block === "Switch" ? Number(value) : value);
  }
  return url;
}
