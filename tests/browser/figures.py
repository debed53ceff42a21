"""One figure alone in a real page, without an app or a site around it: to hold live charts against `core`, fast."""

import json
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from dashboard import blocks, theme
from dashboard.blocks import Figure, Merges
from dashboard.page.scripts import PAGE, figure_script, merges_script
from dashboard.vega import vega
from dashboard.words import figure_words

ROWS = """async (settings) => {
  const figure = document.querySelector('.am-figure').amostra, rows = [];
  for (const one of settings) { await figure.set(one); rows.push(figure.rows().map((row) => ({ ...row }))); }
  return rows;
}"""


def open_figure(browser: Browser, figure: Figure | Merges, width: int = 1280, ready: str = ".am-chart svg") -> Page:
    """A page that shows nothing but the figure, drawn."""
    folder = Path(tempfile.mkdtemp())
    told = json.dumps([blocks.to_json(figure), figure_words()], ensure_ascii=False)
    css = theme.css() + (PAGE / "figure.css").read_text(encoding="utf-8")
    scripts = [vega(), figure_script(), merges_script()]
    (folder / "figure.js").write_text("".join(scripts), encoding="utf-8")
    (folder / "index.html").write_text(
        f'<!doctype html><meta charset="utf-8"><style>{css}</style><main id="here"></main><script src="figure.js"></script>'
        f"<script>Amostra.mount(document.getElementById('here'), ...{told});</script>",
        encoding="utf-8",
    )
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((folder / "index.html").as_uri())
    page.wait_for_selector(ready)
    return page


def rows_at(page: Page, settings: list[dict]) -> list[list[dict]]:
    """For each setting of the controls, the rows that the figure's table shows."""
    return page.evaluate(ROWS, settings)


def table(page: Page) -> list[list[str]]:
    """The figure's table, opened: the cells of each row as they are read."""
    page.locator("summary").click()
    page.locator("tbody tr").first.wait_for()
    return [[cell.inner_text() for cell in row.locator("th, td").all()] for row in page.locator("tbody tr").all()]
