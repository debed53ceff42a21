"""What is folded opens at a click, a key, a link and on paper."""

import pytest

from dashboard import blocks, language
from dashboard.page import katex
from dashboard.page.html import html, words
from dashboard.page.scripts import bundle, page_modules

PROOF = blocks.Fold("proof", "Prova", [blocks.Prose("Por indução.")], "the-proof")
TABLE = blocks.Fold("engines", "Motores", [blocks.Table(["motor", "ordem"], [["core", "livre"]])], "the-table")
FIRST, SECOND = "#the-proof", "#the-table"
ALL, NONE = {FIRST: True, SECOND: True}, {FIRST: False, SECOND: False}


@pytest.fixture
def page(browser, tmp_path):
    with language.using("pt"), katex.engine():
        said = words()
        body = (
            '<p class="am-facts">30 minutos</p><a href="#inner">ao passo</a><p style="height: 3000px">texto</p>'
            f'{html(PROOF)}<label>nome <input id="name"></label>{html(TABLE).replace("<table", "<table id=inner")}'
        )
    script = (
        bundle(page_modules(), {"Amostra.page": "fold"})
        + f"Amostra.page.folds(document.body, {{ fold: {said['fold']!r}, unfold: {said['unfold']!r} }});"
    )
    path = tmp_path / "page.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><title>x</title><body>{body}<script>{script}</script>", "utf-8"
    )
    context = browser.new_context(viewport={"width": 800, "height": 600})
    page = context.new_page()
    page.goto(path.as_uri())
    yield page
    context.close()


def opened(page) -> dict[str, bool]:
    return {name: page.locator(name).evaluate("one => one.open") for name in (FIRST, SECOND)}


def test_one_button_opens_all_and_closes_all_and_says_which(page):
    button = page.locator("button.am-folds")
    assert (opened(page), button.inner_text()) == (NONE, "Abrir tudo o que está dobrado")
    button.click()
    assert opened(page) == ALL
    page.wait_for_function("document.querySelector('.am-folds').textContent === 'Dobrar de novo'")
    page.locator(f"{FIRST} summary").click()
    page.wait_for_function("document.querySelector('.am-folds').textContent === 'Abrir tudo o que está dobrado'")
    button.click()
    assert opened(page) == ALL
    page.wait_for_function("document.querySelector('.am-folds').textContent === 'Dobrar de novo'")
    button.click()
    assert opened(page) == NONE


def test_one_key_does_the_same_but_not_while_a_word_is_typed_nor_with_another_key(page):
    page.keyboard.press("e")
    assert opened(page) == ALL
    page.keyboard.press("Control+e")
    page.keyboard.press("x")
    page.locator("#name").press("e")
    assert opened(page) == ALL and page.locator("#name").input_value() == "e"
    page.locator(".am-folds").focus()
    page.keyboard.press("e")
    assert opened(page) == NONE


def test_a_link_to_a_place_inside_opens_it_and_lands_there(page):
    page.get_by_role("link", name="ao passo").press("Enter")
    page.wait_for_function("document.getElementById('inner').getBoundingClientRect().top < innerHeight")
    assert opened(page) == {FIRST: False, SECOND: True}


def test_an_address_with_a_folded_place_opens_it_at_once_and_when_it_changes(page):
    there = page.url + "#inner"
    page.goto("about:blank")
    page.goto(there)
    page.wait_for_function("document.querySelector('#the-table').open && scrollY > 1000")
    assert opened(page) == {FIRST: False, SECOND: True}
    page.evaluate("location.hash = '#the-proof'")
    page.wait_for_function("document.querySelector('#the-proof').open")
    for bad in ("%E0%A4%A", "no-such-place", "", "name"):
        page.evaluate("hash => { location.hash = hash; }", bad)
    assert opened(page) == ALL


def test_paper_has_all_of_it_and_the_screen_is_as_before(page):
    page.locator(f"{SECOND} summary").click()
    page.evaluate(
        """() => addEventListener("beforeprint", () => {
          window.printed = [...document.querySelectorAll("details.am-fold")].map((one) => one.open);
        })"""
    )
    page.pdf()
    assert page.evaluate("window.printed") == [True, True]
    assert opened(page) == {FIRST: False, SECOND: True}


def test_a_page_that_took_the_place_of_another_is_the_one_that_the_key_moves(page):
    page.evaluate(
        """() => {
          const next = document.createElement("main");
          next.innerHTML = '<details class="am-fold" id="third"><summary>x</summary>y</details>';
          document.body.append(next);
          Amostra.page.folds(next, { fold: "", unfold: "" });
        }"""
    )
    page.keyboard.press("e")
    assert page.locator("#third").evaluate("one => one.open") and opened(page) == NONE


def test_a_page_without_folds_has_no_button(page):
    page.evaluate("document.querySelectorAll('details, button').forEach((one) => one.remove())")
    page.evaluate("Amostra.page.folds(document.body, { fold: 'a', unfold: 'b' })")
    assert page.locator("button").count() == 0
