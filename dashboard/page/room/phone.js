// A phone in a room: shows the question, keeps one answer until the server has it, finds its way back after the line was lost.
// Nothing of who holds it: the id that the room gave this browser lives in its storage, and goes with the room.
import { events, watch } from "./events.js";

const PATIENCE = 15000;  // ms without a sign of life: the line is lost
const find = (id) => document.getElementById(id);
const words = JSON.parse(find("words").textContent), place = document.documentElement.dataset.place;
const typed = decodeURIComponent(location.pathname.slice(place.length + 1)).toUpperCase().replace(/[^A-Z0-9]/g, "");
const at = `${place}/${typed}`;
const percent = (p) => new Intl.NumberFormat(words.lang, { style: "percent", maximumFractionDigits: p < 0.01 || p > 0.99 ? 1 : 0 }).format(p);

// What is kept -------------------------------------------------------------------------------------------------------

const KEY = "amostra.phone";
let kept = { code: typed, browser: "", sequence: 0, pending: null };
try {
  const before = JSON.parse(localStorage.getItem(KEY));
  if (before?.code === typed) kept = before;
} catch { /* a private window: kept until the page is left */ }

function keep() {
  try { localStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* as above */ }
}

function forget() {
  kept = { code: typed, browser: "", sequence: 0, pending: null };
  try { localStorage.removeItem(KEY); } catch { /* as above */ }
}

// The line -----------------------------------------------------------------------------------------------------------

let state = null, over = false, lost = false, tries = 0, retry = 0, reading = null;

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

async function send(path, body) {
  const headers = { "content-type": "application/json", ...(kept.browser ? { authorization: `Bearer ${kept.browser}` } : {}) };
  const answer = await fetch(`${at}/${path}`, { method: "POST", headers, body: JSON.stringify(body), credentials: "omit" });
  return { status: answer.status, told: await answer.json().catch(() => ({})) };
}

/** Follow the room until it is over; what the line does meanwhile is said, and mended. */
async function follow() {
  while (!over) {
    const control = reading = new AbortController();
    const { alive, rest } = watch(control, PATIENCE);
    try {
      if (!kept.browser) {
        const { status, told } = await send("join", {});
        if (status !== 200) { if (refused(status, told)) return; throw new Error("later"); }
        kept.browser = told.browser;
        keep();
      }
      const answer = await fetch(`${at}/stream`, { headers: { authorization: `Bearer ${kept.browser}` }, signal: control.signal, cache: "no-store", credentials: "omit" });
      if (!answer.ok) {
        const told = await answer.json().catch(() => ({}));
        if (answer.status === 403) kept.browser = "";  // another server's id
        else if (refused(answer.status, told)) return;
        throw new Error("later");
      }
      await events(answer.body.getReader(), alive, heard);
    } catch { /* the line: again */ }
    rest();
    if (over) return;
    line(true);
    await new Promise((done) => {
      retry = done;
      setTimeout(done, Math.min(5000, 400 * 2 ** tries++) * (0.5 + Math.random()));
    });
  }
}

function heard(field) {
  tries = 0;
  line(false);
  if (field("event") === "room") show(JSON.parse(field("data")));
  if (field("event") !== "end") return false;
  end(words["phone.ended"]);
  return true;
}

/** Whether a refusal is the end of it. */
function refused(status, told) {
  if (status === 404 && (state || kept.browser)) end(words["phone.gone"]);
  else if (status === 404 || status === 503) end(words[`refused.${told.refused}`] ?? words["refused.unknown"]);
  else return false;
  return true;
}

function end(text) {
  over = true;
  forget();
  line(false);
  find("vote").hidden = find("outcome").hidden = true;
  find("title").textContent = words["phone.join"];
  find("told").textContent = text;
  find("join").hidden = false;
  find("code").textContent = "";
}

function line(is) {
  lost = is;
  find("line").textContent = lost ? words["phone.lost"] : state?.away && !over ? words["phone.away"] : "";
  confirm();
}

for (const back of ["online", "pageshow", "focus"]) addEventListener(back, () => { if (lost && retry) { tries = 0; retry(); } });
addEventListener("offline", () => reading?.abort());

// The answer ---------------------------------------------------------------------------------------------------------

let sending = false;

function give(answer) {
  kept.sequence += 1;
  kept.pending = { turn: state.turn, sequence: kept.sequence, answer };
  keep();
  deliver();
}

