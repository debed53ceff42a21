// What the pictures of the tool are made of.

/** An SVG element. @param {string} tag @param {Object<string, string | number>} [attributes] */
export function svg(tag, attributes = {}, ...children) {
  const one = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...children);
  return one;
}

/** Moves the focus of a group that is one stop of the keyboard. */
export function rove(all, one, focus) {
  for (const other of all) other.tabIndex = other === one ? 0 : -1;
  if (focus) one.focus();
}

const LEVELS = 12;

/**
 * One head's attention as a small map: row t, column s, the darker the more t reads s. One path for each level of grey.
 * @param {number[][]} weights [t][s]
 * @param {number} at the row that is marked
 */
export function map(weights, at) {
  const T = weights.length, paths = Array.from({ length: LEVELS + 1 }, () => "");
  weights.forEach((row, t) => row.forEach((weight, s) => {
    if (s <= t) paths[Math.round(LEVELS * weight)] += `M${s} ${t}h1v1h-1z`;
  }));
  const drawn = paths.map((d, level) => (d && level ? svg("path", { d, "fill-opacity": level / LEVELS }) : "")).filter(Boolean);
  const ground = svg("path", { class: "am-in-ground", d: `M0 0V${T}H${T}V${T - 1}` + weights.map((_, t) => `H${T - t}V${T - t - 1}`).join("") + "z" });
  const row = svg("rect", { class: "am-in-row", x: 0, y: at, width: at + 1, height: 1 });
  return svg("svg", { viewBox: `0 0 ${T} ${T}`, "aria-hidden": "true", "shape-rendering": "crispEdges" }, ground, ...drawn, row);
}
