// A figure, an exercise or a tool in the page of somebody else: the code that puts it there, and the page with nothing but it.
import { element } from "./dom.js";
import { copied } from "./handed.js";
import { knows, say } from "./words.js";

const BLOCKS = ".am-figure[id], form.am-exercise[id], [data-tool]", AROUND = 64;  // pixels: the margin and the line with the link

/** What an address calls a block: a tool is alone on its page, and has its name. */
const named = (block) => block.id || block.dataset.tool;

/** The block that the address asks for, `?embed=id`, alone on its page; the page around it is told its height. */
export function embed(root) {
  const id = wanted(), page = root.querySelector(".am-page");
  if (!id || !page) return;
  document.documentElement.dataset.embed = "";
  const block = [...page.querySelectorAll(BLOCKS)].find((one) => named(one) === id);
  const answers = [...page.querySelectorAll("[data-answer-to]")].filter((one) => one.dataset.answerTo === id);
  page.classList.add("am-alone");
  page.replaceChildren(block ?? element("p", {}, say("embed.unknown", { id })), ...(block ? answers : []), full(block?.id));
  if (parent === window) return;
  new ResizeObserver(() => parent.postMessage({ amostra: id, height: Math.ceil(page.getBoundingClientRect().height) }, "*")).observe(page);
}

// "true" is Streamlit's own way to hide its menu.
function wanted() {
  const id = new URLSearchParams(location.search).get("embed");
  return id === "true" ? "" : id;
}

/** The way to the whole page, with the settings as they stand. */
function full(id) {
  const link = element("a", { target: "_blank", rel: "noopener", "aria-label": say("embed.full"), title: say("embed.full") }, "Amostra ↗");
  const aim = () => {
    const url = new URL(location.href);
    url.searchParams.delete("embed");
    url.hash = id ?? "";
    link.href = url.href;
  };
  aim();
  for (const near of ["pointerdown", "focus", "click"]) link.addEventListener(near, aim);
  return element("p", { class: "am-whole" }, link);
}

/** At every block of a page that others may show, a button that hands out the code for it. */
export function codes(root) {
  const { embed } = document.documentElement.dataset, title = root.querySelector("h1")?.textContent;
  if (!published() || !knows("embed.code") || embed !== undefined || !root.querySelector("[data-page]")) return;
  for (const block of root.querySelectorAll(BLOCKS)) {
    const button = element("button", { type: "button", class: "am-code", "aria-expanded": "false" }, say("embed.code"));
    const [place, name, under = block] = placed(block, title);
    button.addEventListener("click", () => toggle(button, block, name, under));
    place?.append(button);
  }
}

/** Where the button of a block stands, what the frame is called, and what its code stands under. */
function placed(block, title) {
  if (block.matches("form")) return [block.querySelector(".am-kind"), `${block.querySelector(".am-kind").textContent}: ${title}`];
  if (block.matches(".am-figure")) return [block.querySelector(".am-tools"), block.querySelector(".am-head")?.textContent];
  const under = element("div", { class: "am-embedder" });  // a tool fills its place anew, and stands on the stage without this
  block.after(under);
  return [under, title, under];
}

/** Where this page is read by others: the address itself; of a copy that was opened as a file, the one that it names. */
function published() {
  if (location.protocol.startsWith("http")) return location.href;
  const canonical = document.querySelector("link[rel=canonical]")?.href;
  return canonical && canonical + location.search;
}

function toggle(button, block, name, under) {
  const open = under.querySelector(".am-frame");
  button.setAttribute("aria-expanded", String(!open));
  if (open) return open.remove();
  const field = element("textarea", { readonly: "", rows: "4", "aria-label": say("embed.label") }), said = element("p", { role: "status" });
  field.value = frame(published(), block, name);
  under.append(element("div", { class: "am-frame" }, field, said));
  field.select();
  copied(field.value).then((done) => { said.textContent = say(done ? "embed.copied" : "embed.uncopied"); });
}

/** The iframe, with the language and the settings of the block, of a tool all of its page's, and nothing else of the reader's address. */
function frame(address, block, name) {
  const url = new URL(address), settings = block.id ? (key) => key.startsWith(`${block.id}.`) : (key) => key !== "present";
  for (const key of [...url.searchParams.keys()]) {
    if (key !== "lang" && !settings(key)) url.searchParams.delete(key);
  }
  url.searchParams.set("embed", named(block));
  url.hash = "";
  const height = Math.ceil(block.getBoundingClientRect().height) + AROUND;
  return element("iframe", { src: url.href, width: "100%", height, loading: "lazy", style: "border:0", title: name }).outerHTML;
}
