// The live figure, the same on every surface: draws a Vega-Lite specification, gives its parameters controls in the
// reader's language, keeps a sentence and a table true while they move, and keeps their values in the page's address.
// Needs window.vegaEmbed. Usage: Amostra.mount(element, figure, words)
window.Amostra.mountOld = (() => {
  const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  // Numbers: "4" decimals, "%1" percentage ("< 0.1%" if above zero but rounded to it), "short" without idle zeros, "text" as it is.
  function show(value, format, lang) {
    if (format === "text" || typeof value === "string" || value == null) return value ?? "";
    if (value === Infinity) return "∞";
    const percent = format.startsWith("%"), digits = Number(format.replace("%", ""));
    const unit = 10 ** (-digits - 2);
    if (percent && value > 0 && value < unit / 2) return `< ${show(unit, format, lang)}`;
    const options = format === "short" ? { maximumFractionDigits: 4 }
      : { minimumFractionDigits: digits, maximumFractionDigits: digits };
    const text = new Intl.NumberFormat(lang, options).format(percent ? value * 100 : value);
    return text.replace("-", "−") + (percent ? "%" : "");
  }

  // The address: ?figure.parameter=value. Only what differs from the initial value is written.
  const key = (figure, control) => `${figure.id}.${control.name.replace("_stop", "")}`;
  function fromAddress(figure, control) {
    const text = new URLSearchParams(location.search).get(key(figure, control));
    if (text === null) return { value: control.value };
    const at = control.values.findIndex((v) => String(v) === text);
    if (control.kind === "stops" && at >= 0) return { value: at };
    if (control.kind === "choice" && at >= 0) return { value: text };
    if (control.kind === "switch" && (text === "1" || text === "0")) return { value: text === "1" };
    const number = Number(text);
    if (control.kind === "range" && text !== "" && number >= control.minimum && number <= control.maximum) return { value: number };
    return { value: control.value, bad: text };
  }
  let pending;
  function toAddress(figure, values) {
    clearTimeout(pending);
    pending = setTimeout(() => history.replaceState(history.state, "", address(figure, values)), 150);
  }
  function address(figure, values) {
    const url = new URL(location.href);
    for (const control of figure.controls) {
      const value = values[control.name];
      if (value === control.value) url.searchParams.delete(key(figure, control));
      else url.searchParams.set(key(figure, control),
        control.kind === "stops" ? control.values[value] : control.kind === "switch" ? Number(value) : value);
    }
    return url;
  }

  // Controls ----------------------------------------------------------------------------------------------------------
  function control(figure, spec, value, lang, changed) {
    const id = `${figure.id}-${spec.name}`, box = document.createElement("div");
    box.className = `am-control am-${spec.kind}`;
    const help = `<small id="${id}-help">${escape(spec.help)}</small>`;
    if (spec.kind === "choice") {
      const options = spec.values.map((v, i) => `<option value="${escape(v)}">${escape(spec.labels[i])}</option>`);
      box.innerHTML = `<label for="${id}">${escape(spec.label)}</label><select id="${id}" aria-describedby="${id}-help">${options.join("")}</select>${help}`;
    } else if (spec.kind === "switch") {
      box.innerHTML = `<label for="${id}"><input type="checkbox" role="switch" id="${id}" aria-describedby="${id}-help"> ${escape(spec.label)}</label>${help}`;
    } else {
      const [min, max, step] = spec.kind === "stops" ? [0, spec.values.length - 1, 1] : [spec.minimum, spec.maximum, spec.step];
      box.innerHTML = `<label for="${id}">${escape(spec.label)} <output for="${id}"></output></label>` +
        `<input type="range" id="${id}" min="${min}" max="${max}" step="${step}" aria-describedby="${id}-help">${help}`;
    }
    const input = box.querySelector("input, select"), output = box.querySelector("output");
    const set = (v) => {
      if (spec.kind === "switch") input.checked = v; else input.value = v;
      if (!output) return;
      output.textContent = spec.kind === "stops" ? spec.labels[v] : show(v, String(spec.digits), lang);
      input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", () => {
      const v = spec.kind === "switch" ? input.checked : spec.kind === "choice" ? input.value : Number(input.value);
      set(v);
      changed(v);
    });
    set(value);
    return { box, set };
  }

  // The rows that the table and the sentence speak of: those of the data set that has every column, at the chosen τ.
  function rows(view, figure) {
    const fields = figure.columns.map((column) => column.field);
    const sets = view.getState({ data: (name) => name !== "root", signals: () => false, recurse: true }).data;
    const name = Object.keys(sets).filter((n) => !n.startsWith("root")).find((n) => {
      const first = view.data(n)[0];
      return first && fields.every((field) => field in first);
    });
    const all = name ? view.data(name) : [];
    return all.length && "position" in all[0] ? all.filter((row) => row.position === view.signal("tau_stop")) : all;
  }

  const { level } = window.Amostra;

  // Vega compiles its expressions where the page's policy lets it, and reads them one by one where it does not.
  async function embed(element, spec) {
    const options = { actions: false, renderer: "svg", tooltip: false };
    try {
      return await window.vegaEmbed(element, spec, options);
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      return window.vegaEmbed(element, spec, { ...options, ast: true });
    }
  }

  function table(columns, rows) {
    const head = columns.map((column) => `<th scope="col">${escape(column.label)}</th>`).join("");
    const body = rows.map((row) => "<tr>" + row.map((cell, i) =>
      i ? `<td>${escape(cell)}</td>` : `<th scope="row">${escape(cell)}</th>`).join("") + "</tr>").join("");
    return `<thead><tr>${head}</tr></thead><tbody>${body}</tbody>`;
  }

  async function mount(element, figure, words) {
    if (element.amostra?.figure === JSON.stringify(figure)) return element.amostra;
    element.amostra?.view?.finalize();
    const lang = words.lang, state = { figure: JSON.stringify(figure) };
    element.amostra = state;
    element.classList.add("am-figure");
    const fallback = element.querySelector(".am-fallback table"), h = `h${level(element)}`;
    element.innerHTML = `<div class="am-head"><${h} id="${figure.id}-title">${escape(figure.title)}</${h}></div>` +
      `<div class="am-controls" role="group" aria-labelledby="${figure.id}-title"></div><p class="am-notice" role="status" hidden></p>` +
      `<p class="am-said" aria-live="polite"></p><div class="am-chart" role="img" aria-labelledby="${figure.id}-title" aria-describedby="${figure.id}-alt"></div>` +
      `<p class="am-alt" id="${figure.id}-alt">${escape(figure.alt)}</p><p class="am-caption">${escape(figure.caption)}</p>` +
      `<div class="am-tools"><button type="button" class="am-reset">${escape(words.reset)}</button><button type="button" class="am-link">${escape(words.link)}</button></div>` +
      `<details class="am-data"><summary>${escape(words.table)}</summary><div class="am-scroll" tabindex="0" role="region" aria-label="${escape(`${words.table}: ${figure.title}`)}"><table></table></div></details>`;
    const find = (selector) => element.querySelector(selector);
    find(".am-tools").hidden = !figure.controls.length;
    find(".am-said").hidden = !figure.said;
    const values = {}, setters = {}, notice = find(".am-notice"), bad = [];
    for (const spec of figure.controls) {
      const start = fromAddress(figure, spec);
      values[spec.name] = start.value;
      if (start.bad !== undefined) bad.push(words.bad.replace("{name}", spec.label).replace("{value}", start.bad));
      const one = control(figure, spec, start.value, lang, (value) => move(spec.name, value));
      setters[spec.name] = one.set;
      find(".am-controls").append(one.box);
    }
    notice.hidden = !bad.length;
    notice.textContent = bad.join(" ");

    const spec = structuredClone(figure.spec);
    for (const param of spec.params ?? []) if (param.name in values) param.value = values[param.name];
    let result;
    try {
      result = await embed(find(".am-chart"), spec);
    } catch (error) {
      find(".am-chart").textContent = words.failed;
      find(".am-controls").hidden = find(".am-tools").hidden = find(".am-said").hidden = true;
      find("table").innerHTML = fallback?.innerHTML ?? table(figure.columns, (figure.rows ?? []));
      find("details").open = true;
      console.error(error);
      return state;
    }
    const view = state.view = result.view;
    find(".am-chart svg")?.setAttribute("aria-hidden", "true");

    function speak() {
      const now = rows(view, figure);
      if (!now.length) return;
      find(".am-said").textContent = figure.said.replace(/\{(\w+)(?:\|([%\w]+))?\}/g,
        (_, field, format) => show(field === "tau" ? view.signal("tau") : now[0][field], format ?? "4", lang));
      if (moved && figure.said) find(".am-alt").textContent = find(".am-said").textContent;
      if (!find("details").open) return;
      find("table").innerHTML = table(figure.columns, now.map((row) =>
        figure.columns.map((column) => show(row[column.field], column.format, lang))));
    }
    let moved = false;  // from then on the picture is no longer the one that `alt` describes
    async function move(name, value) {
      moved = true;
      values[name] = value;
      await view.signal(name, value).runAsync();
      speak();
      toAddress(figure, values);
    }
    state.set = async (settings) => {
      moved = true;
      for (const [name, value] of Object.entries(settings)) { values[name] = value; setters[name]?.(value); view.signal(name, value); }
      await view.runAsync();
      speak();
    };
    state.draw = async () => {};
    state.rows = () => rows(view, figure);
    find("details").addEventListener("toggle", speak);
    find(".am-reset").addEventListener("click", async () => {
      await state.set(Object.fromEntries(figure.controls.map((spec) => [spec.name, spec.value])));
      toAddress(figure, values);
    });
    find(".am-link").addEventListener("click", async (event) => {
      const button = event.target;
      toAddress(figure, values);
      try {
        await navigator.clipboard.writeText(address(figure, values).href);  // there is none without https
        button.textContent = words.linked;
      } catch {
        button.textContent = words.unlinked;
      }
      setTimeout(() => { button.textContent = words.link; }, 3000);
    });
    let width = find(".am-chart").clientWidth;
    new ResizeObserver(() => {
      const now = find(".am-chart")?.clientWidth;
      if (!now || Math.abs(now - width) < 1) return;
      width = now;
      view.signal("width", now).runAsync();
    }).observe(find(".am-chart"));
    speak();
    return state;
  }
  return mount;
})();
