"""An exercise that is done on the page's model, as its reader does it: in the app, and on the site without a network."""

import json
from itertools import pairwise

import pytest
from playwright.sync_api import expect

import core

WORDS = {
    "pt": ("tokens", "Testar no modelo", "Ainda não.", "Certo."),
    "en": ("tokens", "Try it on the model", "Not yet.", "Right."),
}


@pytest.fixture(params=["pt", "en"])
def lang(request):
    return request.param


@pytest.fixture
def address(surface, request, lang):
    if surface.name == "site":
        return (request.getfixturevalue("site") / lang / f"{WORDS[lang][0]}.html").as_uri()
    return f"{request.getfixturevalue('app_url')}/tokens?lang={lang}"


def first_merge(word: str) -> str:
    merges = json.loads(core.load_model("embedded").tokenizer.to_str())["model"]["merges"]
    ranks = {tuple(pair): rank for rank, pair in enumerate(merges)}
    return "".join(min(pairwise(word), key=lambda pair: ranks.get(pair, len(ranks))))


def test_the_model_judges_a_try_in_the_page_and_what_reached_the_goal_is_kept(surface, browser, address, lang):
    _, try_it, wrong, right = WORDS[lang]
    page = browser.new_context(viewport={"width": 360, "height": 720}).new_page()
    page.context.set_offline(surface.name == "site")
    page.goto(address)
    form = page.locator("form[data-experiment]")
    pair, said = form.locator("[name=pair]"), form.locator(".am-feedback")
    pair.fill("ja", timeout=60_000)
    form.get_by_role("button", name=try_it).click()
    expect(said).to_contain_text(wrong, timeout=60_000)
    pair.fill(first_merge("janela"))
    expect(said).to_be_empty()
    pair.press("Enter")
    expect(said).to_contain_text(right)
    expect(said.locator("li").first).to_have_text("j · a · n · e · l · a")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    page.reload()
    expect(said).to_have_class("am-feedback am-right", timeout=60_000)
    expect(pair).to_have_value(first_merge("janela"))
    page.context.close()


def test_without_scripts_the_question_is_there_and_says_what_it_needs(browser, site):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto((site / "pt" / "tokens.html").as_uri())
    form = page.locator("form[data-experiment]")
    expect(form).to_contain_text("Que duas letras vizinhas")
    expect(form.get_by_text("precisa de um navegador com JavaScript")).to_be_visible()
    expect(form.get_by_role("textbox")).to_have_count(0)
    page.context.close()
