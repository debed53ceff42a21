"""What axe-core finds in a page, once it is at rest."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

COLOURED = "() => [...document.querySelectorAll('.stCode code')].every((code) => code.querySelector('.token'))"


def faults(page: Page, within: str | None = None) -> str:
    """The serious and critical violations, in the page or in one element of it, a line each: nothing, where all is well."""
    page.wait_for_function(COLOURED, timeout=60_000)  # code gets its colours late, and they have a contrast too
    return "\n".join(
        f"{v['id']}: {v['nodes'][0]['target']} {v['nodes'][0]['html'][:160]}"
        for v in Axe().run(page, context=within).response["violations"]
        if v["impact"] in ("serious", "critical")
    )
