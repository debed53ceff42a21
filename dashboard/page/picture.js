// The picture of a figure: Vega, loaded when the first figure comes near, draws named sets of rows and computes nothing.
// `Amostra.vega` is there already, or its script lies beside this one.
import { beside } from "./beside.js";

async function vega() {
  const { Amostra } = globalThis;
  if (!Amostra.vega) await beside("vega.js");
  return Amostra.vega;
}

/**
 * Draw a Vega specification over its named sets. Its expressions are read one by one, never compiled: a page may forbid that.
 * @param {HTMLElement} element
 * @param {Object} specification
 * @param {Object<string, Object[]>} sets name of a data set -> its rows
 * @returns {Promise<View>}
 */
export async function draw(element, specification, sets) {
  const { View, parse, expressionInterpreter } = await vega();
  const runtime = parse(specification, {}, { ast: true });
  const view = new View(runtime, { renderer: "svg", hover: false, expr: expressionInterpreter, container: element });
  put(view, specification, sets);
  await view.runAsync();
  element.querySelector("svg").setAttribute("aria-hidden", "true");
  return view;
}

/**
 * Hand the sets that are drawn to a view; `runAsync` draws them. Vega marks the rows that it takes, so it gets copies; each says
 * its place, `row`, because Vega keeps bands that stay where they were when rows change their order.
 */
export function put(view, { data }, sets) {
  for (const { name } of data) if (name in sets) view.data(name, sets[name].map((row, i) => ({ row: i, ...row })));
}

/** The height that the picture will have, near enough that little moves when it comes. */
export function heightOf({ height, signals = [] }, rows) {
  const step = signals.find(({ name }) => name.endsWith("y_step"))?.value;
  return (height ?? (step ? step * rows.length : 260)) + 60;
}

/** Call `come` once, when the element is near what the reader sees: the page itself or a box in it may be what scrolls. */
export function whenNear(element, come) {
  const scrolls = (box) => /auto|scroll/.test(getComputedStyle(box).overflowY) && box.scrollHeight > box.clientHeight;
  let root = element.parentElement;
  while (root && root !== document.body && !scrolls(root)) root = root.parentElement;
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    come();
  }, { root: root && root !== document.body && root !== document.documentElement ? root : null, rootMargin: "600px 0px" });
  watch.observe(element);
}
