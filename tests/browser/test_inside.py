"""The tool that looks inside the model, driven as its visitor drives it."""

import pytest
from playwright.sync_api import expect


def visit(browser, app_url, query):
    page = browser.new_context(viewport={"width": 360, "height": 800}).new_page()
    page.goto(f"{app_url}/inside?{query}")
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    return page


@pytest.mark.parametrize("lang, label", [("pt", "Frase"), ("en", "Sentence")])
def test_a_sentence_is_read_and_one_with_nothing_or_too_much_is_explained(browser, app_url, lang, label):
    page = visit(browser, app_url, f"lang={lang}&text=Era+uma+vez")
    expect(page.locator(".am-figure .am-chart")).to_have_count(3, timeout=60_000)
    page.evaluate("() => Amostra.drawAll()")
    expect(page.locator(".am-chart svg")).to_have_count(3)
    expect(page.get_by_text("␣vez").first).to_be_visible()
    field = page.get_by_role("textbox", name=label)
    for text, said in (
        ("  ", {"pt": "Não há nada", "en": "nothing to read"}),
        ("a " * 60, {"pt": "cabem 24", "en": "24 fit"}),
    ):
        field.fill(text)
        field.press("Enter")
        expect(page.get_by_text(said[lang])).to_be_visible(timeout=30_000)
        expect(page.locator(".am-figure .am-chart")).to_have_count(0)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    page.context.close()
