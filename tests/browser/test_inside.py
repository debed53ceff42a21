"""The tool that looks inside the model, driven as its visitor drives it, in the app and on the site."""

import re
from urllib.parse import quote

import pytest
import torch
from playwright.sync_api import expect

import core
from core import softmax

READY = ".am-inside[data-ready]"


@pytest.fixture
def visit(surface, request, browser):
    """Opens the tool; the page of a width, without the network on the site."""
    pages = []

    def one(lang="pt", query="", width=1280):
        page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
        pages.append(page)
        if surface.name == "site":
            folder = request.getfixturevalue("site")
            page.goto((folder / lang / ("por-dentro.html" if lang == "pt" else "inside.html")).as_uri() + f"?{query}")
        else:
            page.goto(f"{request.getfixturevalue('app_url')}/inside?lang={lang}&{query}")
        return page

    yield one
    for page in pages:
        page.context.close()


def words(page):
    return page.locator(".am-inside [role=option]")


def asked(page, name, value):
    """The address comes to have a value, or not to have the name."""
    return expect(page).to_have_url(re.compile(rf"[?&]{name}={value}(&|$)"))


def percent(text):
    return float(re.search(r"[\d.,]+(?=%)", text)[0].replace(",", "."))


@pytest.mark.parametrize("lang, empty, long", [("pt", "Não há nada", "cabem 24"), ("en", "nothing to read", "24 fit")])
def test_a_sentence_is_read_and_one_with_nothing_or_too_much_is_explained(visit, lang, empty, long):
    page = visit(lang, f"text={quote('Era uma vez')}", width=360)
    expect(page.locator(READY)).to_be_visible(timeout=60_000)
    expect(words(page)).to_have_count(3)
    expect(page.locator(".am-inside path[stroke-width]").first).to_be_attached()
    field = page.get_by_role("textbox", name={"pt": "Frase", "en": "Sentence"}[lang])
    for text, said in (("  ", empty), ("a " * 60, long)):
        field.fill(text)
        expect(page.locator(".am-notice")).to_contain_text(said)
        expect(words(page).first).to_be_hidden()
    field.fill("O mar")
    expect(words(page)).to_have_count(2)
    expect(page.locator(".am-notice")).to_be_hidden()
    asked(page, "text", "O(\\+|%20)mar")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_the_keyboard_walks_words_and_blocks_and_the_address_keeps_the_place(visit):
    page = visit("en", f"text={quote('Ela abriu a porta e viu')}")
    above = len(core.load_model("embedded").network.h) - 1  # the block before the last
    expect(page.locator(READY)).to_be_visible(timeout=60_000)
    words(page).last.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    asked(page, "at", "5")
    asked(page, "block", str(above))
    expect(words(page).nth(4)).to_have_attribute("aria-selected", "true")
    expect(page.locator(".am-inside [role=status]")).to_contain_text(f"mean of the heads of block {above}")
    page.get_by_role("button", name="head 2 of block 3").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".am-inside [role=status]")).to_contain_text("head 3 of block 3")
    page.keyboard.press("x")
    asked(page, "cut", "3.3")
    page.reload()
    expect(page.locator(READY)).to_have_attribute("data-ready", '[4,3,3,["3.3"]]', timeout=60_000)


def test_what_is_shown_before_and_after_a_cut_is_what_core_computes(visit):
    text, model = "Ela abriu a porta e viu", core.load_model("embedded")
    page = visit("pt", f"text={quote(text)}&block=2&cut=2")
    expect(page.locator(READY)).to_be_visible(timeout=60_000)
    network, ids = model.network, model.as_batch(model.encode(text))
    with torch.inference_mode():
        x = network.embed(ids)
        for layer, block in enumerate(network.h):
            x = x if layer == 1 else block(x)
        after = softmax(network.read_out(x)[0, -1].double())
    before = softmax(model.logits(model.encode(text))[0, -1].double())
    rows = page.locator(".am-in-candidates li")
    for row in rows.all():
        token = model.encode(row.locator("b").inner_text().replace("␣", " "))
        shown = row.locator(".am-in-p").inner_text().split("\n")
        assert len(token) == 1
        assert percent(shown[0]) == pytest.approx(100 * after[token[0]].item(), abs=0.1)
        assert percent(shown[1]) == pytest.approx(100 * before[token[0]].item(), abs=0.1)
    moved = percent(page.locator(".am-in-effect strong").inner_text())
    assert moved == pytest.approx(100 * core.total_variation(before, after).item(), abs=0.1)
    page.get_by_role("button", name="Religar tudo").click()
    expect(page.locator(".am-in-effect strong")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("cut="))


def test_an_address_that_asks_for_what_is_not_there_is_told_and_the_rest_is_kept(visit):
    page = visit("pt", f"text={quote('O mar')}&block=9&cut=1.1")
    expect(page.locator(".am-notice")).to_contain_text("block=9", timeout=60_000)
    expect(words(page)).to_have_count(2)
    asked(page, "cut", "1.1")


def test_a_lesson_s_link_opens_the_tool_with_its_sentence(surface, browser, request):
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    if surface.name == "site":
        page.goto((request.getfixturevalue("site") / "pt" / "atencao.html").as_uri())
    else:
        page.goto(f"{request.getfixturevalue('app_url')}/attention?lang=pt")
    page.locator(".am-page a", has_text="Por dentro do modelo").first.click(timeout=60_000)
    expect(page.locator(READY)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("textbox", name="Frase")).to_have_value("Ela abriu a porta e viu a porta")
    page.context.close()
