"""The timeline's entries: whole, in order, sourced, in both languages."""

import re
from datetime import date

import pytest
from babel.dates import format_date

from dashboard import lesson
from dashboard.language import LANGUAGES, using
from dashboard.timeline import KINDS, WEIGHTS, entries


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_is_whole_and_in_order(lang):
    with using(lang):
        found = entries()
    assert [one.date for one in found] == sorted(one.date for one in found)
    for one in found:
        assert re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", one.date), one.name
        assert one.kind in KINDS and one.weights in WEIGHTS and one.name and one.organisation, one.name
        assert (one.weights == "none") == (one.kind == "idea"), one.name
        assert one.brought.endswith(".") and one.url.startswith("https://"), one.name
        assert re.search(r"\(20\d\d\)$", one.source), one.name
    assert len({one.name for one in found}) == len({one.url for one in found}) == len(found)


def test_an_arxiv_number_is_of_the_month_of_its_entry():
    for one in entries():
        if number := re.search(r"arxiv\.org/abs/(\d\d)(\d\d)\.", one.url):
            assert one.date == f"20{number[1]}-{number[2]}", one.name


def test_both_languages_tell_the_same_events():
    told = []
    for lang in LANGUAGES:
        with using(lang):
            told.append(entries())
    for pt, en in zip(*told, strict=True):
        assert (pt.date, pt.organisation, pt.kind, pt.weights, pt.url) == (
            en.date,
            en.organisation,
            en.kind,
            en.weights,
            en.url,
        )
        assert pt.brought != en.brought


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_says_in_which_month_the_timeline_ends(lang):
    (page,) = [one for one in lesson.pages() if one.slug == "timeline"]
    last = date.fromisoformat(entries()[-1].date + "-01")
    month = format_date(
        last, {"pt": "MMMM 'de' yyyy", "en": "MMMM yyyy"}[lang], locale={"pt": "pt_BR", "en": "en"}[lang]
    )
    assert month in page.text("summary", lang)
