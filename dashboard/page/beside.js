// Scripts that lie beside the page's own, and come when they are asked for: from file:// a page may run files and not read them.

const HERE = globalThis.document?.currentScript?.src;
const asked = new Map();

/** The address of a file beside the page's script. */
export const address = (name) => new URL(name, HERE).href;

/**
 * Run a script that lies beside this one, once.
 * @param {string} name "tools.js"
 * @returns {Promise<void>} rejected where it cannot be had; the next call tries again
 */
export function beside(name) {
  if (!asked.has(name)) {
    const come = new Promise((found, lost) => {
      const script = Object.assign(document.createElement("script"), { src: address(name), onload: found });
      script.onerror = () => { asked.delete(name); lost(new Error(name)); };
      document.head.append(script);
    });
    asked.set(name, come);
  }
  return asked.get(name);
}
