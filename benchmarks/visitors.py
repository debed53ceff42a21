"""Many visitors of one server: `python -m benchmarks.visitors [class moving short] [--visitors N]`.

- class: twelve browser windows open the generation with the server's own model and press the button one after the other without
  waiting. Printed for each round: the seconds until the first and the last text are whole, in which order they became so, what
  went wrong, and the server's memory after all have left. A round after the first ought to leave the memory where it was.
- moving: forty visitors go through the home, lessons, the lab and the generation, and read a few seconds on each page. They speak
  the server's protocol without a browser, because forty browsers want more of a machine than the server does; one more visitor is a real browser
  that changes pages and moves a slider all the time, and its waiting is what is told.
- short: three hundred come, eight at a time, and leave as soon as their page is whole.

Both are done to `streamlit hello` too, whose slider is that of a script of two lines. Told, in seconds, median / 95th
percentile (how often): the server's answer to the forty, the browser's changes of page and steps of a slider; what went wrong; the server's
memory and open files before, during and a minute after, and how many processor cores it took.
"""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import psutil
import websockets
from playwright.async_api import async_playwright
from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.visit import TITLE, start_hello
from dashboard import language
from dashboard.language import say
from tests.browser.launch import QUIET, chromium, start_app, start_streamlit

PATIENCE = 300  # s for one round
READS = (4, 12)  # s on a page
WALK = (
    "temperature",
    "top-k",
    "lab",
    "top-p",
    "generation",
    "other-cuts",
    "logits",
    "attention",
    "glossary",
    "training",
)
HELLO = ("dataframe_demo", "")  # its quickest pages
AT_ONCE = 8
TWO_LINES = 'import streamlit as st\nst.write("now", st.slider("x", 0, 100))\n'


def resident(pid: int) -> int:
    """The bytes that a process holds now."""
    return psutil.Process(pid).memory_info().rss


# A class --------------------------------------------------------------------------------------------------------------


def arrive(browser: Browser, url: str, seed: int, tokens: int, errors: list[str]) -> Page:
    """A visitor before the button, with a page of his own."""
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{url}/generation?lang=en&gen.model=embedded@server&gen.tokens={tokens}&gen.seed={seed}")
    start(page).wait_for(timeout=PATIENCE * 1000)
    return page


def start(page: Page):
    return page.get_by_role("button", name=say("generation.start"), exact=True)


def count(page: Page) -> int:
    """How many tokens the visitor sees."""
    return page.locator(".am-tokens [role=option]").count()


def one_round(browser: Browser, url: str, visitors: int, tokens: int) -> dict:
    """All visitors at once, from the first press to the last text."""
    errors: list[str] = []
    pages = [arrive(browser, url, seed, tokens, errors) for seed in range(visitors)]
    began = time.perf_counter()
    for page in pages:
        start(page).click()
    done: dict[int, float] = {}
    while len(done) < visitors and time.perf_counter() - began < PATIENCE:
        for seed, page in enumerate(pages):
            whole = page.get_by_text(say("generation.finish.length", count=tokens))
            if seed not in done and count(page) and whole.count():
                done[seed] = round(time.perf_counter() - began, 2)
        time.sleep(0.05)
    errors += [alert for page in pages for alert in page.get_by_role("alert").all_inner_texts() if alert.strip()]
    for page in pages:
        page.context.close()
    first, last = min(done.values(), default=None), max(done.values(), default=None)
    return {
        "first_s": first,
        "last_s": last,
        "whole": len(done),
        "order": sorted(done, key=done.get),
        "errors": errors,
    }


def in_class(visitors: int = 12, tokens: int = 40, rounds: int = 3) -> None:
    server, url, _ = start_app()
    try:
        with sync_playwright() as playwright, language.using("en"):
            browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
            for number in range(rounds):
                told = one_round(browser, url, visitors, tokens)
                time.sleep(5)  # what the visitors held is let go when the server notices that they left
                print(
                    json.dumps({"class": number + 1, **told, "memory": resident(server.pid)}, ensure_ascii=False),
                    flush=True,
                )
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


# Visitors without a browser -------------------------------------------------------------------------------------------


