"""Addresses that nobody would type, over every page: `python -m tests.dashboard.addresses --count 500` opens them all.

The same seed gives the same addresses. Without `--browser` each page runs on its own, without a server; with it the real
app is opened in Chromium, and every request that goes anywhere else is a fault too. One line per fault, and its address.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlencode

from dashboard import lesson
from dashboard.language import ROOT

VALUES = [
    "", " ", "0", "-0", "-0.0", "1", "-1", "7.5", "0.5", "inf", "-inf", "Infinity", "nan", "NaN", "1e308", "1e-320", "1e400", "-1e400", "9" * 400,
    "2147483648", "9007199254740991", "9007199254740992", "-9007199254740993", str(2**64), "0x10", "1_0", "١٢", "½", "1,5", "+1", " 1", "1 ",
    "true", "false", "True", "TRUE", "yes", "null", "None", "undefined", "[]", "{}", "[1]", '{"a": 1}', "foo", "pt", "en", "EN", "pt-BR", "xx",
    "![x](//example.com/p.png)", "<img src=//example.com/p.png>", "<script>alert(1)</script>", "[a](//example.com)", "*b*", "**", "`", "``", "$x$",
    "$$", ":smile:", ":red[x]", ":material/home:", ":streamlit:", "{name}", "{0}", "%s", "%", "&", "#", "?", "=", "../../etc/passwd", "\\", "'", '"',
    "a\nb", "\t", "\r\n", "\0", "\x1b", "\x7f", "\u2028", "\u202eabc", "\ufeff", "\ufffd", "é", "e\u0301", "🙂", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "x" * 500, "é" * 5000, "a|b|c",
    "transformers", "vllm", "llama.cpp", "openai", "top_k", "temperature", "embedded", "microsoft/phi-2", "one", "A/B/C", "Um texto", "grid", "vote",
]  # fmt: skip
LOGITS = [
    "a: 1\nb: 2", "a", "a:", ":1", "a: 1e308\nb: -1e308", "a: -inf", "a: 1/0", "a: 1/1/1/1", "a: inf", "a: nan", " a: 1\na: 1", "a\t1,5\nb\t2",
    "\ufeffa: 1", "a: –3", "a: 1\nb: 1\nc: 1", "a: 999999\nb: -999999\nc: 0.000001", "\\': 1\n\": 2", "</script>: 1\n<b>: 2", "x: 1\n" * 3000,
    "\n".join(f"t{i}: {i % 7}" for i in range(200)),
]  # fmt: skip


def names() -> dict[str, list[str]]:
    """What each page takes from the address: a page's path in the app, and names."""
    from core.params import DEFAULTS, SETTINGS

    offered = [name for name, declared in SETTINGS.items() if declared["slider"] or isinstance(DEFAULTS[name], bool)]
    asked = [
        "mode",
        "model",
        "prompt",
        "seed",
        "tokens",
        "stop",
        "least",
        "ignore_eos",
        "show_stop",
        "n",
        "ends",
        "branch",
    ]
    generation = [f"gen.{name}" for name in (*asked, "after", "go")] + [
        f"gen.{letter}{name}" for letter in ("", "b.", "c.") for name in (*offered, "order")
    ]
    read = {
        "lab": [
            *offered,
            *(f"{name}_{letter}" for name in ("chain", "own", "order") for letter in "ab"),
            *("logits", "prompt", "from_prompt", "model", "so_far", "repetition_scope", "frequency_scope", "n", "seed"),
        ],  # read in the browser
        "generation": generation,  # read in the browser
        "inside": ["text", "at", "block", "head", "cut"],
        "glossary": [],
        "": [],
    }
    figures = ["tau.tau", "tau.p", "cut.k", "bet", "map.text", "utm_source"]  # of lessons, read in the browser
    return read | {one.slug: figures for one in (*lesson.lessons(), *lesson.pages())}


