// What does not fit the stage is cut into pages, by measuring.

/** What a page may be cut between: paragraphs, the items of a list, the rows of a table, what a box holds. */
export function unitsOf(nodes) {
  return nodes.flatMap((node) => {
    const inner = node.matches("ul, ol") ? [...node.children]
      : node.matches(".am-scroll") ? [...node.querySelectorAll("tbody > tr")]
      : node.matches(".am-callout, blockquote, .am-told") ? unitsOf([...node.children].filter((one) => !one.matches(".am-kind"))) : [];
    return inner.length > 1 ? inner : [node];
  });
}

/** Show the units from `from` to before `to`; those from `shown` on keep their place but are not seen yet. */
export function reveal(units, from, to, shown = to) {
  units.forEach((unit, i) => {
    unit.toggleAttribute("data-offstage", i < from || i >= to);
    unit.toggleAttribute("data-coming", i >= shown && i < to);
  });
  for (const box of new Set(units.map((unit) => unit.closest("[data-box]")).filter(Boolean))) {
    box.toggleAttribute("data-offstage", !units.some((unit, i) => i >= from && i < to && box.contains(unit)));
  }
}

/**
 * Cut units into pages that fit.
 * @param {Element[]} units
 * @param {() => boolean} fits whether what is shown now fits
 * @returns {{from: number, to: number}[]}
 */
export function cut(units, fits) {
  const pages = [];
  for (let from = 0; from < units.length;) {
    let to = units.length;
    reveal(units, from, to);
    if (!fits()) {
      to = from + 1;
      for (; to < units.length; to += 1) {
        reveal(units, from, to + 1);
        if (!fits()) break;
      }
      while (to - from > 1 && leads(units[to - 1])) to -= 1;
    }
    pages.push({ from, to });
    from = to;
  }
  return pages;
}

/** What asks for what comes after it, and does not stand at the end of a page. */
const leads = (unit) => unit.matches("h2, h3") || /:\s*$/.test(unit.textContent);

/** Sizes of type, from the largest; `data-size` on the stage sets one. */
const SIZES = ["large", "roomy", "", "close", "closer"];

/**
 * The pages of units: one page at the largest size of type at which it holds them all, else several at the usual size, or a smaller
 * one where a single unit is too large. What fits at none is left as it is.
 * @param {HTMLElement} stage
 * @param {Element[]} units
 * @param {() => boolean} fits
 * @param {string} [largest] not larger than this
 * @returns {{from: number, to: number, size: string}[]}
 */
export function paginate(stage, units, fits, largest = SIZES[0]) {
  const sizes = SIZES.slice(SIZES.indexOf(largest));
  const sized = ({ from, to }, among) => {
    reveal(units, from, to);
    return among.find((size) => {
      stage.dataset.size = size;
      return fits();
    });
  };
  const whole = { from: 0, to: units.length }, one = sized(whole, sizes);
  if (one !== undefined) return [{ ...whole, size: one }];
  const several = sizes.slice(Math.max(0, sizes.indexOf("")));
  [stage.dataset.size] = several;
  return cut(units, fits).map((page) => ({ ...page, size: sized(page, several) ?? SIZES.at(-1) }));
}
