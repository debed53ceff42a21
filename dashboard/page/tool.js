// The place of a tool: its scripts and styles come when it is opened, and fill it.
import { address, beside } from "./beside.js";
import { say } from "./words.js";

/** Fill the tools' places of a page. */
export async function tools(root) {
  for (const box of root.querySelectorAll("[data-tool]")) {
    try {
      await Promise.all([styles(), beside("tools.js")]);
      const told = JSON.parse(box.querySelector("script").textContent);
      await window.Amostra.tools[box.dataset.tool](box, told);
    } catch (error) {
      console.error(error);
      box.append(Object.assign(document.createElement("p"), { role: "alert", className: "am-lost", textContent: say("tool.lost") }));
    }
  }
}

function styles() {
  if (document.querySelector("link[data-tools]")) return undefined;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address("tools.css") });
  link.dataset.tools = "";
  return new Promise((done) => {
    link.onload = link.onerror = done;  // without its styles a tool still works
    document.head.append(link);
  });
}
