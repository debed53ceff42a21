"""The sampling lab driven as its visitor drives it."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults


def visit(browser, app_url, query="", width=1280, scheme="light"):
    page = browser.new_context(viewport={"width": width, "height": 720}, color_scheme=scheme).new_page()
    page.goto(f"{app_url}/lab?{query}")
    expect(page.locator(".am-stages")).to_have_count(2, timeout=60_000)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator(".am-figure .am-chart").last.wait_for()
    page.evaluate("() => Amostra.drawAll()")
    page.locator(".am-chart svg").last.wait_for()
    return page


@pytest.mark.parametrize("language, token, mark", [("pt", "claro", "muda de lado"), ("en", "clear", "changes sides")])
def test_the_example_opens_with_the_token_that_changes_sides(browser, app_url, language, token, mark):
    page = visit(browser, app_url, f"lang={language}")
    for table, kept in zip(page.locator(".am-stages").all(), (1, 2), strict=True):
        marked = table.locator(".am-marked")
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text(token)
        expect(marked).to_contain_text(mark)
        assert 3 - table.locator("tbody tr td:last-child.am-cut").count() == kept
    page.context.close()


def test_a_link_reproduces_text_settings_orders_and_draws(browser, app_url):
    page = visit(
        browser,
        app_url,
        "lang=en&logits=one%3A+2%0Atwo%3A+1%0Athree%3A+1&temperature=2&top_k=2&top_p=1&chain_a=vllm&n=10000&seed=3",
    )
    expect(page.get_by_role("textbox", name="Logits")).to_have_value("one: 2\ntwo: 1\nthree: 1")
    first = page.locator(".am-stages").first
    expect(first).to_contain_text("three")
    expect(first.locator("tbody tr td:last-child.am-cut")).to_have_count(
        0
    )  # the tie at the second place stays together
    expect(page.get_by_role("heading", name="10,000 draws and the exact probability")).to_be_visible()
    page.context.close()


def test_bad_lines_are_named_and_nothing_typed_is_lost(browser, app_url):
    page = visit(browser, app_url, "lang=pt")
    field = page.get_by_role("textbox", name="Logits")
    field.fill("azul: 3\nclaro\nverde: muito\nescuro: 1")
    field.press("Control+Enter")
    expect(page.get_by_text("Linha 2: «claro»")).to_be_visible()
    expect(page.get_by_text("Linha 3: «muito»")).to_be_visible()
    expect(field).to_have_value("azul: 3\nclaro\nverde: muito\nescuro: 1")
    expect(page.locator(".am-stages").first).to_contain_text("escuro")
    page.context.close()


def test_a_bad_setting_in_the_address_is_noticed(browser, app_url):
    page = visit(browser, app_url, "lang=pt&top_p=7")
    expect(page.get_by_text("O endereço pedia top_p = 7")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("language", ["pt", "en"])
def test_the_logits_may_come_from_the_model_after_a_prompt(browser, app_url, language):
    page = visit(browser, app_url, f"lang={language}&from_prompt=true&prompt=Era+uma+vez&n=10000")
    rows = page.locator(".am-stages").first.locator("tbody tr")
    expect(rows).to_have_count(25)  # the largest ones, and one row for all others
    expect(rows.last).to_contain_text({"pt": "8.168", "en": "8,168"}[language])
    assert "prompt=Era" in page.url
    page.context.close()


def test_downloads_arrive(browser, app_url):
    page = visit(browser, app_url, "lang=pt")
    for name, start in (("CSV", b"token,logit"), ("PNG", b"\x89PNG")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.path().read_bytes().startswith(start)
    page.context.close()


@pytest.mark.parametrize(
    "language, scheme, width",
    [  # every pair of the three once
        ("pt", "light", 1280),
        ("pt", "dark", 360),
        ("en", "light", 360),
        ("en", "dark", 1280),
    ],
)
def test_axe_finds_nothing_serious_in_the_lab(browser, app_url, language, scheme, width):
    page = visit(browser, app_url, f"lang={language}&top_k=2&min_p=0.1", width, scheme)
    found = faults(page)
    assert not found, found
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.context.close()
