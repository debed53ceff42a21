"""Numbers in the reader's language: the page writes each as Python does, and no percentage is a false 0% or 100%."""

import math
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from dashboard import language
from dashboard.charts.templates import show
from dashboard.page import living
from dashboard.page.scripts import bundle, page_modules

SHARES = [0, 1e-9, 4e-7, 1e-6, 3.4e-5, 0.0004, 0.005, 0.01, 0.5, 0.994, 0.9949, 0.995]
SHARES += [0.9994, 0.9995, 0.99949999999999, 0.99995, 0.999949, 0.999995, 0.9999949, 0.9999995, 0.99999996, 1]
CLOSE = st.floats(-11, 0).map(lambda power: 10**power)
FORMATS = ["0", "1", "4", "%0", "%1", "%2", "%4", "%~", "~", "e2", "short"]


@pytest.fixture(scope="module")
def page():
    with closing(MiniRacer()) as racer:
        spaces = {"Numbers": "numbers", "Living": "living", "Frame": "room/frame"}
        modules = page_modules({"room/made": "export const STYLE = '';\n"})
        racer.eval("var document = { documentElement: {} };" + bundle(modules, spaces))
        racer.eval("const inRoom = (p, lang) => { document.documentElement.lang = lang; return Frame.percent(p); };")
        yield racer


def both(page, value: float, format: str, lang: str) -> str:
    """What a value is written as, which Python and the page agree on."""
    with language.using(lang):
        python = show(value, format)
    assert page.call("Numbers.show", value, format, language.LANGUAGES[lang]) == python
    return python


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
def test_the_page_writes_a_number_as_python_does(page, format, lang):
    for value in [*SHARES, -0.25, -3, 12, 1234.5678, 0.00002]:
        both(page, float(value), format, lang)


@given(CLOSE, st.booleans())
def test_a_share_is_written_alike_and_is_neither_0_nor_100_percent_unless_it_is(page, rest, high):
    p = 1 - rest if high else rest
    text = both(page, p, "%~", "en")
    said = float(text.strip("<>% ")) / 100
    assert (said in (0, 1)) == (p in (0, 1))
    assert {"<": p < said, ">": p > said}.get(text[0], abs(said - p) <= 5.01e-4)


def test_a_share_near_1_has_as_many_digits_as_say_that_it_is_below(page):
    values = (0.994, 0.9995, 0.99995, 0.999995, 0.99999996, 1, math.nextafter(1, 0))  # the last as a sum leaves it
    shown = [both(page, p, "%~", "pt") for p in values]
    assert shown == ["99,4%", "99,95%", "99,995%", "99,999%", "> 99,9999%", "100,0%", "100,0%"]


@pytest.mark.parametrize("p", [*SHARES, math.nextafter(0.9995, 0)])
def test_the_home_and_the_room_claim_no_certainty_that_is_none(page, p):
    for lang, tag in language.LANGUAGES.items():
        with language.using(lang):
            text = living._percent(p)
        assert page.call("Living.percent", p, tag) == text
        for said in (text, page.call("inRoom", p, tag)):
            certain = said.rstrip("%").replace(",", ".") in ("0", "0.0", "100", "100.0")
            assert certain == (p in (0, 1)), said
