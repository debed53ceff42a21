"""The app as its visitor uses it."""

import pytest
from playwright.sync_api import expect

from dashboard import language
from tests.browser.axe import faults


def visit(browser, url, scheme="light", **size):
    page = browser.new_context(viewport={"width": 1280, "height": 720, **size}, color_scheme=scheme).new_page()
    page.goto(url)
    return page


def test_the_home_leads_to_the_lesson_and_keeps_the_language(browser, app_url):
    page = visit(browser, f"{app_url}/?lang=en")
    page.get_by_role("link", name="Start the lesson").first.click()
    expect(page.get_by_role("heading", name="From logits to probabilities", exact=True)).to_be_visible()
    page.wait_for_url(lambda url: "/logits" in url and "lang=en" in url)
    page.context.close()


@pytest.mark.parametrize("lang", language.LANGUAGES)
@pytest.mark.parametrize("scheme, width", [("dark", 360), ("light", 1280)])
def test_the_home_is_alive_and_sound(browser, app_url, site, lang, scheme, width):
    for url in (f"{app_url}/?lang={lang}", (site / lang / "index.html").as_uri()):
        page = visit(browser, url, scheme, width=width)
        page.locator(".am-chart svg").wait_for(timeout=60_000)
        said = page.locator(".am-figure").get_by_text({"pt": "leva 100", "en": "takes 100"}[lang])
        page.get_by_role("slider").first.press("Home")  # τ = 0
        expect(said).to_be_visible()
        assert not (found := faults(page)), found
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        page.context.close()


def test_the_language_switch_keeps_the_page_and_the_controls(surface):
    if surface.name == "app":
        page = surface.open("pt", "tau.tau=2")
        page.get_by_role("radio", name="en").or_(page.get_by_role("button", name="en", exact=True)).first.click()
    else:
        page = surface.open("pt", "tau.tau=2")
        page.get_by_role("link", name="English").first.click()
    expect(page.get_by_role("heading", name="Temperature", exact=True)).to_be_visible()
    expect(page.locator("#tau-tau_stop")).to_have_attribute("aria-valuetext", "2")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.context.close()


def test_an_unknown_language_falls_back_with_a_notice(browser, app_url):
    page = visit(browser, f"{app_url}/temperature?lang=xx")
    expect(page.get_by_text("O endereço pedia lang = xx")).to_be_visible()
    expect(page.get_by_role("heading", name="Temperatura", exact=True)).to_be_visible()
    page.context.close()


def test_a_bet_is_kept_and_opened_later(surface):
    page = surface.open("en")
    page.get_by_text("infinite: the second one vanishes").first.click()
    if surface.name == "site":
        page.get_by_role("button", name="Place the bet").click()
    expect(page.get_by_text("Bet kept.").first).to_be_visible()
    expect(page.get_by_text("Your bet: infinite: the second one vanishes")).to_be_visible()
    expect(page.get_by_text("That happens only in the limit").first).to_be_visible()
    page.context.close()


def test_a_numeric_answer_is_read_in_both_notations_and_a_bad_one_says_what_to_write(surface):
    page = surface.open("pt")
    field = page.get_by_role("textbox", name="Sua resposta")
    for typed, said in (("0,88", "Certo."), ("0.8808", "Certo."), ("88%", "Certo."), ("0,73", "τ\u00a0=\u00a01"),
                        ("abc", "Escreva, por exemplo, 0,83")):
        field.fill(typed)
        field.press("Enter")
        box = page.locator("[data-testid=stVerticalBlock], form").filter(has=field).last
        expect(box).to_contain_text(said)
    assert field.input_value() == "abc"  # nothing typed is lost
    page.context.close()


def test_presentation_hides_the_menu_and_enlarges_the_type(browser, app_url):
    page = visit(browser, f"{app_url}/temperature?lang=en&present=true")
    expect(page.get_by_role("heading", name="Temperature", exact=True)).to_be_visible()
    expect(page.locator(".stSidebar")).to_be_hidden()
    page.wait_for_function("() => parseFloat(getComputedStyle(document.documentElement).fontSize) === 22")
    page.context.close()


def test_the_glossary_holds_every_term(browser, app_url):
    page = visit(browser, f"{app_url}/glossary?lang=pt")
    for term in list(language.glossary().values())[::10]:
        expect(page.get_by_role("heading", name=term.term["pt"], exact=True).first).to_be_visible()
    page.context.close()
