"""What the tools cost the reader's machine: `python -m benchmarks.tools [lab figure generation inside] [--site FOLDER]`.

Chromium on an exported site, from its files. Milliseconds of processor time of the page's own thread, median / 95th
percentile, which other work on the machine changes less than a clock on the wall: `script`, `style` and `layout` of one
step, together its `step`, and `whole`, all that the thread did up to the frame that shows it. What is taken on the wall
says so, and needs a quiet machine.

- lab: a setting moved, over 8,192 and 51,200 tokens, both chains and everything that shows them.
- figure: lessons' pictures over the embedded model's vocabulary; and on the wall with the processor slowed four times.
- generation: a text of the page's model in its tool, one processor core for the whole browser; the page's thread and all
  threads of the page (`renderer`) per token; on the wall the longest frame, and what the tool itself says of its speed.
- inside: a head or a block cut and mended until the next word is there; all threads of the page.
"""

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.page_model import resident, worked
from dashboard.export import export
from tests.browser.launch import QUIET, chromium

STEPS, TOKENS, SIZES = 60, 200, (8192, 51_200)
PARTS = {
    "ScriptDuration": "script",
    "RecalcStyleDuration": "style",
    "LayoutDuration": "layout",
    "TaskDuration": "whole",
}
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
Step = dict[str, float]


class Thread:
    """The page's thread and what it has worked, in ms of processor time, by part."""

    def __init__(self, page: Page):
        self.page, self.session = page, page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def worked(self) -> Step:
        found = {one["name"]: 1000 * one["value"] for one in self.session.send("Performance.getMetrics")["metrics"]}
        parts = {part: found[name] for name, part in PARTS.items()}
        return {"step": parts["script"] + parts["style"] + parts["layout"]} | parts

    def of(self, act: Callable[[], object]) -> Step:
        """What an act took, with the frame that shows it."""
        before = self.worked()
        act()
        self.page.evaluate(FRAMES)
        return {part: time - before[part] for part, time in self.worked().items()}


def told(name: str, steps: Sequence[Step]) -> None:
    cells = {part: sorted(step[part] for step in steps) for part in steps[0]}
    line = (
        f"{part} {statistics.median(all_):5.1f} / {all_[int(0.95 * len(all_))]:5.1f}" for part, all_ in cells.items()
    )
    print(f"{name:<42}" + "   ".join(line), flush=True)


@contextmanager
def opened(browser: Browser, site: Path, place: str, query: str = "") -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{(site / 'en' / place).as_uri()}?{query}")
    yield page
    page.close()


