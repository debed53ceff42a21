"""Every lesson of the app in both languages, on a phone."""

import pytest

from dashboard import lesson
from dashboard.language import LANGUAGES
from tests.browser.phone import check, visitor


@pytest.fixture(scope="module")
def go(browser, app_url):
    with visitor(browser, lambda one, lang: f"{app_url}/{one.slug}?lang={lang}") as go:
        yield go


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("one", lesson.lessons(), ids=lambda one: one.slug)
def test_a_lesson_opens_without_errors_fits_a_phone_and_sets_its_formulas(go, one, lang):
    check(one, lang, *go(one, lang))
