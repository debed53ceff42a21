"""What the page's scripts do where a browser lacks something, and while something else has the page."""

import pytest

from dashboard.language import ROOT, using
from dashboard.page import document, living
from tests.browser.alone import open_alone

TALL = '<p style="height: 900px">texto</p>'
LESSON = (
    '<div class="am-page" data-page="x"><p class="am-facts"><span data-minutes="30"></span></p>'
    f'<h2 id="one">um</h2>{TALL}<pre id="wide" style="width: 90px; overflow: auto">{"m" * 90}</pre><pre id="narrow">m</pre>'
    f'<h2 id="two">dois</h2>{TALL}<h2 id="sources">fontes</h2>{TALL}</div>'
)
KEPT = "() => JSON.parse(localStorage['amostra.progress'] ?? '{}').lessons?.x"


SAFARI = "delete Element.prototype.checkVisibility;"  # before 17.4
FIREFOX = """const find = Element.prototype.querySelector;
Element.prototype.querySelector = function (one) { if (one.includes(":has(")) throw new SyntaxError(one); return find.call(this, one); };"""  # before 121


@pytest.mark.parametrize("lacks", ["", SAFARI, FIREFOX, "delete window.requestIdleCallback;"])
def test_a_page_is_read_alike_in_browsers_that_lack_something(browser, lacks):
    page = open_alone(browser, LESSON, before=lacks)
    assert page.locator("#wide").get_attribute("tabindex") == "0"
    assert page.locator("#narrow").get_attribute("tabindex") is None
    page.evaluate("() => document.getElementById('two').scrollIntoView()")
    page.wait_for_function(f"() => ({KEPT})()?.last === 'two'")
    assert not page.errors
    page.context.close()


STAGED = (
    "document.documentElement.dataset.stage = ''; window.staged = document.getElementById('wide'); staged.remove();"
)


@pytest.mark.parametrize("lacks", ["", "delete window.requestIdleCallback;"])
def test_what_a_lesson_has_is_measured_once_the_stage_has_given_it_all_back(browser, lacks):
    whole = open_alone(browser, LESSON)
    whole.wait_for_function(f"() => ({KEPT})()?.sections.one > 90")
    page = open_alone(browser, LESSON, before=lacks, after=STAGED)
    page.wait_for_timeout(500)
    assert not page.evaluate(f"() => Object.keys(({KEPT})()?.sections ?? {{}}).length")
    page.evaluate(
        "() => { document.getElementById('one').after(staged); delete document.documentElement.dataset.stage; }"
    )
    page.wait_for_function(f"() => ({KEPT})()?.sections.one")
    assert page.evaluate(KEPT)["sections"] == whole.evaluate(KEPT)["sections"]
    for one in (whole, page):
        assert not one.errors
        one.context.close()


LINKS = (
    '<div class="am-page" data-page="x"><a href="#two">a</a><a href="#inner">b</a><a href="#button">c</a>'
    f'{TALL}<h2 id="two">dois</h2>{TALL}<details class="am-fold"><summary>s</summary><p id="inner">i</p></details>'
    f'{TALL}<button id="button">t</button><input id="after">{TALL}</div>'
)
FOCUSED = "() => document.activeElement.id"


@pytest.mark.parametrize("name, then", [("two", ""), ("inner", "button"), ("button", "after")])
def test_in_the_app_a_link_to_a_place_takes_the_keyboard_there_once(browser, name, then):
    shell = (ROOT / "dashboard" / "app" / "shell.js").read_text(encoding="utf-8")
    page = open_alone(browser, LINKS, after=shell)
    page.locator(f"[href='#{name}']").press("Enter")
    page.wait_for_url(f"**#{name}")
    assert page.evaluate(FOCUSED) == name
    assert page.locator(f"#{name}").evaluate("(one) => one.getBoundingClientRect().top < innerHeight")
    page.locator("#after").evaluate("(one) => one.focus({ preventScroll: true })")
    page.wait_for_timeout(400)
    assert page.evaluate(FOCUSED) == "after"
    page.locator(f"#{name}").focus()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == then
    assert not page.errors
    page.context.close()


@pytest.mark.parametrize(
    "zone, day", [("America/Sao_Paulo", "2026-01-31"), ("Asia/Tokyo", "2026-02-01"), ("UTC", "2026-02-01")]
)
def test_the_file_to_take_along_has_the_date_of_the_reader(browser, zone, day):
    body = f'<div class="am-page" data-page="x">{document._backup()}</div>'
    page = open_alone(
        browser,
        body,
        before="localStorage['amostra.progress'] ??= JSON.stringify({ version: 1, lessons: { x: { read: ['a'] } } });",
        timezone_id=zone,
    )
    page.clock.set_fixed_time("2026-02-01T01:30:00Z")
    with page.expect_download() as file:
        page.locator("[data-save]").click()
    assert day in file.value.suggested_filename
    assert not page.errors
    page.context.close()


@pytest.mark.parametrize("back", ["reload", "history"])
def test_the_heat_of_the_home_is_the_one_that_its_slider_shows_after_a_reload_or_back(browser, back):
    with using("pt"):
        body = f'<div class="am-page" data-page="x">{living.panel()}</div>'
    page = open_alone(browser, body, reduced_motion="reduce")
    slider, said = page.locator("#living-heat"), page.locator(".am-live .am-alt")
    first = said.text_content()
    page.wait_for_function("() => document.querySelector('[data-living]').amostra")
    slider.press("End")
    assert said.text_content() != first
    if back == "reload":
        page.reload()
    else:
        page.goto("about:blank")
        page.go_back()
    page.wait_for_selector("html[data-ready]")
    page.wait_for_function("() => document.querySelector('[data-living]').amostra")
    shown = page.locator("[for=living-heat] output").text_content()
    assert (slider.input_value(), said.text_content() == first) in (("2", True), ("4", False))
    assert slider.get_attribute("aria-valuetext") == shown
    page.context.close()
