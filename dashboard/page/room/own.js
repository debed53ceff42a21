// The room that this browser has opened: its code and secret outlive a reload, and nothing else of it is kept.
const ROOM = "amostra.room", SHOWN = "amostra.room.shown";

/** @typedef {{code: string, secret: string, name: string, at: string}} Own */

/** @returns {Own | null} the room on this server */
export function ownRoom() {
  try {
    const kept = JSON.parse(localStorage.getItem(ROOM));
    return kept?.at === globalThis.Amostra.roomAddress && kept.code ? kept : null;
  } catch { return null; }  // a private window
}

/** @param {Own | null} room null forgets it */
export function keepRoom(room) {
  try {
    if (room) localStorage.setItem(ROOM, JSON.stringify(room));
    else localStorage.removeItem(ROOM);
  } catch { /* until the page is left */ }
}

/** The question whose room was on the screen before this window was loaded again. */
export function shownBefore() {
  try { return sessionStorage.getItem(SHOWN); } catch { return null; }
}

/** @param {string} name of the question on the screen, "" for none */
export function keepShown(name) {
  try {
    if (name) sessionStorage.setItem(SHOWN, name);
    else sessionStorage.removeItem(SHOWN);
  } catch { /* a private window: it has to be opened by hand */ }
}
