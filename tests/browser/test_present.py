"""A lesson on the stage: played by keys alone, readable from the back row, with the notes in step."""

import random
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults

LESSONS = {"pt": ["top-p", "atencao"], "en": ["tokens", "order-matters"]}

# What is too small or out of sight in the beat that is shown: texts under 22 px of a window 720 px high, and all that is cut off.
UNSOUND = """() => {
  const stage = document.querySelector(".am-stage"), view = stage.querySelector(".am-stage-view").getBoundingClientRect(), found = [];
  const texts = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT), hidden = ".katex-mathml, .am-alt, .am-control small, option";
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const box = text.parentElement, range = document.createRange();
    if (!text.data.trim() || box.closest(hidden) || !box.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(text);
    const { width, height, left, right, top, bottom } = range.getBoundingClientRect();
    if (!width || !height) continue;
    const size = parseFloat(getComputedStyle(box).fontSize) * (box.currentCSSZoom ?? 1) * 720 / innerHeight;
    if (size < 21.95) found.push(`${size.toFixed(1)} px: ${text.data.trim().slice(0, 40)}`);
    const lowest = box.closest(".am-stage-view") ? view.bottom + 3 : innerHeight + 1, highest = box.closest(".am-stage-view") ? view.top - 3 : -1;
    if (left < -1 || right > innerWidth + 1 || top < highest || bottom > lowest) found.push(`out of sight: ${text.data.trim().slice(0, 40)}`);
  }
  for (const box of stage.querySelectorAll("[data-scroll], pre")) if (box.checkVisibility() && box.scrollWidth > box.clientWidth + 1) found.push(`wide: ${box.textContent.slice(0, 40)}`);
  for (const svg of stage.querySelectorAll(".am-chart svg")) {
    const drawn = svg.getBoundingClientRect(), room = svg.parentElement.getBoundingClientRect();
    if (drawn.bottom > room.bottom + 2 || drawn.right > room.right + 2) found.push("the chart is cut");
  }
  if (stage.querySelector(".am-chart:not(:has(svg))")) found.push("no chart yet");
  return found;
}"""
SOUND = f"() => ({UNSOUND})().length === 0"


def stage(browser, url: str, scheme: str = "light", width: int = 1280, height: int = 720) -> Page:
    """A fresh visitor's page with the stage on it."""
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(url + ("&" if "?" in url else "?") + "present=true")
    page.locator(".am-stage[data-at]").wait_for(timeout=60_000)
    page.evaluate("() => document.fonts.ready")
    return page


def at(page: Page) -> str:
    return page.locator(".am-stage").get_attribute("data-at")


def sound(page: Page) -> None:
    """The beat that is shown comes to rest with nothing small and nothing cut."""
    try:
        page.wait_for_function(SOUND, timeout=15_000)
    except Exception:
        assert not (found := page.evaluate(UNSOUND)), (page.url, at(page), found)


@pytest.mark.parametrize("lang", LESSONS)
def test_two_whole_lessons_are_played_by_keys_and_nothing_is_small_or_cut(browser, site, lang):
    for name, scheme in zip(LESSONS[lang], ("light", "dark"), strict=True):
        page = stage(browser, (site / lang / f"{name}.html").as_uri(), scheme)
        seen = []
        while "end" not in seen:
            sound(page)
            seen.append(at(page))
            page.keyboard.press("ArrowRight")
        assert len(seen) == len(set(seen)) > 25 and page.faults == []
        expect(page.locator(".am-stage-end a[rel=next]")).to_be_focused()
        page.keyboard.press("Enter")
        page.locator(".am-stage[data-at=title] .am-beat-title").wait_for()
        assert f"/{name}.html" not in page.url and "present=true" in page.url
        page.context.close()


def test_a_larger_projector_shows_the_same_beats_as_large(browser, site):
    page = stage(browser, (site / "pt" / "top-k.html").as_uri(), width=1920, height=1080)
    for _ in range(12):
        sound(page)
        page.keyboard.press(" ")
    page.context.close()


