// The exercises of a lesson away from it, out of a file of their own.
import { element } from "./dom.js";

/**
 * The exercises of a lesson, anew at each call: their ids begin with the lesson's name.
 * @param {string} address of the lesson's file
 * @returns {Promise<HTMLFormElement[] | undefined>} undefined where the file cannot be had
 */
export async function formsOf(address) {
  const name = address.split("/").slice(-2).join("/");
  if (!window.Amostra.exercises?.[name]) await loaded(address).catch(() => {});
  const text = window.Amostra.exercises?.[name];
  if (text === undefined) return undefined;
  const page = element("template");
  page.innerHTML = text;
  return [...page.content.querySelectorAll("form")];
}

const loading = new Map();
function loaded(address) {
  if (!loading.has(address)) loading.set(address, new Promise((there, failed) => {
    const script = element("script", { src: address });
    script.onload = there;
    script.onerror = () => { loading.delete(address); script.remove(); failed(new Error(address)); };
    document.head.append(script);
  }));
  return loading.get(address);
}
