"""The merges in the page against the `tokenizers` library and `core`, and what a reader can do with them."""

import json
import random

import pytest

from core.course.bpe import BPE
from core.models.language_model import WEIGHTS, load_tokenizer
from dashboard import charts
from tests.browser.figures import open_figure
from tests.core.test_bpe import texts

PATH = WEIGHTS / "embedded" / "tokenizer.json"
TEXT = "A ação não é <b>"


@pytest.fixture(scope="module")
def vocabularies():
    whole = BPE.from_json(json.loads(PATH.read_text(encoding="utf-8")))
    return {"todo": whole, "só 600": BPE(whole.merges[:600])}


@pytest.fixture
def page(browser, vocabularies):
    page = open_figure(browser, charts.merges("m", "m", TEXT, vocabularies), ready=".am-pieces")
    yield page
    page.close()


def encode(page, strings: list[str], which: int = 0) -> list[list[int]]:
    return page.evaluate(
        "([strings, i]) => strings.map((one) => document.querySelector('.am-figure').amostra.encode(one, i))",
        [strings, which],
    )


def test_the_page_encodes_as_the_library_does(page, vocabularies):
    draw = random.Random(5)
    words = ["Era", " uma", " vez,", " São", "João ", "del-Rei", " unicórnio", "não", " 1889", "«çÇãÕ»", " it's"]
    strings = texts(300) + [
        "".join(draw.choices(["  ", "\n", " ", "\t", "é", "e\u0301", *words], k=12)) for _ in range(80)
    ]
    library = load_tokenizer(PATH)
    assert len(strings) >= 300
    assert encode(page, strings) == [library.encode(one).ids for one in strings]
    assert encode(page, strings[::4], 1) == [vocabularies["só 600"].encode(one) for one in strings[::4]]


def test_every_stage_is_that_of_core(page, vocabularies):
    for text in texts(30):
        found = page.evaluate(
            "(text) => document.querySelector('.am-figure').amostra.stages(text).map((one) => one.words)", text
        )
        assert found == vocabularies["todo"].steps(text)


def test_the_reader_types_moves_and_comes_back_by_keyboard(page, vocabularies):
    field, slider = page.get_by_role("textbox"), page.get_by_role("slider")
    start = page.locator(".am-piece").all_inner_texts()
    assert len(start) == len(TEXT.encode())  # bytes, and the typed <b> is text
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert len(page.locator(".am-piece").all_inner_texts()) < len(start) and page.locator(".am-new").count() >= 1
    field.fill("coração")
    assert len(page.locator(".am-piece").all_inner_texts()) == len(vocabularies["todo"].encode("coração"))
    page.get_by_role("combobox").select_option(index=1)
    assert len(page.locator(".am-piece").all_inner_texts()) == len(vocabularies["só 600"].encode("coração"))
    field.fill("")
    assert page.locator(".am-piece").count() == 0 and page.locator(".am-said").inner_text()
    page.evaluate(
        "() => { const field = document.querySelector('input'); field.value = '\\ud800' + 'é'.repeat(500); field.dispatchEvent(new Event('input')); }"
    )
    assert page.locator(".am-piece").count()
    page.get_by_role("button").first.click()
    assert field.input_value() == TEXT and page.locator(".am-piece").all_inner_texts() == start


def test_the_table_without_scripts_ends_where_the_page_ends(page, vocabularies):
    figure = charts.merges("m", "m", TEXT, vocabularies)
    page.get_by_role("slider").press("End")
    assert " ".join(figure.rows[-1][3].replace("|", " ").split()) == " ".join(
        page.locator(".am-piece").all_inner_texts()
    )
    assert int(figure.rows[-1][2]) == page.locator(".am-piece").count()
