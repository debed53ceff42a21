// The exercises of a lesson away from it, out of a file of their own.
import { beside } from "./beside.js";
import { element } from "./dom.js";

/**
 * The exercises of a lesson, anew at each call: their ids begin with the lesson's name.
 * @param {string} address of the lesson's file
 * @returns {Promise<HTMLFormElement[] | undefined>} undefined where the file cannot be had
 */
export async function formsOf(address) {
  const name = address.split("/").slice(-2).join("/");
  if (!window.Amostra.exercises?.[name]) await beside(new URL(address, document.baseURI).href).catch(() => {});
  const text = window.Amostra.exercises?.[name];
  if (text === undefined) return undefined;
  const page = element("template");
  page.innerHTML = text;
  return [...page.content.querySelectorAll("form")];
}