def test_a_swipe_goes_on_and_back_but_a_finger_on_a_slider_moves_the_slider(browser, site):
    page = browser.new_context(viewport={"width": 1280, "height": 720}, has_touch=True).new_page()
    page.goto(f"{(site / 'en' / 'temperature.html').as_uri()}?present=true&beat=tau")
    page.locator(".am-stage[data-at=tau] .am-chart svg").wait_for()
    fingers = page.context.new_cdp_session(page)

    def swipe(x: float, y: float, by: int) -> None:
        for kind, points in (("Start", [(x, y)]), ("Move", [(x + by, y)]), ("End", [])):
            points = [{"x": x, "y": y} for x, y in points]
            fingers.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    slider = page.locator(".am-stage #tau-tau").bounding_box()
    swipe(slider["x"] + slider["width"] / 2, slider["y"] + slider["height"] / 2, -100)
    expect(page.locator(".am-stage")).to_have_attribute("data-at", "tau")
    swipe(600, 60, -200)
    expect(page.locator(".am-stage")).to_have_attribute("data-at", "reais")
    swipe(600, 60, 200)
    expect(page.locator(".am-stage")).to_have_attribute("data-at", "tau")
    page.context.close()


def test_the_figure_on_the_stage_is_the_page_s_own_and_all_is_back_in_its_place_afterwards(browser, app_url):
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.goto(f"{app_url}/temperature?lang=en")
    page.locator(".am-facts .am-folds").wait_for(timeout=60_000)
    order = "() => [...document.querySelectorAll('.am-home .am-page > *, .am-section > *')].map((one) => `${one.tagName}#${one.id}`)"
    before = page.evaluate(order)
    page.locator("[data-presenting]").click()
    page.locator(".am-stage[data-at=title]").wait_for()
    while at(page) != "tau":
        page.keyboard.press("PageDown")
    slider = page.locator(".am-stage #tau-tau")
    slider.click()
    slider.press("Home")  # the slider's own key
    expect(page.locator(".am-stage .am-said")).to_contain_text("100.0%")
    page.wait_for_url(lambda url: "tau.tau=0" in url and "beat=tau" in url)
    page.keyboard.press("PageDown")  # a clicker's goes on, whatever was clicked
    expect(page.locator(".am-stage")).to_have_attribute("data-at", "reais")
    sound(page)
    page.keyboard.press("Escape")
    expect(page.locator(".am-stage")).to_have_count(0)
    page.wait_for_url(lambda url: "present" not in url and "beat" not in url)
    expect(page.locator(".am-home #tau-tau")).to_have_attribute("aria-valuetext", "0")
    assert page.evaluate(order) == before and len(before) > 50
    page.context.close()


def test_in_the_app_a_reload_stays_at_its_beat_and_the_end_leads_to_the_next_lesson_on_the_stage(browser, app_url):
    page = stage(browser, f"{app_url}/temperature?lang=pt&beat=tau")
    expect(page.locator(".am-stage")).to_have_attribute("data-at", "tau")
    sound(page)
    with page.expect_popup() as opening:
        page.keyboard.press("n")
    here = opening.value.locator(".am-notes header")
    expect(here).to_contain_text("A ideia em uma figura")
    page.keyboard.press("End")
    page.wait_for_url(lambda url: "beat=end" in url)
    page.reload()
    page.locator(".am-stage[data-at=end]").wait_for(timeout=60_000)
    last = page.locator(".am-stage-count").inner_text().partition("/")[2]
    expect(here).to_contain_text(f"{last} de {last}")  # the window that stayed open is taken up again
    page.keyboard.press("Enter")
    expect(page.locator(".am-stage h1")).to_contain_text("Top-k", timeout=60_000)
    expect(here).to_contain_text("1 de ")
    expect(opening.value.locator(".am-notes")).to_contain_text("Top-k")  # on to the next lesson, too
    assert "present=true" in page.url and "lang=pt" in page.url and page.faults == []
    page.keyboard.press("Escape")
    expect(page.locator(".am-stage")).to_have_count(0)
    page.wait_for_url(lambda url: "present" not in url)
    expect(page.locator(".stSidebar")).to_be_visible()
    assert len(page.context.pages) == 1  # and the notes went with it
    page.context.close()


def test_a_proof_stays_hidden_until_it_is_asked_for_and_an_answer_until_the_next_key(browser, site):
    page = stage(browser, f"{(site / 'en' / 'temperature.html').as_uri()}?beat=lema-4")
    proof = page.locator(".am-stage .am-stage-fold")
    expect(proof).to_have_text("↓ Proof")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".am-stage-view")).to_contain_text("dividing by 1 changes nothing")
    sound(page)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".am-stage")).to_have_attribute("data-at", "lema-4")
    page.goto(f"{(site / 'en' / 'temperature.html').as_uri()}?present=true&beat=scale")
    told = page.locator(".am-stage .am-told-right")
    expect(page.locator(".am-stage .am-option").first).to_be_visible()
    expect(told).to_be_hidden()
    page.keyboard.press("PageDown")
    expect(told).to_be_visible()
    expect(page.locator(".am-stage .am-option").first).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("beat", ["scale.2", "pair.2", "tau"])
