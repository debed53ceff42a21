"""The home's first screen writes a text, stops when asked, and stands still where motion is not wanted."""

import re

import pytest
from playwright.sync_api import expect

from dashboard.recorded.living import living
from tests.browser.axe import faults


@pytest.fixture(params=["site", "app"])
def home(request, browser):
    """Opens the home of a surface."""
    contexts = []

    def open_(lang="pt", **settings):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        site = request.param == "site"
        address = (
            (request.getfixturevalue("site") / lang / "index.html").as_uri()
            if site
            else f"{request.getfixturevalue('app_url')}/?lang={lang}"
        )
        page.goto(address)
        page.locator("[data-living]").wait_for(timeout=60_000)
        return page

    yield open_
    for context in contexts:
        context.close()


def whole(heat, face):
    kept = living()
    return "".join(kept.words[step[0]] for step in kept.texts[heat][face]).replace("\n", " ↵ ")


def test_the_sentence_grows_by_tokens_that_were_drawn_and_nothing_else_moves(home):
    page = home()
    written, panel = page.locator("[data-written]"), page.locator("[data-living]")
    expect(written).to_have_text(re.compile(r"\S"))
    page.wait_for_function("() => document.querySelector('.am-live [data-drawn]')")
    before, box = written.text_content(), panel.bounding_box()
    page.wait_for_function("(n) => document.querySelector('[data-written]').textContent.length > n", arg=len(before))
    after = written.text_content()
    assert whole(2, 0).startswith(after) and after.startswith(before)
    assert panel.bounding_box() == box
    drawn = page.locator(".am-live-bars b").all_text_contents()
    assert sum(float(one.strip("<% ").replace(",", ".")) for one in drawn) == pytest.approx(100, abs=0.5)
    page.locator("[data-play]").click()
    still = written.text_content()
    page.wait_for_timeout(2500)
    assert written.text_content() == still
    assert not page.errors


def test_a_temperature_and_a_face_show_the_text_that_they_gave(home):
    page = home("en", reduced_motion="reduce")
    written, slider = page.locator("[data-written]"), page.locator("#living-heat")
    expect(written).to_have_text(whole(2, 0))
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("[for=living-heat] output")).to_have_text("0")
    expect(written).to_have_text(whole(0, 0))
    expect(page.locator(".am-live-bars b").first).to_have_text("100.0%")
    page.keyboard.press("End")
    page.locator("[data-die]").click()
    face = int(page.locator("[data-face]").get_attribute("data-face"))
    assert face != 1
    expect(written).to_have_text(whole(4, face - 1))
    expect(page.locator(".am-live .am-alt")).to_contain_text(f"τ = 1.5 and face {face}")


@pytest.mark.parametrize("lang, scheme, width", [("pt", "light", 360), ("en", "dark", 1280)])
def test_axe_finds_nothing_serious_on_the_home_and_nothing_overflows(home, lang, scheme, width):
    page = home(lang, color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 720})
    found = faults(page)
    assert not found, found
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_there_is_one_clear_way_in(home):
    page = home()
    page.locator("[data-start]").click()
    expect(page.locator(".am-page h1")).to_have_text("Dos logits às probabilidades", timeout=60_000)
