"""How long a visitor of the app waits, beside Streamlit's own demo: `python -m benchmarks.visit [--rounds 7] [--json]`.

Both servers run at once and are visited in turn, each time by a new visitor with an empty browser cache: the title of
`streamlit hello`; the last line of a lesson, and its first live chart, to which the page is scrolled then; and, inside the app, the last line of the next lesson
after a click on its link. Medians in seconds, ratios to the title.
"""

import argparse
import json
import os
import statistics
import subprocess

from playwright.sync_api import Browser, sync_playwright

from tests.browser.launch import QUIET, chromium, start_app, start_streamlit

LESSON, NEXT = "temperature", "top-k"
NOW = "() => performance.now() / 1000"
TITLE = "() => document.querySelector('.stMain h1')?.checkVisibility()"
LAST = "(slug) => document.querySelector(`[data-page='${slug}'] .am-sources li:last-child`)?.checkVisibility()"
CHART = """() => {
  const chart = document.querySelector(".am-chart");
  chart.scrollIntoView();
  return chart.querySelector("svg")?.checkVisibility();
}"""


def start_hello() -> tuple[subprocess.Popen, str]:
    """`streamlit hello`, answering."""
    server, url, _ = start_streamlit("hello", "--server.headless=true")
    return server, url


def visit(browser: Browser, url: str, *waits: tuple[str, str]) -> list[float]:
    """Seconds from the navigation of a new visitor until each expression is true."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(url, wait_until="commit")
    seconds = []
    for expression, value in waits:
        page.wait_for_function(expression, arg=value, polling="raf", timeout=60_000)
        seconds.append(page.evaluate(NOW))
    context.close()
    return seconds


def change(browser: Browser, url: str) -> float:
    """Seconds from a click on the next lesson's link until its last line is there."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.goto(f"{url}/{LESSON}?lang=en")
    page.wait_for_function(LAST, arg=LESSON, timeout=60_000)
    page.wait_for_timeout(1000)
    start = page.evaluate(NOW)
    page.evaluate("(slug) => document.querySelector(`.am-nav a[href*='${slug}']`).click()", NEXT)
    page.wait_for_function(LAST, arg=NEXT, polling="raf", timeout=60_000)
    seconds = page.evaluate(NOW) - start
    context.close()
    return seconds


def measure(rounds: int) -> dict[str, list[float]]:
    """Every time of every round; a first round that fills the servers' caches is left out."""
    times: dict[str, list[float]] = {"hello": [], "last_line": [], "first_chart": [], "change": []}
    hello, hello_url = start_hello()
    app, app_url, _ = start_app()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
            for turn in range(rounds + 1):
                (title,) = visit(browser, hello_url, (TITLE, ""))
                last, chart = visit(browser, f"{app_url}/{LESSON}?lang=en", (LAST, LESSON), (CHART, ""))
                step = change(browser, app_url)
                for name, seconds in zip(times, (title, last, chart, step), strict=True):
                    times[name] += [seconds] if turn else []
            browser.close()
    finally:
        for server in (hello, app):
            server.terminate()
            server.wait(10)
    return times


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser("python -m benchmarks.visit", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="one JSON object: seconds of every round")
    options = parser.parse_args()
    times = measure(options.rounds)
    if options.json:
        print(json.dumps({"load": os.getloadavg()[0], **times}))
        return
    title = statistics.median(times["hello"])
    for name, seconds in times.items():
        ratios = [one / base for one, base in zip(seconds, times["hello"], strict=True)]
        print(f"{name:12} {statistics.median(seconds):6.2f} s  {statistics.median(seconds) / title:5.2f} ×  "
              f"(per round {', '.join(f'{ratio:.2f}' for ratio in sorted(ratios))})")  # fmt: skip


if __name__ == "__main__":
    main()
