"""A lesson on paper: as many pages as it needs, nothing that only a screen can do, every worked case under its label."""

import re

import pytest


@pytest.mark.parametrize("language", ["pt", "en"])
def test_the_temperature_lesson_takes_at_most_15_pages(surface, language):
    page = surface.open(language)
    page.evaluate("() => document.fonts.ready")
    pages = re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))
    assert 8 <= len(pages) <= 15
    page.context.close()


def test_paper_shows_no_controls_and_gives_no_answers_but_every_case_and_every_option(surface):
    page = surface.open("pt")
    page.locator("form.am-exercise:not([data-exercise=bet]) .am-option").first.click()
    page.locator("form.am-exercise:not([data-exercise=bet]) button").first.click()
    page.emulate_media(media="print")
    shown = "(selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility({ visibilityProperty: true })).length"
    count = lambda selector: page.evaluate(shown, selector)  # noqa: E731
    for hidden in (
        "button", "input[type=range]", ".skip-to-content", ".am-anchor", ".am-around", ".am-feedback", ".am-answers",
        ".am-find", ".sidebar-drawer", ".stSidebar", ".stAppHeader", ".am-language",
    ):  # fmt: skip
        assert count(hidden) == 0, hidden
    for whole in (".am-case", ".am-cases > label", ".am-option", ".am-chart svg", ".am-sources a"):
        assert count(whole) == page.locator(whole).count() > 0, whole
    page.set_viewport_size({"width": 673, "height": 1009})  # what A4 leaves between the margins
    wide = page.evaluate(
        "() => [...document.querySelectorAll('.am-page .am-chart svg, .am-page .am-table')]"
        ".filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert wide == 0
    page.context.close()


def test_what_is_folded_opens_for_paper_and_folds_again(surface):
    page = surface.open("en")
    opened = "() => [...document.querySelectorAll('.am-page details.am-fold')].map((fold) => fold.open)"
    before = page.evaluate(opened)
    assert before and not any(before)
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert all(page.evaluate(opened))
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(opened) == before
    page.context.close()
