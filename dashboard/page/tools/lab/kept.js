// Logits too long for an address: in the tab's own storage, with the address that they belong to.

const KEY = "amostra.lab";

/** Keep them for a reload and the way back; null forgets. */
export function keep(address, text) {
  try {
    if (text === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify({ address, text }));
  } catch {
    // a browser that keeps nothing: they are in their field
  }
}

/** The logits kept for an address. @returns {string | null} */
export function kept(address) {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY));
    return found.address === address ? String(found.text) : null;
  } catch {
    return null;
  }
}