class Load:
    """What is measured of one server while visitors are there."""

    def __init__(self, server: subprocess.Popen):
        self.process = psutil.Process(server.pid)
        self.times: dict[str, list[float]] = {}
        self.errors: list[str] = []
        self.memory: dict[str, int] = {}
        self.begun, self.used = time.perf_counter(), self.process.cpu_times()
        self.note("before")

    def note(self, when: str) -> None:
        self.memory[f"MiB {when}"] = round(resident(self.process.pid) / 2**20)
        self.memory[f"files {when}"] = self.process.num_fds()

    def add(self, what: str, seconds: float) -> None:
        self.times.setdefault(what, []).append(seconds)
        if self.memory.get("MiB during", 0) < resident(self.process.pid) / 2**20:
            self.note("during")

    async def tell(self, name: str) -> None:
        """After a minute: what the visitors held is let go when the server notices that they left."""
        lasted, now = time.perf_counter() - self.begun, self.process.cpu_times()
        await asyncio.sleep(60)
        self.note("after")
        told = {
            what: f"{statistics.median(all_):.3f} / {sorted(all_)[int(0.95 * len(all_))]:.3f} ({len(all_)})"
            for what, all_ in self.times.items()
        }
        cores = (now.user + now.system - self.used.user - self.used.system) / lasted
        line = {"who": name, **told, "errors": len(self.errors), "such as": self.errors[:5], **self.memory}
        print(json.dumps({**line, "s": round(lasted), "cores": round(cores, 2)}, ensure_ascii=False), flush=True)


class Visitor:
    """A session of Streamlit's protocol: asks for pages, and reads each to its end."""

    def __init__(self, url: str, load: Load):
        self.url, self.load = url, load

    async def __aenter__(self) -> "Visitor":
        await asyncio.to_thread(lambda: urllib.request.urlopen(self.url, timeout=60).read())
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        self.line = await websockets.connect(address, subprotocols=["streamlit"], max_size=None, origin=self.url)
        return self

    async def __aexit__(self, *error) -> None:
        await self.line.close()

    async def ask(self, page: str) -> None:
        """A page by its name; "" is the home."""
        asked = BackMsg()
        asked.rerun_script.query_string, asked.rerun_script.page_name = "lang=en", page
        asked.rerun_script.context_info.url = f"{self.url}/{page}"
        begun = time.perf_counter()
        await self.line.send(asked.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await asyncio.wait_for(self.line.recv(), 60))
            kind = answer.WhichOneof("type")
            if kind == "page_not_found" or (
                kind == "delta" and answer.delta.new_element.WhichOneof("type") == "exception"
            ):
                self.load.errors.append(f"{page}: {kind}")
            if kind == "script_finished":
                break
        self.load.add("answered", time.perf_counter() - begun)


async def walk(url: str, pages: tuple[str, ...], chance: random.Random, load: Load) -> None:
    """A visitor who reads."""
    await asyncio.sleep(chance.uniform(0, READS[1]))
    async with Visitor(url, load) as one:
        for page in ("", *pages):
            await one.ask(page)
            await asyncio.sleep(chance.uniform(*READS))


async def look_in(url: str, page: str, load: Load) -> None:
    """A visitor who leaves at once."""
    async with Visitor(url, load) as one:
        await one.ask(page)


async def noted(visit: Awaitable, load: Load) -> None:
    try:
        await visit
    except Exception as error:
        load.errors.append(repr(error)[:200])


# One with a browser ---------------------------------------------------------------------------------------------------

# What a page does to be read, as a promise of the seconds from the act to the frame that shows it.
TIMED = """async (act, shown) => {
  const frame = () => new Promise(requestAnimationFrame), begun = performance.now();
  act();
  while (!shown()) {
    if (performance.now() - begun > 60_000) throw new Error("a visitor waited for a minute");
    await frame();
  }
  return (performance.now() - begun) / 1000;
}"""
OURS = """() => {
  const page = document.querySelector("[data-page]");
  const last = page?.querySelector(".am-sources li:last-child, .am-stages tbody tr, button, input") ?? page;
  return last?.checkVisibility() ? page.dataset.page : null;
}"""
GO = f"""(slug) => ({TIMED})(
  () => document.querySelector(`.am-nav a[href^="${{slug || "./"}}?"]`).click(), () => ({OURS})() === (slug || "home"))"""
SLIDE = f"""() => {{
  const input = document.querySelector("[data-page] input[type=range]");
  if (!input) return null;
  const to = Number(input.value) === Number(input.max) ? input.min : Number(input.value) + Number(input.step);
  let frames = 0;
  return ({TIMED})(() => {{
    input.value = to;
    input.dispatchEvent(new Event("input", {{ bubbles: true }}));
  }}, () => frames++ > 0);
}}"""
HELLO_GO = f"""(slug) => ({TIMED})(
  () => document.querySelector(`[data-testid=stSidebarNavLink][href$="/${{slug}}"]`).click(),
  () => (document.querySelector(".stMain h1")?.innerText === "DataFrame demo") === (slug !== ""))"""
