"""Every lesson in a real browser, on the app and on the site, in both languages, on a phone."""

import pytest

from dashboard import lesson
from dashboard.language import LANGUAGES

LESSONS = lesson.lessons()
NARROW = 360  # px


@pytest.fixture(scope="module")
def visit(browser, site, app_url):
    """One visitor per surface, who goes from lesson to lesson and keeps what the console says."""
    contexts = {name: browser.new_context(viewport={"width": NARROW, "height": 800}) for name in ("site", "app")}
    contexts["site"].set_offline(True)
    errors: list[str] = []
    pages = {name: context.new_page() for name, context in contexts.items()}
    for page in pages.values():
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" and "404" not in said.text else None)

    def go(surface: str, one: lesson.Lesson, lang: str):
        address = (site / lang / f"{one.text('slug', lang)}.html").as_uri() if surface == "site" else f"{app_url}/{one.slug}?lang={lang}"
        page = pages[surface]
        errors.clear()
        page.goto(address)
        page.locator("h1", has_text=one.text("title", lang)).first.wait_for(timeout=60_000)
        page.locator("#sources, [id$='sources'], [id$='fontes']").first.wait_for(state="attached", timeout=60_000)
        page.wait_for_function("() => [...document.querySelectorAll('.am-chart')].every((chart) => chart.querySelector('svg'))"
                               " && document.querySelector('.am-chart svg')", timeout=60_000)
        return page, errors

    yield go
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.slug)
@pytest.mark.parametrize("surface", ["site", "app"])
def test_a_lesson_opens_without_errors_fits_a_phone_and_sets_its_formulas(visit, surface, one, lang):
    page, errors = visit(surface, one, lang)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= NARROW
    assert page.locator(".katex-error").count() == 0
    text = page.locator("article, .stMain").first.inner_text()
    assert "{{" not in text and "\N{REPLACEMENT CHARACTER}" not in text and "undefined" not in text
    assert errors == []
