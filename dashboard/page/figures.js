// What a page's figures are made of. A long list of numbers stands in the page once; {same: [figure, key, …]} says where (html.py).

/** @param {Element} root @returns {Map<Element, Object>} by its box, each figure with all of its data */
export function figuresOf(root) {
  const all = new Map([...root.querySelectorAll("[data-figure]")].map((box) => [box, JSON.parse(box.querySelector("script").textContent)]));
  const named = Object.fromEntries([...all.values()].map((figure) => [figure.id, figure]));
  const fill = (data) => {
    for (const [key, value] of Object.entries(data)) {
      if (Array.isArray(value?.same)) data[key] = value.same.reduce((at, name) => at[name], named);
      else if (value && typeof (Array.isArray(value) ? value[0] : value) === "object") fill(value);
    }
  };
  for (const { data } of all.values()) fill(data ?? {});
  return all;
}
