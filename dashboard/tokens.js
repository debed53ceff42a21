// Generated texts whose tokens can be walked over with the arrow keys and picked, and a panel of shares with bars.
// data: { serial, texts: [{ title, prompt, tokens, note, winner, going }], measures: { probability, entropy }, picked, panel, words }
// A token is [text, alone, p before, p after, entropy, rank, forced]; what is picked goes back as the trigger "act".
const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const TEXT = 0, ALONE = 1, BEFORE = 2, AFTER = 3, ENTROPY = 4, RANK = 5, FORCED = 6, BRANCH = 2;  // FORCED: 0 if drawn, 1 if given, 2 for the last one given

let shown = null;  // the serial of the run on the screen

function formatter(lang) {
  const fixed = (value, digits) =>
    new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  return {
    bits: (h) => (h == null ? "—" : fixed(h, 2)),
    share: (p) => (p == null ? "—" : p === 0 ? "0%" : p >= 1e-4 ? `${fixed(100 * p, p >= 0.01 ? 1 : 2)}%`
      : p.toExponential(0).replace("-", "−")),
    whole: (n) => (n == null ? "—" : fixed(n, 0)),
  };
}

// Level 0 is the surest; null where nothing was told. Levels come with their bounds, so that the legend says the same.
function level(token, data, measure) {
  const value = measure === "entropy" ? token[ENTROPY] : token[BEFORE];
  if (value == null) return null;
  return data.measures[measure].levels.findIndex(({ bound }) => bound == null || (measure === "entropy" ? value < bound : value >= bound));
}

function paint(box, token, data, measure) {
  const found = level(token, data, measure);
  box.className = `am-token${found == null ? "" : ` am-level-${found}`}${token[FORCED] === BRANCH ? " am-branch" : ""}`;
  box.style.setProperty("--am-share", measure === "entropy" ? Math.min(1, (token[ENTROPY] ?? 0) / data.most) : token[BEFORE] ?? 0);
}

function label(token, data, show) {
  const said = data.words.token.replace(/\{(\w+)\}/g, (_, name) => ({
    token: token[ALONE], p: show.share(token[BEFORE]), h: show.bits(token[ENTROPY]), rank: show.whole(token[RANK]),
  })[name]);
  return token[FORCED] ? `${said} ${data.words.forced}` : said;
}

function newToken(token, r, t, data, { show, measure }) {
  const box = document.createElement("span");
  paint(box, token, data, measure);
  box.setAttribute("role", "option");
  box.setAttribute("aria-label", label(token, data, show));
  box.setAttribute("aria-selected", "false");
  box.title = box.ariaLabel;
  box.tabIndex = -1;
  Object.assign(box.dataset, { row: r, index: t });
  box.textContent = token[TEXT].replace(/\n/g, "↵\n") || (token[ALONE] === data.words.end ? `⟨${token[ALONE]}⟩` : "·");
  return box;
}

function frame(text, r, data) {
  const section = document.createElement("section");
  section.className = "am-text";
  section.innerHTML = `<h3 ${text.title ? "" : "hidden"}>${escape(text.title)}</h3><p class="am-flow"><span class="am-prompt">${escape(text.prompt)}</span>` +
    `<span class="am-tokens" role="listbox" aria-orientation="horizontal" aria-label="${escape([text.title, data.words.tokens].filter(Boolean).join(": "))}"></span>` +
    `<span class="am-caret" aria-hidden="true"></span></p><p class="am-note"></p>`;
  return section;
}

function legend(data, measure) {
  const choices = Object.entries(data.measures).map(([name, one]) =>
    `<label><input type="radio" name="am-measure" value="${name}"${name === measure ? " checked" : ""}> ${escape(one.name)}</label>`);
  const items = data.measures[measure].levels.map(({ text, share }, i) =>
    `<li><span class="am-token am-level-${i}" style="--am-share:${share}" aria-hidden="true">abc</span> ${escape(text)}</li>`);
  return `<fieldset><legend>${escape(data.words.measure)}</legend>${choices.join("")}</fieldset>` +
    `<p>${escape(data.measures[measure].legend)}</p><ul>${items.join("")}</ul>`;
}

function table(data, show) {
  const head = data.words.columns.map((name) => `<th scope="col">${escape(name)}</th>`).join("");
  return data.texts.map((text) => `<table>${text.title ? `<caption>${escape(text.title)}</caption>` : ""}<thead><tr>${head}</tr></thead><tbody>` +
    text.tokens.map((token, t) => `<tr><th scope="row">${t + 1}</th><td>${escape(token[ALONE])}${token[FORCED] ? ` (${escape(data.words.forced)})` : ""}</td>` +
      `<td>${show.share(token[BEFORE])}</td><td>${show.share(token[AFTER])}</td><td>${show.whole(token[RANK])}</td><td>${show.bits(token[ENTROPY])}</td></tr>`).join("") +
    "</tbody></table>").join("");
}

function panelHTML(panel, words) {
  const head = panel.head.map((name) => `<th scope="col">${escape(name)}</th>`).join("");
  const rows = panel.rows.map((row, i) => {
    const cells = row.shown.map((shown, c) =>
      `<td><span class="am-bar am-bar-${c}" style="--am-share:${row.shares[c]}" aria-hidden="true"></span><span>${escape(shown)}</span></td>`).join("");
    const mark = row.mark ? ` <strong>◀ ${escape(panel.mark)}</strong>` : "";
    const choose = row.mark === null || !panel.choose ? "<td></td>"
      : `<td><button type="button" data-what="choose" data-index="${i}" aria-label="${escape(`${panel.choose}: ${row.text}`)}">${escape(panel.choose)}</button></td>`;
    return `<tr class="${row.mark === null ? "am-others" : row.mark ? "am-chosen" : ""}"><th scope="row">${escape(row.text)}${mark}</th>${cells}${choose}</tr>`;
  });
  const actions = panel.actions.map(([what, text]) => `<button type="button" data-what="${what}">${escape(text)}</button>`).join("");
  return `<div class="am-head"><h3>${escape(panel.title)}</h3><div class="am-tools">${actions}</div></div><p class="am-note" aria-live="polite">${escape(panel.said)}</p>` +
    `<div class="am-scroll" tabindex="0" role="region" aria-label="${escape(panel.title)}" style="--am-columns:${panel.head.length - 1}"><table><thead><tr>${head}<th scope="col"><span class="am-alt">${escape(words.action)}</span></th></tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>`;
}

