"""The search as a reader meets it: on the site from file://, without a network, and in the app."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture(params=["site", "app"])
def visit(request, browser):
    """Opens the temperature lesson of a surface as a fresh visitor does."""
    contexts = []

    def open_(lang):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=request.param == "site")
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        if request.param == "site":
            name = {"pt": "temperatura", "en": "temperature"}[lang]
            page.goto((request.getfixturevalue("site") / lang / f"{name}.html").as_uri())
        else:
            page.goto(f"{request.getfixturevalue('app_url')}/temperature?lang={lang}")
        page.locator(".am-page h1").wait_for(timeout=60_000)
        return page

    yield open_
    for context in contexts:
        context.close()


def test_a_word_without_its_accent_leads_by_the_keyboard_to_its_place(visit):
    page = visit("pt")
    page.locator(".am-find input").first.fill("nucleo de um nucleo")
    page.keyboard.press("Enter")
    results = page.locator(".am-results a")
    expect(results.first).to_be_visible(timeout=60_000)
    expect(page.locator(".am-results mark").first).to_have_text(re.compile("núcleo", re.IGNORECASE))
    field = page.locator("[data-search] input")
    expect(field).to_have_value("nucleo de um nucleo")
    field.fill("")
    expect(results).to_have_count(0)
    field.press_sequentially("distribuica")
    expect(results.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(results.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    field.fill("nucleo de um nucleo cortar duas vezes")
    expect(results.first).to_contain_text("Cortar duas vezes")
    page.keyboard.press("Enter")
    expect(results.first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("top-p.*#"))
    place = page.url.partition("#")[2]
    expect(page.locator(f"[id='{place}']")).to_be_in_viewport(timeout=30_000)
    assert not page.errors


def test_a_word_that_is_nowhere_is_told_so(visit):
    page = visit("en")
    page.locator(".am-find input").first.fill("<b>zzyzx")
    page.keyboard.press("Enter")
    expect(page.locator(".am-found")).to_have_text(re.compile("No place has every word of “<b>zzyzx”"), timeout=60_000)