def addresses(count: int, seed: int = 7) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Pages in turn, the tools three times as often, each with names and values at random."""
    chance, known = random.Random(seed), names()
    pages = [page for page in known for _ in range(3 if page in ("lab", "generation", "inside") else 1)]
    for i in range(count):
        page = pages[i % len(pages)]
        asked = chance.sample(
            [*known[page], "lang", "present", "foo"], k=min(len(known[page]) + 3, chance.randint(1, 6))
        )
        query = [
            (name, chance.choice(LOGITS if name == "logits" and chance.random() < 0.7 else VALUES)) for name in asked
        ]
        query += [(query[0][0], chance.choice(VALUES))] if chance.random() < 0.15 else []  # a name twice
        if page == "lab" and chance.random() < 0.5:
            query = [(name, value) for name, value in query if name != "from_prompt"]
        yield page, query


def script(page: str) -> str:
    """A page of the app by itself, as a script."""
    if page == "":
        return (ROOT / "dashboard" / "app" / "main.py").read_text(encoding="utf-8")
    calls = {
        "lab": "pages.sampling_lab()",
        "generation": "pages.generation()",
        "inside": "pages.inside()",
        "glossary": "pages.glossary()",
    }
    one = f"pages.lesson_page(next(one for one in (*lesson.lessons(), *lesson.pages()) if one.slug == {page!r}))()"
    return f"from dashboard import lesson\nfrom dashboard.app import frame, pages\nframe.choose()\n{calls.get(page, one)}\n"


def open_alone(page: str, query: list[tuple[str, str]]) -> list[str]:
    """What went wrong with a page that runs without a server."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_string(script(page), default_timeout=120)
    for name, value in query:
        app.query_params[name] = [*app.query_params[name], value] if name in app.query_params else [value]
    app.run()
    return [f"{error.value}" for error in app.exception]


def open_in_browser(url: str, browser, page: str, query: list[tuple[str, str]]) -> list[str]:
    """What went wrong with a page of the app at `url`: what the visitor is told, what the browser says, and strange requests."""
    found, context = [], browser.new_context(viewport={"width": 1280, "height": 720})
    tab = context.new_page()
    tab.on("pageerror", lambda error: found.append(f"uncaught: {error}"))
    tab.on(
        "request",
        lambda one: (
            None if one.url.startswith((url, "data:", "blob:", f"ws{url[4:]}")) else found.append(f"asks {one.url}")
        ),
    )
    tab.goto(f"{url}/{page}?{urlencode(query)}")
    tab.locator("h1").first.wait_for(timeout=60_000)
    tab.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState !== 'running'", timeout=60_000
    )
    tab.wait_for_timeout(500)
    if (
        tab.locator("[data-testid=stException]").count()
        or "código" in (told := " ".join(tab.locator("[data-testid=stAlertContentError]").all_inner_texts()))
        or "the code" in told
    ):
        found.append("an unexpected error")
    context.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--browser", action="store_true")
    asked = parser.parse_args()
    began, faults, opened = time.monotonic(), 0, 0

    def report(page: str, query: list[tuple[str, str]], found: list[str]) -> None:
        nonlocal faults, opened
        opened, faults = opened + 1, faults + bool(found)
        if opened % 25 == 0:
            print(f"{opened} opened", file=sys.stderr, flush=True)
        for one in found:
            print(f"/{page}?{urlencode(query)[:300]}\n    {one[:300]}", flush=True)

    if asked.browser:
        from playwright.sync_api import sync_playwright

        from tests.browser.launch import QUIET, chromium, start_app

        server, url, _ = start_app()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
                for page, query in addresses(asked.count, asked.seed):
                    try:
                        report(page, query, open_in_browser(url, browser, page, query))
                    except Exception as error:
                        report(page, query, [f"{type(error).__name__}: {error}"])
                browser.close()
        finally:
            server.terminate()
            server.wait(10)
    else:
        for page, query in addresses(asked.count, asked.seed):
            try:
                report(page, query, open_alone(page, query))
            except Exception as error:
                report(page, query, [f"{type(error).__name__}: {error}"])
    print(f"{opened} addresses, {faults} with faults, {time.monotonic() - began:.0f} s")
    return min(1, faults)


if __name__ == "__main__":
    sys.exit(main())