function start(home) {
  home.innerHTML = '<div class="am-texts"></div><section class="am-panel" hidden></section><div class="am-legend"></div>' +
    '<details class="am-data"><summary></summary><div class="am-scroll" tabindex="0" role="region"></div></details>';
  const find = (selector) => home.querySelector(selector);
  const state = { drawn: "", panel: "", measure: "probability", follow: false, act: null };
  for (const scroll of ["wheel", "touchmove"]) addEventListener(scroll, () => { state.follow = false; }, { passive: true });
  const pick = (box) => state.act({ what: "pick", row: Number(box.dataset.row), index: Number(box.dataset.index) });
  find(".am-texts").addEventListener("click", (event) => {
    const box = event.target.closest("[role=option]");
    if (box) pick(box);
  });
  find(".am-texts").addEventListener("keydown", (event) => {
    const box = event.target.closest("[role=option]");
    if (!box) return;
    const all = [...box.parentElement.children], at = all.indexOf(box);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined && all[to]) {
      box.tabIndex = -1;
      all[to].tabIndex = 0;
      all[to].focus();
    } else if (event.key === "Enter" || event.key === " ") pick(box);
    else return;
    event.preventDefault();
  });
  find(".am-panel").addEventListener("click", (event) => {
    const { what, index } = event.target.closest("button")?.dataset ?? {};
    if (what) state.act({ what, index: index === undefined ? null : Number(index) });
  });
  find(".am-legend").addEventListener("change", (event) => {
    state.measure = event.target.value;
    explain(home, state);
    home.querySelectorAll("[role=option]").forEach((box) =>
      paint(box, state.data.texts[box.dataset.row].tokens[box.dataset.index], state.data, state.measure));
    find(`.am-legend [value=${state.measure}]`).focus();
  });
  find("details").addEventListener("toggle", () => tabulate(home, state));
  return state;
}

function explain(home, state) {
  home.querySelector(".am-legend").innerHTML = legend(state.data, state.measure);
}

function tabulate(home, state) {
  if (home.querySelector("details").open) home.querySelector("details .am-scroll").innerHTML = table(state.data, state.show);
}

function draw(home, state, data) {
  const find = (selector) => home.querySelector(selector);
  state.data = data;
  state.show = formatter(data.words.lang);
  const drawn = JSON.stringify([data.serial, data.words, data.texts.map((text) => [text.title, text.prompt])]);
  if (state.drawn !== drawn) {
    state.drawn = drawn;
    find(".am-texts").replaceChildren(...data.texts.map((text, r) => frame(text, r, data)));
    explain(home, state);
    find("summary").textContent = data.words.table;
    find("details .am-scroll").setAttribute("aria-label", data.words.table);
  }
  home.querySelectorAll(".am-text").forEach((section, r) => {
    const text = data.texts[r], list = section.querySelector(".am-tokens");
    while (list.childElementCount > text.tokens.length) list.lastElementChild.remove();
    for (let t = list.childElementCount; t < text.tokens.length; t++) list.append(newToken(text.tokens[t], r, t, data, state));
    const picked = data.picked && data.picked[0] === r ? list.children[data.picked[1]] : null;
    for (const box of list.querySelectorAll("[aria-selected=true]")) if (box !== picked) box.setAttribute("aria-selected", "false");
    picked?.setAttribute("aria-selected", "true");
    if (!list.querySelector("[tabindex='0']") && list.firstElementChild) (picked ?? list.firstElementChild).tabIndex = 0;
    section.classList.toggle("am-winner", !!text.winner);
    section.classList.toggle("am-going", !!text.going);
    section.querySelector(".am-note").textContent = text.note;
  });
  const any = data.texts.some((text) => text.tokens.length);
  find(".am-legend").hidden = find("details").hidden = !any;
  const panel = find(".am-panel"), told = JSON.stringify(data.panel);
  if (state.panel !== told) {
    state.panel = told;
    panel.hidden = !data.panel;
    panel.innerHTML = data.panel ? panelHTML(data.panel, data.words) : "";
    if (data.panel && panel.getBoundingClientRect().bottom > innerHeight) find(".am-texts").scrollIntoView({ block: "start" });
  }
  tabulate(home, state);
  const texts = find(".am-texts"), some = data.texts.length;
  texts.style.setProperty("--am-columns", some === 4 ? 2 : Math.min(some, 3));
  // A new text is brought into view, until the reader scrolls.
  if (shown !== data.serial && (shown !== null || data.texts.some((text) => text.going))) state.follow = true;
  if (state.follow && texts.getBoundingClientRect().top > innerHeight / 2) texts.scrollIntoView({ block: "start" });
  state.follow &&= data.texts.some((text) => text.going);
  shown = data.serial;
}

export default ({ data, parentElement, setTriggerValue }) => {
  const home = parentElement.querySelector(".am-generation");
  const state = (home.amostra ??= start(home));
  state.act = (what) => setTriggerValue("act", what);
  draw(home, state, data);
};