def test_a_beat_that_is_measured_again_stays_at_its_step(browser, site, beat):
    page = stage(browser, f"{(site / 'en' / 'temperature.html').as_uri()}?beat={beat}")
    expect(page.locator(".am-stage")).to_have_attribute("data-at", beat)
    shown = page.locator(".am-stage-view").inner_text()
    page.set_viewport_size({"width": 1281, "height": 720})
    page.evaluate("() => new Promise((done) => setTimeout(done, 600))")  # what is measured is measured by then
    assert at(page) == beat and page.locator(".am-stage-view").inner_text() == shown
    page.context.close()


@pytest.mark.parametrize(
    "lang, scheme, beats", [("pt", "light", ("tau", "hand-u")), ("en", "dark", ("scale.2", "bug"))]
)
def test_axe_finds_nothing_serious_on_the_stage(browser, site, lang, scheme, beats):
    page = stage(browser, (site / lang / {"pt": "temperatura.html", "en": "temperature.html"}[lang]).as_uri(), scheme)
    for beat in beats:
        page.goto(f"{page.url.partition('?')[0]}?present=true&beat={beat}")
        page.locator(f".am-stage[data-at='{beat}']").wait_for()
        sound(page)
        assert not (found := faults(page, ".am-stage")), (beat, found)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert not (found := faults(page, ".am-stage")), found
    page.context.close()


def test_the_notes_stay_in_step_through_a_hundred_keys_in_either_window(browser, site):
    page = stage(browser, (site / "pt" / "temperatura.html").as_uri())
    with page.expect_popup() as opening:
        page.keyboard.press("n")
    notes = opening.value
    count = notes.locator(".am-notes header b")
    expect(count).to_have_text(re.compile(r"1 de \d+, passo 1 de 1"))
    expect(notes.locator(".am-notes")).to_contain_text("Projete o primeiro gráfico")
    chance = random.Random(17)
    for key in chance.choices(
        ["ArrowRight", " ", "PageDown", "ArrowLeft", "PageUp", "ArrowDown", "b", "t"], [9, 6, 6, 3, 2, 2, 1, 1], k=100
    ):
        chance.choice([page, notes]).keyboard.press(key)
        here = page.locator(".am-stage-count").inner_text().split("/")
        expect(count).to_contain_text(f"{here[0]} de {here[1]}, passo")
        shown = page.locator(".am-stage-section").inner_text().split(" · ")[0]
        expect(notes.locator(".am-notes header")).to_contain_text(shown)
    notes.keyboard.press("Home")
    while at(page) != "tau":
        notes.keyboard.press("PageDown")
    page.locator(".am-stage #tau-tau").press("Home")
    expect(notes.locator(".am-notes")).to_contain_text("Temperatura τ: 0")
    notes.close()
    expect(page.locator(".am-stage-told")).to_contain_text("foi fechada")
    assert page.faults == []
    page.context.close()


def test_where_a_second_window_is_blocked_the_notes_lie_over_the_stage_and_say_so(browser, site):
    page = stage(browser, f"{(site / 'en' / 'temperature.html').as_uri()}?beat=scale")
    page.evaluate("() => { window.open = () => null; }")
    page.keyboard.press("n")
    over = page.locator(".am-stage-notes")
    expect(over).to_contain_text("blocked the second window")
    expect(over).to_contain_text("Multiplying alone would sharpen it")  # what a wrong answer shows
    page.keyboard.press("ArrowRight")
    expect(page.locator(".am-stage")).to_have_attribute("data-at", "scale.2")
    page.keyboard.press("n")
    expect(over).to_be_hidden()
    page.context.close()


TOOLS = {
    "lab": {"pt": "laboratorio", "en": "lab", "first": ".am-result b", "drawn": ".am-card p"},
    "generation": {
        "pt": "geracao",
        "en": "generation",
        "first": ".am-text",
        "drawn": ".am-text:not(.am-going) .am-note:not(:empty)",
    },
    "inside": {"pt": "por-dentro", "en": "inside", "first": ".am-in-token", "drawn": ".am-inside[data-ready]"},
}
CHROME = "h1, .sidebar-drawer, .mobile-header, .am-language, footer, .stSidebar, .stAppHeader, .am-bar"