SLID = f"""(said) => ({TIMED})(() => {{}}, () => document.querySelector(".stMain").innerText.includes(said))"""


async def watch_ours(url: str, browser, load: Load) -> None:
    """Change pages and move sliders until cancelled."""
    page = await browser.new_page(viewport={"width": 1280, "height": 720})
    page.on("pageerror", lambda error: load.errors.append(str(error)))
    page.on("response", lambda got: load.errors.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    await page.goto(f"{url}/?lang=en")
    await page.wait_for_function(OURS, timeout=60_000)
    for slug in cycle(WALK):
        await asyncio.sleep(1.5)
        load.add("changed", await page.evaluate(GO, slug))
        await asyncio.sleep(1.5)
        if (seconds := await page.evaluate(SLIDE)) is not None:
            load.add("slid", seconds)


async def watch_hello(url: str, sliding: str, browser, load: Load) -> None:
    """The same of Streamlit's own demo, and of the smallest script with a slider."""
    page, other = [await browser.new_page(viewport={"width": 1280, "height": 720}) for _ in range(2)]
    await page.goto(url)
    await page.wait_for_function(TITLE, timeout=60_000)
    await other.goto(sliding)
    thumb = other.locator("input[type=range]")
    await thumb.wait_for(state="attached", timeout=60_000)
    for turn, slug in enumerate(cycle(HELLO), 1):
        await asyncio.sleep(1.5)
        load.add("changed", await page.evaluate(HELLO_GO, slug))
        await asyncio.sleep(1.5)
        if turn <= 100:
            await thumb.press("ArrowRight")
            load.add("slid", await other.evaluate(SLID, f"now {turn}"))


# The parts ------------------------------------------------------------------------------------------------------------


@contextmanager
def servers() -> Iterator[tuple]:
    """Ours, `streamlit hello`, and the script of two lines, with their addresses."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "two_lines.py")
        script.write_text(TWO_LINES)
        app, app_url, _ = start_app()
        hello, hello_url = start_hello()
        small, small_url, _ = start_streamlit("run", str(script), "--server.headless=true")
        try:
            yield (app, app_url), (hello, hello_url), small_url
        finally:
            for server in (app, hello, small):
                server.terminate()
                server.wait(10)


async def crowd(
    name: str, server: subprocess.Popen, visits: Callable[[Load], list], at_once: int, watcher=None
) -> None:
    """All visits, `at_once` of them at most, and the visitor with a browser for as long as they last."""
    load, room = Load(server), asyncio.Semaphore(at_once)

    async def one(visit: Awaitable) -> None:
        async with room:
            await noted(visit, load)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        watching = asyncio.create_task(noted(watcher(browser, load), load)) if watcher else None
        await asyncio.gather(*map(one, visits(load)))
        if watching:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        await browser.close()
    await load.tell(name)


def moving(visitors: int = 40) -> None:
    with servers() as ((app, app_url), (hello, hello_url), small_url):

        def walks(url: str, pages: tuple[str, ...], load: Load) -> list:
            chance = random.Random(7)
            return [walk(url, pages, chance, load) for _ in range(visitors)]

        theirs = partial(walks, hello_url, HELLO * (len(WALK) // 2))
        asyncio.run(crowd("moving, hello", hello, theirs, visitors, partial(watch_hello, hello_url, small_url)))
        asyncio.run(crowd("moving", app, partial(walks, app_url, WALK), visitors, partial(watch_ours, app_url)))


def short(visits: int = 300) -> None:
    with servers() as ((app, app_url), (hello, hello_url), _):

        def looks(url: str, pages: tuple[str, ...], load: Load) -> list:
            return [look_in(url, page, load) for page in islice(cycle(pages), visits)]

        asyncio.run(crowd("short, hello", hello, partial(looks, hello_url, ("",)), AT_ONCE))
        asyncio.run(crowd("short", app, partial(looks, app_url, ("", *WALK)), AT_ONCE))


PARTS = {"class": in_class, "moving": moving, "short": short}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--visitors", type=int, help="how many, in the place of each part's own number")
    options = parser.parse_args()
    for name in options.parts or PARTS:
        PARTS[name](*([options.visitors] if options.visitors else []))


if __name__ == "__main__":
    main()
