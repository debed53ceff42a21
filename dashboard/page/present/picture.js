// A figure on the stage: its picture drawn as high as there is room, its type kept large, and afterwards as it was.

const LETTERS = 22.2;  // px of a window of 1280 × 720
const TALLEST = 1.5;  // how far bars move apart where there is room

/** The signal that says how high a picture is, and what it was at first. */
function heightSignal({ height, signals = [] }) {
  const step = signals.find(({ name }) => name.endsWith("y_step"));
  return step ? { name: step.name, value: step.value } : { name: "height", value: height };
}

const watching = new WeakMap();

/**
 * Draw a figure into its place; its chart gets what is left of the height, now and when that changes.
 * @param {HTMLElement} figure an `.am-figure` that has the full height of its beat
 * @param {number} unit px of this window that are one of a window of 1280 × 720
 */
export async function fit(figure, unit) {
  const live = figure.amostra, box = figure.querySelector(".am-chart");
  if (!live?.draw || !box) return;
  await live.draw();
  if (!live.view || !figure.closest(".am-stage") || watching.has(figure)) return;
  enlarge(box, unit);
  const observer = new ResizeObserver(() => fill(live, box));
  observer.observe(box);
  watching.set(figure, observer);
}

async function fill({ view, block }, box) {
  const { name, value } = heightSignal(block.picture);
  if (!box.clientHeight || !box.closest(".am-stage")) return;
  view.signal("width", box.clientWidth);
  await view.runAsync();
  for (let round = 0; round < 3; round += 1) {
    const svg = box.querySelector("svg"), whole = Number(svg.getAttribute("height")), drawn = view.height(), room = box.clientHeight - (whole - drawn);
    const next = view.signal(name) * Math.max(0.3, room / drawn);
    view.signal(name, name === "height" ? Math.min(next, value * 2) : Math.min(next, value * TALLEST));
    await view.runAsync();
  }
}

/** As large as the smallest of its letters asks for. */
function enlarge(box, unit) {
  const sizes = [...box.querySelectorAll("svg text")].filter((one) => one.textContent.trim()).map((one) => parseFloat(getComputedStyle(one).fontSize));
  box.style.setProperty("--am-stage-zoom", String(Math.max(1, (unit * LETTERS) / Math.min(14, ...sizes))));
}

/** As it was in the page. */
export function unfit(figure) {
  const live = figure.amostra;
  watching.get(figure)?.disconnect();
  watching.delete(figure);
  if (!live?.view) return;
  const { name, value } = heightSignal(live.block.picture);
  live.view.signal(name, value).runAsync();
}
