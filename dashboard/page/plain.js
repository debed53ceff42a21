// What a page shows, as text for a file or to be measured.

/** Nodes as one line of text; a formula as it is written. */
export function plain(nodes) {
  return nodes.map((node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll?.(".katex").forEach((one) => one.replaceWith(one.querySelector("annotation")?.textContent ?? ""));
    return copy.textContent;
  }).join(" ").replace(/\s+/g, " ").trim();
}