PASTE = """(size) => {
  let x = 12345;
  const random = () => (x = (x * 1103515245 + 12345) % 2147483648) / 2147483648, field = document.querySelector("textarea");
  const gumbel = () => (-2.5 * Math.log(-Math.log(random() * 0.999 + 0.0005))).toFixed(4);
  field.value = Array.from({ length: size }, (_, i) => `t${i}: ${gumbel()}`).join("\\n");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
MOVE = """([name, value]) => {
  const input = document.querySelector(`#lab-${name}`);
  if (input.type === "checkbox") input.checked = !input.checked;
  else input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}"""
MOVES = {  # the values that a setting takes in turn
    "temperature": [0.3 + 0.05 * (i % 30) for i in range(STEPS)],
    "top_k": [1 + i % 60 for i in range(STEPS)],
    "top_p": [0.5 + 0.01 * (i % 45) for i in range(STEPS)],
    "min_p": [0.01 * (i % 30 + 1) for i in range(STEPS)],
    "typical_p": [0.5 + 0.01 * (i % 45) for i in range(STEPS)],
    "top_h": [0.3 + 0.01 * (i % 45) for i in range(STEPS)],
    "p_less": [True] * STEPS,  # a switch, over and over
}


def lab(browser: Browser, site: Path) -> None:
    """One setting at a time; it is put back before the next one."""
    for size in SIZES:
        with opened(browser, site, "lab.html") as page:
            page.locator(".am-stages tbody tr").first.wait_for()
            page.evaluate(PASTE, size)
            page.get_by_text(f"the other {size - 24:,} tokens").first.wait_for(state="attached")
            thread = Thread(page)
            for name, values in MOVES.items():
                first = page.locator(f"#lab-{name}").input_value()
                moves = [thread.of(lambda name=name, to=to: page.evaluate(MOVE, [name, to])) for to in values]
                told(f"lab, {size:,} tokens, {name}", moves)
                page.evaluate(MOVE, [name, first])


FIGURES = (  # lesson, figure, slider
    ("order-matters", "real", "top_p"), ("other-cuts", "ruler", "tau"), ("top-p", "contexts", "top_p"),
    ("top-k", "tokens", "top_k"), ("index", "next", "top_p"),
)  # fmt: skip
STEPPED = """async ([id, name, i]) => {
  const input = document.getElementById(`${id}-${name}`), many = Math.round((input.max - input.min) / input.step) + 1;
  const { amostra } = input.closest(".am-figure"), begun = performance.now();
  input.value = Number(input.min) + input.step * ((i * 7) % many);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await amostra.view.runAsync();
  return performance.now() - begun;
}"""


def figure(browser: Browser, site: Path) -> None:
    for lesson, name, slider in FIGURES:
        with opened(browser, site, f"{lesson}.html") as page:
            page.locator(f"[id='{name}-{slider}']").scroll_into_view_if_needed()
            page.evaluate("() => window.Amostra.drawAll()")
            thread = Thread(page)

            def step(i: int, page: Page = page, place: tuple[str, str] = (name, slider)) -> float:
                return page.evaluate(STEPPED, [*place, i])

            for i in range(10):
                step(i)
            told(f"figure, 8,192 tokens, {lesson}", [thread.of(lambda i=i: step(i)) for i in range(STEPS)])
            thread.session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            told("    four times slower, on the wall", [{"computed": step(i)} for i in range(STEPS)])


LONG_FRAMES = """() => {
  window.longFrames = [0];
  const seen = (list) => window.longFrames.push(...list.getEntries().map((one) => one.duration));
  new PerformanceObserver(seen).observe({ type: "long-animation-frame" });
}"""


def generation(browser: Browser, site: Path) -> None:
    """The second text of a fresh page, three times; the first one loads the model."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    own, texts = browser.browser_type.launch(executable_path=chromium(), args=QUIET), []  # it inherits the core
    os.sched_setaffinity(0, cores)
    for _ in range(3):
        with opened(own, site, "generation.html", f"gen.tokens={TOKENS}&gen.ignore_eos=true") as page:
            start, status = page.get_by_role("button", name="Generate", exact=True), page.locator(".am-gen-status")
            memory = resident()
            start.click()
            status.get_by_text("tokens/s").wait_for(timeout=120_000)
            page.evaluate(LONG_FRAMES)
            thread = Thread(page)
            page_before, before = thread.worked(), worked()
            start.click()
            status.get_by_text("tokens/s").wait_for(timeout=120_000)
            spent = {part: (time - page_before[part]) / TOKENS for part, time in thread.worked().items()}
            frame = page.evaluate("() => Math.max(...window.longFrames)")
            texts.append(
                spent | {"renderer": (worked() - before) / TOKENS, "frame, wall": frame, "MiB": resident() - memory}
            )
            print(f"    on the wall: {status.inner_text()}")
    told("generation, per token", texts)
    own.close()


def inside(browser: Browser, site: Path) -> None:
    with opened(browser, site, "inside.html") as page:
        page.locator(".am-inside[data-ready]").wait_for()
        acts = []
        for block, head in [(5, 1), (4, 0), (2, 3), (1, 1)] * 3:
            page.locator(".am-in-blocks tbody tr").nth(block).get_by_role("button").nth(head).click()
            ready = "(text) => document.querySelector('.am-inside').dataset.ready === text"
            at = page.evaluate("() => JSON.parse(document.querySelector('.am-inside').dataset.ready)[0]")
            act = {}
            for name, parts in (("cut", [f"{block}.{head}" if head else str(block)]), ("mended", [])):
                before = worked()
                page.keyboard.press("x")
                page.wait_for_function(ready, arg=json.dumps([at, block, head or None, parts], separators=(",", ":")))
                page.evaluate(FRAMES)
                act[name] = worked() - before
            acts.append(act)
        told("inside, all threads of the page", acts)


def main() -> None:
    tools = {one.__name__: one for one in (lab, figure, generation, inside)}
    parser = argparse.ArgumentParser("python -m benchmarks.tools", description=__doc__.split("\n")[0])
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=f"of {', '.join(tools)}; without one, all")
    parser.add_argument("--site", type=Path, help="a site that dashboard.export has written; without it, one of now")
    options = parser.parse_args()
    print(f"processor ms, median / 95th percentile; load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = options.site or Path(folder) / "site"
        if not options.site:
            export(site)
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        for name in options.tools or tools:
            tools[name](browser, site)
        browser.close()


if __name__ == "__main__":
    main()
