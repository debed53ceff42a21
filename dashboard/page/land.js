// A place of a page is shown as soon as it is there, and kept in view while what stands above it still grows, until the reader moves.

const MOVES = ["wheel", "touchmove", "keydown", "pointerdown"], EVERY = 100, TIMES = 30;
let stop = () => {};

/**
 * Show the place of this id; one landing at a time, "" only ends the one before.
 * @param {string} id as an address writes it after "#"
 * @param {boolean} [followed] whether a link led here: what is folded opens, and the keyboard goes on from the place
 */
export function land(id, followed) {
  stop();
  if (!id) return;
  const name = plain(id);
  let left = TIMES;
  const show = () => {
    const place = document.getElementById(name);
    if (!place) return;  // it may still come
    if (followed) reach(place);
    followed = false;
    place.scrollIntoView({ block: "start", behavior: "instant" });
    if (location.hash !== `#${id}`) history.replaceState(history.state, "", `${location.pathname}${location.search}#${id}`);
    if (!--left) stop();
  };
  const timer = setInterval(show, EVERY);
  stop = () => {
    clearInterval(timer);
    for (const moved of MOVES) removeEventListener(moved, stop);
  };
  for (const moved of MOVES) addEventListener(moved, stop, { passive: true });
  show();
}

function reach(place) {
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

function plain(id) {
  try { return decodeURIComponent(id); } catch { return id; }  // "100%" is no code for another sign
}
