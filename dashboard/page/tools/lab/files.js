// A picture on white paper, as a file.

/** The palette as a sheet of paper has it, whatever the page's theme is: a picture of its own has no variables. */
export function paperColours(names) {
  const probe = document.createElement("i");
  probe.style.colorScheme = "light";
  document.body.append(probe);
  const colours = Object.fromEntries(names.map((name) => {
    probe.style.color = `var(--am-${name})`;
    return [name, getComputedStyle(probe).color];
  }));
  probe.remove();
  return { ...colours, font: "sans-serif" };
}

/**
 * SVG text as a PNG, twice as fine as it is shown.
 * @param {string} svg with width and height
 * @returns {Promise<Blob>}
 */
export async function pngOf(svg, paper) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width * 2, height: image.height * 2 });
  const brush = canvas.getContext("2d");
  brush.fillStyle = paper;
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
