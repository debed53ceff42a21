// What a page hands its reader: a text for the clipboard, a file.

/** Copy a text. @returns {Promise<boolean>} false where the browser does not allow it: there is no clipboard without https */
export async function copied(text) {
  try { await navigator.clipboard.writeText(text); } catch { return false; }
  return true;
}

/**
 * Hand the reader a file.
 * @param {string} name
 * @param {Blob | string} contents
 * @param {string} [type] of a text
 */
export function save(name, contents, type) {
  const link = document.createElement("a");
  Object.assign(link, { download: name, href: URL.createObjectURL(contents instanceof Blob ? contents : new Blob([contents], { type })) });
  document.body.append(link);  // Firefox follows no link outside the page
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