/** Send the last answer again and again until the room has it, or says that it does not take it. */
async function deliver() {
  if (sending) return;
  sending = true;
  while (kept.pending && !over) {
    const one = kept.pending;
    confirm();
    try {
      const { status, told } = await send("vote", one);
      if (kept.pending?.sequence !== one.sequence) continue;  // another one was given meanwhile
      if (status === 200) {
        kept.pending = null;
        state.given = told.kept;
        state.refused = "";
      } else if (status < 500 && status !== 429) {
        kept.pending = null;
        state.refused = words[`refused.${told.refused}`] ?? words["refused.closed"];
        if (status === 404) { refused(status, told); break; }
        if (status === 403) reading?.abort();
      } else await wait(500 + 1000 * Math.random());
    } catch { await wait(500 + 1500 * Math.random()); }
    keep();
  }
  sending = false;
  confirm();
}

/** What has become of the answer. */
function confirm() {
  const box = find("kept"), waiting = kept.pending !== null;
  box.toggleAttribute("data-waiting", waiting || Boolean(state?.refused));
  box.textContent = !state ? "" : waiting ? words[lost ? "phone.waiting" : "phone.sending"] : state.refused || (state.given ? words["phone.kept"] : "");
}

// What is shown ------------------------------------------------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...children);
  return one;
}

/** Texts of the lesson come as HTML from the server, which made them itself. */
function html(text, tag = "span") {
  const one = element(tag);
  one.innerHTML = text;
  return one;
}

function show(now) {
  if (now.lang !== words.lang.slice(0, 2) && kept.browser) {
    keep();
    location.replace(at);
    return;
  }
  const before = state;
  state = { ...now, given: now.given.at(-1) ?? "", first: now.given.length > 1 ? now.given[0] : "" };
  if (kept.pending && kept.pending.turn !== now.turn) kept.pending = null;
  find("code").textContent = now.code;
  find("told").textContent = "";
  find("join").hidden = true;
  find("title").textContent = words[now.vote > 1 ? "phone.second" : "phone.title"];
  find("vote").hidden = now.phase !== "open";
  find("outcome").hidden = now.phase === "open";
  if (now.phase === "open") { if (before?.turn !== now.turn || before.phase !== "open") ask(); } else tell();
  line(false);
  if (kept.pending) deliver();
}

function ask() {
  find("question").innerHTML = state.text;
  const mine = kept.pending?.answer ?? state.given;
  if (state.kind === "numeric") {
    const field = element("input", { id: "number", inputmode: "decimal", autocomplete: "off", maxlength: "40", "aria-describedby": "kept" });
    field.value = mine && String(Number(mine)) === mine ? new Intl.NumberFormat(words.lang, { maximumFractionDigits: 12, useGrouping: false }).format(Number(mine)) : mine;
    find("answers").replaceChildren(element("label", { for: "number", class: "number" }, words["phone.number"]), field, element("button", {}, words["phone.send"]));
    return;
  }
  const options = state.options.map(([value, text]) => {
    const radio = element("input", { type: "radio", name: "answer", value });
    radio.checked = value === mine;
    return element("label", { class: "option" }, radio, html(text));
  });
  find("answers").replaceChildren(element("fieldset", { "aria-label": words["phone.options"] }, ...options));
}

function tell() {
  find("asked").innerHTML = state.text;
  const mine = state.judged ?? state.given, totals = state.rows[0]?.counts.map((_, i) => state.rows.reduce((sum, row) => sum + row.counts[i], 0)) ?? [];
  const judged = state.phase === "revealed" && state.kind !== "next" && state.judged;
  find("verdict").textContent = judged ? words[state.rows.find((row) => row.name === judged)?.right ? "correct" : "incorrect"]
    : state.phase === "closed" ? words["phone.closed"] : "";
  find("rows").replaceChildren(...state.rows.map((row) => {
    const bars = row.counts.map((count, i) => {
      const bar = element("i"), share = totals[i] ? count / totals[i] : 0;
      bar.style.setProperty("--p", share);
      return element("div", { class: `bar${i + 1 < row.counts.length ? " first" : ""}` }, bar, element("span", {}, `${count} (${percent(share)})`));
    });
    const name = html(row.text);
    if (row.name === mine) name.className = "mine";
    const right = row.right ? [" ", element("span", { class: "right" }, `✓ ${words["phone.right"]}`)] : [];
    const said = html(row.said ?? "", "div");
    said.className = "said";
    return element("li", {}, name, ...right, ...bars, ...(row.said ? [said] : []));
  }));
}

// --------------------------------------------------------------------------------------------------------------------

find("answers").addEventListener("change", ({ target }) => { if (target.type === "radio") give(target.value); });
find("vote").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = find("number");
  if (field?.value.trim()) give(field.value.trim());
});
find("join").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = find("typed").value.toUpperCase().replace(/[^A-Z0-9]/g, "");
  if (code) location.assign(`${place}/${code}`);
});
if (typed) follow(); else find("join").hidden = false;
