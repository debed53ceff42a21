// In the app the address of the next page comes before the page: what this one still wants to write there is not for it.

/** Asks from now on whether the address is still this page's. @returns {() => boolean} */
export function staying() {
  const { pathname } = location;
  return () => location.pathname === pathname;
}

const REST = 150;  // ms without a move

/**
 * Writes the page's address: the first move at once, the others once they rest (a browser refuses many writes), none when the address
 * is another page's by then. What is reloaded right after a move is as it was.
 * @param {function(): (URL | string | null)} address what it should be by then; null: nothing is to be written any more
 * @returns {function(): void} tells of a move
 */
export function addressWriter(address) {
  const stays = staying();
  let pending = 0, moved = -REST;
  return () => {
    const now = performance.now(), wait = now - moved < REST ? REST : 0;
    moved = now;
    clearTimeout(pending);
    pending = setTimeout(() => {
      const url = stays() ? address() : null;
      if (url) history.replaceState(history.state, "", url);
    }, wait);
  };
}
