"""How fast the pages answer: `python -m benchmarks.pages [--json]`.

Measured in Chromium on the exported site and on the running app, side by side in one run:
a slider step of a 12-token live chart, from the key press to the changed picture in the document and to the frame that
shows it; the weight of a lesson page with all it loads, gzipped; the time from `streamlit run` to an answered page; the
server's time for a rerun of a lesson page. Needs a browser, as the browser tests do.
"""

import argparse
import gzip
import json
import os
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dashboard import charts, language
from dashboard.blocks import to_json
from dashboard.export import export
from dashboard.words import figure_words
from tests.browser.launch import QUIET, chromium, start_app

STEPS = 200
MOUNT = """async ({ figure, words }) => {
  const home = document.createElement("div");
  document.querySelector(".am-figure").before(home);
  await window.Amostra.mount(home, figure, words);
  const slider = home.querySelector("input[type=range]"), chart = home.querySelector(".am-chart");
  window.steps = [];
  slider.addEventListener("keydown", (event) => {
    const step = {};
    const watch = new MutationObserver(() => {
      watch.disconnect();
      step.document = performance.now() - event.timeStamp;
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => { step.paint = performance.now() - event.timeStamp; window.steps.push(step); };
        channel.port2.postMessage(0);
      });
    });
    watch.observe(chart, { subtree: true, attributes: true, childList: true, characterData: true });
  });
  slider.focus();
}"""


def twelve_tokens() -> dict:
    """A live chart over 12 tokens, as the page mounts it."""
    with language.using("en"):
        logits = [5.0 - 0.7 * i for i in range(12)]
        figure = charts.distribution(
            "bench",
            "12 tokens",
            [f"token {i}" for i in range(12)],
            {"u": logits},
            [charts.temperature_control(1.0)],
            said="{p_max|%1}",
        )
        return {"figure": to_json(figure), "words": figure_words()}


def slider_steps(page: Page) -> dict[str, float]:
    """Median and 95th percentile of STEPS key presses, in ms."""
    page.evaluate(MOUNT, twelve_tokens())
    for i in range(STEPS):
        page.keyboard.press("ArrowRight" if i // 30 % 2 == 0 else "ArrowLeft")
        page.wait_for_timeout(60)  # nothing polls the page meanwhile
    steps = page.evaluate("() => window.steps")
    assert len(steps) >= 0.95 * STEPS
    result = {}
    for name in ("document", "paint"):
        times = sorted(step[name] for step in steps)
        result[f"{name}_median_ms"] = round(statistics.median(times), 1)
        result[f"{name}_p95_ms"] = round(times[int(0.95 * len(times))], 1)
    return result


def rerun_seconds() -> float:
    """The server's time for one rerun of the lesson page, its blocks known: median of 9, by Streamlit's own test runner."""
    from streamlit.testing.v1 import AppTest

    script = "from dashboard import lesson\nfrom dashboard.app import pages\npages.lesson_page(lesson.lessons()[0])()"
    page = AppTest.from_string(script, default_timeout=60).run()
    times = []
    for _ in range(9):
        start = time.perf_counter()
        page.run()
        times.append(time.perf_counter() - start)
    assert not page.exception
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser("python -m benchmarks.pages", description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    report: dict[str, object] = {"load_average": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        start = time.perf_counter()
        site = Path(folder) / "site"
        export(site)
        report["export_s"] = round(time.perf_counter() - start, 1)
        server, url, report["streamlit_run_to_page_s"] = start_app()
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
            for name, address in (
                ("site", (site / "en" / "temperature.html").as_uri()),
                ("app", f"{url}/temperature?lang=en"),
            ):
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                loaded: set[str] = set()
                page.on("request", lambda request, loaded=loaded: loaded.add(request.url))
                page.goto(address)
                page.wait_for_function(
                    "() => { window.Amostra?.drawAll?.(); return document.querySelectorAll('.am-chart svg').length >= 4; }",
                    timeout=60_000,
                )  # near or not
                if name == "site":
                    files = {Path(urllib.request.url2pathname(u.removeprefix("file://").split("?")[0])) for u in loaded}
                    packed = sum(
                        f.stat().st_size if f.suffix == ".woff2" else len(gzip.compress(f.read_bytes())) for f in files
                    )
                    report["site_page_gzipped_kb"] = round(packed / 1000)
                report[f"{name}_slider"] = slider_steps(page)
                page.close()
            browser.close()
        finally:
            server.terminate()
    report["app_rerun_s"] = round(rerun_seconds(), 3)
    if options.json:
        print(json.dumps(report))
    else:
        for key, value in report.items():
            print(f"{key}: {value}")


if __name__ == "__main__":
    main()
