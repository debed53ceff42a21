"""One visitor who goes from lesson to lesson on a phone, on one surface, and keeps what the console says."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from dashboard.blocks import Figure
from dashboard.lesson import Lesson, produce

NARROW = 360  # px
DRAWN = """() => {
  window.Amostra?.drawAll?.();
  const charts = [...document.querySelectorAll(".am-chart")];
  return charts.length > 0 && charts.every((chart) => chart.querySelector("svg"));
}"""


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


TABLES = """async () => {
  const found = [];
  for (const figure of document.querySelectorAll(".am-figure")) {
    const { block } = figure.amostra, details = figure.querySelector("details");
    if (!block) continue;
    details.open = true;
    await new Promise((done) => details.addEventListener("toggle", done, { once: true }));
    const rows = [...details.querySelectorAll("tbody tr")];
    found.push([block.id, rows.map((row) => [...row.cells].map((cell) => cell.textContent))]);
  }
  return found;
}"""


def check(one: Lesson, lang: str, page: Page, errors: list[str]) -> None:
    """The lesson opened without errors, fits a phone, has its formulas set; its tables are those that Python wrote."""
    assert page.evaluate("() => document.documentElement.scrollWidth") <= NARROW
    assert page.locator(".katex-error").count() == 0
    text = page.locator("article, .stMain").first.inner_text()
    assert "{{" not in text and "\N{REPLACEMENT CHARACTER}" not in text and "undefined" not in text
    assert errors == []
    rows = {block.id: block.rows for block in produce(one, lang) if isinstance(block, Figure)}
    for id, shown in page.evaluate(TABLES):
        assert shown == rows[id], id
