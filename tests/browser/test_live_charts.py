"""A lesson's charts on the site and in the app: the picture shows the rows, and the controls move all that speaks of them."""

import pytest
from playwright.sync_api import expect

from core import softmax

SEEN = """async (settings) => {
  const home = document.getElementById("tau-title").closest(".am-figure"), seen = [];
  for (const one of settings) {
    await home.amostra.set(one);
    const bars = [...home.querySelectorAll(".role-mark.layer_1_marks path")].map((bar) => bar.getBBox().width);
    const words = [...home.querySelectorAll(".role-mark.layer_2_marks text")].map((word) => word.textContent);
    seen.push({ rows: home.amostra.rows(), bars, words });
  }
  return seen;
}"""


def test_the_picture_shows_the_rows(page, surface):
    settings = [{"variant": variant, "tau": tau} for variant in ("u0", "u3") for tau in (0, 0.5, 1, 20, "inf")]
    logits = {"u0": [3, 1, 0, -1], "u3": [2, 2, 0, -1]}
    for one, seen in zip(settings, page.evaluate(SEEN, settings), strict=True):
        probs = softmax(logits[one["variant"]], float(one["tau"])).tolist()
        assert [row["p"] for row in seen["rows"]] == pytest.approx(probs, abs=1e-12)
        unit = max(seen["bars"]) / max(probs)  # px for the whole mass
        assert seen["bars"] == pytest.approx([unit * p for p in probs], abs=0.51)
        assert [word.replace("% ", "%") for word in seen["words"]] == [row["label"] for row in seen["rows"]]
    assert not surface.errors


def test_moving_a_slider_changes_the_sentence_the_table_and_the_address(page, surface):
    figure = page.locator(".am-figure", has=page.locator("#tau-title"))
    before = figure.locator(".am-said").inner_text()
    figure.locator("summary").click()
    cells = figure.locator("tbody").inner_text()
    slider = figure.get_by_label("Temperatura τ")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('tau.tau=')")
    assert figure.locator(".am-said").inner_text() != before
    assert figure.locator("tbody").inner_text() != cells
    assert figure.locator("output").inner_text() == slider.get_attribute("aria-valuetext")
    assert not surface.errors


def test_a_link_reproduces_the_controls_and_a_bad_one_falls_back_with_a_notice(surface):
    page = surface.open("en", "tau.tau=5&tau.variant=u2&order.top_p=0.6&order.temperature_first=0&limits.tau=warm")
    assert page.locator("#tau-tau").get_attribute("aria-valuetext") == "5"
    assert page.locator("#tau-variant").input_value() == "u2"
    assert page.locator("#order-top_p").get_attribute("aria-valuetext") == "0.60"
    assert not page.locator("#order-temperature_first").is_checked()
    notice = page.locator(".am-figure", has=page.locator("#limits-title")).locator(".am-notice")
    notice.scroll_into_view_if_needed()  # a section far below is not laid out yet
    expect(notice).to_contain_text("warm", use_inner_text=True)
    assert page.locator("#limits-tau").get_attribute("aria-valuetext") == "0.5"
    page.context.close()


@pytest.mark.parametrize("language", ["pt", "en"])
def test_numbers_follow_the_language_inside_charts(surface, language):
    page = surface.open(language)
    labels = page.locator(".am-figure", has=page.locator("#tau-title")).locator("svg").first.text_content()
    assert ("97,9%" if language == "pt" else "97.9%") in labels
    page.context.close()
