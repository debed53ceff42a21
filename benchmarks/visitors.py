"""A class on one server: `python -m benchmarks.visitors [--visitors N] [--tokens N] [--rounds N] [--json]`.

Starts the app, opens one browser window per visitor on the generation with the server's own model, and lets all of them press the button one after
the other without waiting. Printed for each round: the seconds until the first and the last text are whole, in which order
they became so, what went wrong, and the server's memory after every visitor has closed his window. A round after the first
ought to leave the memory where it was.
"""

import argparse
import json
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from dashboard import language
from dashboard.language import say
from tests.browser.launch import QUIET, chromium, start_app

PATIENCE = 300  # s for one round


def resident(pid: int) -> int | None:
    """The bytes that a process holds now; None where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), None)


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
            if (
                seed not in done
                and count(page)
                and page.get_by_text(say("generation.finish.length", count=tokens)).count()
            ):
                done[seed] = round(time.perf_counter() - began, 2)
        time.sleep(0.05)
    errors += [alert for page in pages for alert in page.get_by_role("alert").all_inner_texts() if alert.strip()]
    for page in pages:
        page.context.close()
    return {
        "first_s": min(done.values(), default=None),
        "last_s": max(done.values(), default=None),
        "whole": len(done),
        "order": sorted(done, key=done.get),
        "errors": errors,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=12)
    parser.add_argument("--tokens", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    server, url, _ = start_app()
    try:
        with sync_playwright() as playwright, language.using("en"):
            browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
            rounds = []
            for _ in range(options.rounds):
                rounds.append(one_round(browser, url, options.visitors, options.tokens))
                time.sleep(5)  # what the visitors held is let go when the server notices that they left
                rounds[-1]["memory"] = resident(server.pid)
            browser.close()
    finally:
        server.terminate()
        server.wait(10)
    if options.json:
        print(json.dumps(rounds))
        return
    for number, one in enumerate(rounds, 1):
        memory = f"{one['memory'] / 2**20:.0f} MiB" if one["memory"] else "unknown"
        print(
            f"round {number}: {one['whole']} of {options.visitors} whole, first {one['first_s']} s, last {one['last_s']} s, "
            f"memory after {memory}, order {one['order']}, errors {one['errors']}"
        )


if __name__ == "__main__":
    main()
