"""What the tools cost the page: `python -m benchmarks.tools [lab|figure|generation|inside …] [--site FOLDER]`.

Chromium on an exported site, from its files. Milliseconds of processor time of the page's own thread, which other work on
the machine hardly changes: `script`, `style` and `layout` of one step, together its `step`, and `whole`, all that the
thread did until the frame after it. Where a line says wall, the clock on the wall: run it on a quiet machine.

- lab: a setting moved by its slider, over 8,192 and 51,200 tokens.
- figure: the live chart of one distribution over 8,192 tokens; then with the processor slowed four times, on the wall.
- generation: 200 tokens of the page's model with processor core for all of the browser; the time of the page's thread for each token.
- inside: a head and a block cut and mended, until the next word is there.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.page_model import resident, worked
from benchmarks.pages import twelve_tokens
from dashboard import charts, language
from dashboard.blocks import to_json
from dashboard.export import export
from dashboard.words import figure_words
from tests.browser.launch import QUIET, chromium

STEPS = 60
SIZES = (8192, 51_200)
PARTS = {"ScriptDuration": "script", "RecalcStyleDuration": "style", "LayoutDuration": "layout", "TaskDuration": "whole"}

FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
PASTE = """(size) => {
  let x = 12345;
  const random = () => (x = (x * 1103515245 + 12345) % 2147483648) / 2147483648, field = document.querySelector("textarea");
  field.value = Array.from({ length: size }, (_, i) => `t${i}: ${(-2.5 * Math.log(-Math.log(random() * 0.999 + 0.0005))).toFixed(4)}`).join("\\n");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
MOVE = """([selector, value]) => {
  const input = document.querySelector(selector);
  if (input.type === "checkbox") input.checked = !input.checked;
  else input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}"""


class Thread:
    """The page's thread and what it worked, in ms of processor time (or on the wall), by part."""

    def __init__(self, page: Page, clock: str = "threadTicks"):
        self.page, self.session = page, page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": clock})

    def worked(self) -> dict[str, float]:
        found = {one["name"]: 1000 * one["value"] for one in self.session.send("Performance.getMetrics")["metrics"]}
        parts = {part: found[name] for name, part in PARTS.items()}
        return {"step": parts["script"] + parts["style"] + parts["layout"]} | parts

    def of(self, act: Callable[[], object]) -> dict[str, float]:
        """What an act took, with the frame that shows it."""
        before = self.worked()
        act()
        self.page.evaluate(FRAMES)
        after = self.worked()
        return {part: after[part] - before[part] for part in after}


def told(name: str, steps: Sequence[dict[str, float]]) -> None:
    """Median and 95th percentile of each part, as a line."""
    def p95(values: list[float]) -> float:
        return sorted(values)[int(0.95 * len(values))]

    cells = {part: [step[part] for step in steps] for part in steps[0]}
    print(f"{name:<44}" + "".join(f"{part} {statistics.median(one):5.1f} / {p95(one):5.1f}   " for part, one in cells.items()), flush=True)


@contextmanager
def opened(browser: Browser, address: str):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(address)
    yield page
    page.close()


def lab(browser: Browser, site: Path) -> None:
    """Moves as a reader makes them; each setting is put back before the next one."""
    tries = {
        "temperature": ([0.3 + 0.05 * (i % 30) for i in range(STEPS)], {}),
        "top_k": ([1 + i % 60 for i in range(STEPS)], {}),
        "top_p": ([0.5 + 0.01 * (i % 45) for i in range(STEPS)], {}),
        "min_p": ([0.01 * (i % 30 + 1) for i in range(STEPS)], {"top_k": 50}),
        "typical_p": ([0.5 + 0.01 * (i % 45) for i in range(STEPS)], {}),
        "top_h": ([0.3 + 0.01 * (i % 45) for i in range(STEPS)], {}),
        "p_less": ([False] * STEPS, {}),
    }
    for size in SIZES:
        with opened(browser, (site / "en" / "lab.html").as_uri()) as page:
            page.locator(".am-stages tbody tr").first.wait_for()
            page.evaluate(PASTE, size)
            page.get_by_text(f"the other {size - 24:,} tokens").first.wait_for(state="attached")
            thread = Thread(page)

            def move(name: str, value: object) -> None:
                page.evaluate(MOVE, [f"#lab-{name}", value])

            for name, (values, others) in tries.items():
                before = {one: page.locator(f"#lab-{one}").input_value() for one in (name, *others)}
                for other, value in others.items():
                    move(other, value)
                for value in values[:5]:
                    move(name, value)
                page.evaluate(FRAMES)
                told(f"lab, {size:,} tokens, {name}", [thread.of(lambda value=value: move(name, value)) for value in values])
                for one, value in before.items():
                    move(one, value)


FIGURES = (("order-matters", "real", "top_p"), ("other-cuts", "ruler", "tau"), ("top-p", "contexts", "top_p"), ("top-k", "tokens", "top_k"), ("index", "next", "top_p"))
STEPPED = """async ([id, name, i]) => {
  const input = document.getElementById(`${id}-${name}`), span = (input.max - input.min) / input.step, { amostra } = input.closest(".am-figure");
  const value = +input.min + input.step * ((i * 7) % Math.round(span + 1)), begun = performance.now();
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await amostra.view.runAsync();
  return performance.now() - begun;
}"""


def figure(browser: Browser, site: Path) -> None:
    """The lessons' pictures over the whole vocabulary of the embedded model, a slider of each moved to other places."""
    for lesson, id, name in FIGURES:
        with opened(browser, (site / "en" / f"{lesson}.html").as_uri()) as page:
            page.locator(f"[id='{id}-{name}']").scroll_into_view_if_needed()
            page.evaluate("() => window.Amostra.drawAll()")
            thread = Thread(page)
            for i in range(10):
                page.evaluate(STEPPED, [id, name, i])
            told(f"figure, 8,192 tokens, {lesson}", [thread.of(lambda i=i: page.evaluate(STEPPED, [id, name, i])) for i in range(STEPS)])
            thread.session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            told("  slowed four times, on the wall", [{"computed": page.evaluate(STEPPED, [id, name, i])} for i in range(STEPS)])


LONG_FRAMES = """() => {
  window.frames_ = [];
  new PerformanceObserver((list) => window.frames_.push(...list.getEntries().map((one) => one.duration))).observe({ type: "long-animation-frame" });
}"""
TOKENS = 200


def generation(browser: Browser, site: Path) -> None:
    """A text of the page's model, in a fresh page each time; the browser has one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    own = browser.browser_type.launch(executable_path=chromium(), args=QUIET)  # it inherits the core
    tries = []
    for seed in range(3):
        with opened(own, f"{(site / 'en' / 'generation.html').as_uri()}?gen.tokens={TOKENS}&gen.seed={seed}&gen.ignore_eos=true") as page:
            start = page.get_by_role("button", name="Generate", exact=True)
            memory, spent = resident(), worked()
            start.click()
            done = page.locator(".am-gen-status")
            done.get_by_text("tokens/s").wait_for(timeout=120_000)
            page.evaluate(LONG_FRAMES)
            thread = Thread(page)
            begun, before = thread.worked(), worked()
            start.click()
            done.get_by_text("tokens/s").wait_for(timeout=120_000)
            after = thread.worked()
            tries.append({part: (after[part] - begun[part]) / TOKENS for part in after} | {
                "renderers": (worked() - before) / TOKENS, "frame": max(page.evaluate("() => window.frames_"), default=0), "memory": resident() - memory,
            })
            print(done.inner_text())
    told("generation, processor ms for a token", tries)
    own.close()


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.tools", description=__doc__.split("\n")[0])
    parts = {one.__name__: one for one in (lab, figure, generation)}
    parser.add_argument("parts", nargs="*", choices=[*parts, []], help="which tools; all")
    parser.add_argument("--site", type=Path, help="a folder that dashboard.export has written; without it one is written now")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = options.site or Path(folder) / "site"
        if not options.site:
            export(site)
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for name in options.parts or parts:
            parts[name](browser, site)
        browser.close()


if __name__ == "__main__":
    main()
