"""The page of the quiz where the file of a lesson does not come."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from playwright.sync_api import expect

from dashboard.blocks import Exercise, Option
from dashboard.language import catalog, using
from dashboard.links import addressed
from dashboard.page import document, katex
from dashboard.page.html import html
from tests.browser.alone import open_alone

LOST = catalog()["quiz.lost"]["pt"]
NAMES = ["top-k.a", "temperature.a", "top-k.b", "temperature.b"]


def file(lesson: str) -> str:
    forms = "".join(
        html(
            Exercise(
                f"{lesson}-{id}", "choice", f"{lesson} {id}?", [Option("x", "Sim.", correct=True), Option("y", "Não.")]
            )
        )
        for id in "ab"
    )
    return f"(Amostra.exercises ??= {{}})['lessons-{lesson}.js'] = {json.dumps(forms)};"


@pytest.fixture
def page(browser):
    """A quiz of two lessons, the file of one of which is not there."""
    with using("pt"), katex.engine():
        body = addressed(document.quiz().html, lambda kind, name, rest: f"lessons-{name}.js")
        files = {"lessons-top-k.js": file("top-k")}
        page = open_alone(browser, body, query=f"?quiz={'_'.join(NAMES)}", files=files)
    expect(page.locator("[data-told]")).to_have_text(LOST)
    yield page
    assert not page.errors
    page.context.close()


def asked(page) -> str:
    return re.search("quiz=([^&#]*)", page.url)[1]


@pytest.mark.parametrize("move, names", [("up", [2, 1, 0, 3]), ("away", [0, 1, 3])])
def test_what_could_not_be_loaded_stays_in_the_address_and_is_said(page, move, names):
    page.locator("[data-choose] > summary").click()
    page.locator(".am-quiz-asked").nth(1).locator(f"[data-does={move}]").click()
    expect(page).to_have_url(re.compile("_".join(NAMES[i] for i in names) + "$"))
    expect(page.locator("[data-told]")).to_have_text(LOST)
    page.locator("[data-link]").click()
    assert page.locator("[data-linked] input").input_value().endswith(asked(page))


def test_what_can_be_loaded_after_all_is_asked_in_its_place(page):
    with using("pt"), katex.engine():
        here = Path(url2pathname(urlsplit(page.url).path))
        here.with_name("lessons-temperature.js").write_text(file("temperature"), encoding="utf-8")
    page.locator("[data-choose] > summary").click()
    page.locator("[data-of=temperature] summary").click()
    expect(page.locator(".am-quiz-asked")).to_have_count(4)
    expect(page.locator("[data-told]")).to_be_empty()
    assert asked(page) == "_".join(NAMES)
    assert page.locator("[data-tick]:checked").count() == 4