def tool(browser, site, name: str, lang: str, query: str = "", scheme: str = "light", width: int = 1280, height=720):
    """A tool on the stage of the site, with its first picture there."""
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.goto(f"{(site / lang / f'{TOOLS[name][lang]}.html').as_uri()}?present=true{query}")
    for part in ("first", "drawn"):
        page.locator(f".am-stage {TOOLS[name][part]}").first.wait_for(timeout=90_000)
    page.evaluate("() => document.fonts.ready")
    return page


@pytest.mark.parametrize(
    "name, lang, scheme, width, height, query",
    [
        ("lab", "pt", "light", 1280, 720, "&top_k=5&min_p=0.1"),
        ("lab", "en", "dark", 1920, 1080, ""),
        ("generation", "en", "light", 1280, 720, "&gen.tokens=90"),
        ("generation", "pt", "dark", 1920, 1080, "&gen.mode=compare&gen.tokens=40"),
        ("inside", "pt", "dark", 1280, 720, ""),
        ("inside", "en", "light", 1280, 720, "&cut=3,5.1"),
    ],
)
def test_a_tool_fills_one_screen_that_the_back_row_reads_with_its_controls_away(
    browser, site, name, lang, scheme, width, height, query
):
    page = tool(browser, site, name, lang, query, scheme, width, height)
    sound(page)
    expect(page.locator(CHROME).locator("visible=true")).to_have_count(0)
    expect(page.locator(".am-stage [data-drawer]")).to_be_hidden()
    for part in page.locator(f".am-stage {TOOLS[name]['first']}").all()[:2]:
        expect(part).to_be_in_viewport()
    assert not (found := faults(page, ".am-stage")), found
    assert page.faults == []
    page.context.close()


def test_the_drawer_opens_by_a_key_moves_the_tool_and_all_is_back_with_its_settings_when_the_stage_is_left(
    browser, site
):
    page = tool(browser, site, "lab", "en", "&temperature=0.5")
    page.keyboard.press("c")
    drawer, lane = page.locator(".am-stage [data-drawer]"), page.locator(".am-stage .am-lane-said").first
    expect(drawer).to_be_visible()
    before = lane.inner_text()
    slider = drawer.locator("input[type=range]").first
    slider.press("End")
    expect(lane).not_to_have_text(before)
    expect(slider).to_be_in_viewport()
    page.wait_for_url(lambda url: "temperature=3" in url and "present=true" in url)
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.locator(".am-stage-drawer").click()
    expect(drawer).to_be_visible()
    page.keyboard.press("c")
    expect(drawer).to_be_hidden()
    grip = page.locator(".am-stage .am-grip").first
    moved = grip.inner_text()
    grip.press("ArrowRight")  # the lab's own key
    expect(page.locator(".am-stage .am-lane").first.locator(".am-grip").nth(1)).to_have_text(moved)
    page.keyboard.press("b")
    expect(page.locator(".am-stage-blank")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator(".am-stage-blank")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".am-stage")).to_have_count(0)
    expect(page.locator("article .am-tool .am-lane").first).to_be_visible()
    expect(page.locator("[data-drawer]")).to_be_visible()
    page.wait_for_url(lambda url: "present" not in url and "temperature=3" in url)
    assert page.faults == []
    page.context.close()


def test_the_words_of_a_generation_keep_their_keys_on_the_stage(browser, site):
    page = tool(browser, site, "generation", "pt", "&gen.tokens=12")
    page.locator(".am-stage [role=option]").first.click()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".am-stage [role=option]").nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".am-gen-panel tbody button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".am-stage [role=option]").nth(1)).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator(".am-stage-time")).to_be_visible()
    page.keyboard.press("c")
    page.locator(".am-stage textarea").fill("")
    page.keyboard.type("bct?f")  # a letter is a letter in a field
    expect(page.locator(".am-stage textarea")).to_have_value("bct?f")
    expect(page.locator(".am-stage-blank")).to_be_hidden()
    page.context.close()


@pytest.mark.parametrize("kind", ["lesson", "tool"])
def test_full_screen_goes_on_and_off_by_its_key_and_escape_leaves_it_before_the_stage(browser, site, kind):
    if kind == "lesson":
        page = stage(browser, f"{(site / 'en' / 'temperature.html').as_uri()}?beat=scale.2")
    else:
        page = tool(browser, site, "lab", "en")
    where = at(page)
    full = "(wanted) => Boolean(document.fullscreenElement) === wanted"
    for key, wanted in (("f", True), ("f", False), ("f", True), ("Escape", False)):
        page.keyboard.press(key)
        page.wait_for_function(full, arg=wanted)
        sound(page)
        assert at(page) == where
    page.keyboard.press("Escape")
    expect(page.locator(".am-stage")).to_have_count(0)
    page.context.close()
