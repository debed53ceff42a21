"""One visitor who goes from lesson to lesson on a phone, on one surface, and keeps what the console says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from dashboard.lesson import Lesson

NARROW = 360  # px
DRAWN = (
    "() => [...document.querySelectorAll('.am-chart')].every((chart) => chart.querySelector('svg'))"
    " && document.querySelector('.am-chart svg')"
)


@contextmanager
def visitor(browser: Browser, address: Callable[[Lesson, str], str], offline: bool = False) -> Iterator[Callable]:
    """A function (lesson, language) that opens the page at `address` and waits until it is whole: the page, the errors."""
    context = browser.new_context(viewport={"width": NARROW, "height": 800})
    context.set_offline(offline)
    errors: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console", lambda said: errors.append(said.text) if said.type == "error" and "404" not in said.text else None
    )

    def go(one: Lesson, lang: str) -> tuple[Page, list[str]]:
        errors.clear()
        page.goto(address(one, lang))
        page.locator("h1", has_text=one.text("title", lang)).first.wait_for(timeout=60_000)
        page.locator("#sources, [id$='sources'], [id$='fontes']").first.wait_for(state="attached", timeout=60_000)
        page.wait_for_function(DRAWN, timeout=60_000)
        return page, errors

    yield go
    context.close()


def check(page: Page, errors: list[str]) -> None:
    """The lesson opened without errors, fits a phone and has its formulas set."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= NARROW
    assert page.locator(".katex-error").count() == 0
    text = page.locator("article, .stMain").first.inner_text()
    assert "{{" not in text and "\N{REPLACEMENT CHARACTER}" not in text and "undefined" not in text
    assert errors == []
