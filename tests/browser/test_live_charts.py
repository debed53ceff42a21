"""The charts compute in the page; here they are held against `core`, on the site and in the app."""

import itertools
import math
import random

import pytest

from core import (
    SamplingParams,
    cold_miss,
    cold_miss_bound,
    entropy,
    hot_distance,
    hot_distance_bound,
    probabilities,
    softmax,
)
from dashboard.charts import STOPS

LOGITS = {"u0": [3, 1, 0, -1], "u1": [2, 1, 0, -1], "u2": [4, 2, 1, -1], "u3": [2, 2, 0, -1]}
CLOSE = 1e-9
ROWS = """async ([title, settings]) => {
  const home = [...document.querySelectorAll('.am-figure')].find((e) => e.querySelector(`#${title}-title`));
  const rows = [];
  for (const one of settings) { await home.amostra.set(one); rows.push(home.amostra.rows().map((row) => ({ ...row }))); }
  return rows;
}"""


def farthest(pairs) -> float:
    """The largest distance in pairs of numbers; at least 200 settings must stand behind it."""
    distances = [abs(a - b) for a, b in pairs]
    assert len(distances) >= 200
    return max(distances)


def test_the_temperature_chart_draws_the_distribution_of_core(page, surface, record_property):
    settings = [{"variant": v, "tau_stop": i} for v in LOGITS for i in range(len(STOPS))]
    rows = page.evaluate(ROWS, ["tau", settings])
    error = farthest(
        (row["p"], p)
        for one, drawn in zip(settings, rows, strict=True)
        for row, p in zip(drawn, softmax(LOGITS[one["variant"]], STOPS[one["tau_stop"]]).tolist(), strict=True)
    )
    record_property("max_abs_dp", error)
    print(f"\n{surface.name}: temperature chart, {len(settings)} settings, max |Δp| = {error:.2g}")
    assert error <= CLOSE


def test_the_order_chart_draws_the_chain_of_core_for_both_orders(page, surface):
    draw = random.Random(4)
    settings = [
        {
            "tau_stop": draw.randrange(len(STOPS)),
            "top_k": draw.randrange(4),
            "top_p": draw.randrange(21) / 20,
            "min_p": draw.randrange(21) / 20,
            "temperature_first": draw.random() < 0.5,
        }
        for _ in range(400)
    ]
    rows = page.evaluate(ROWS, ["order", settings])
    pairs = []
    for one, drawn in zip(settings, rows, strict=True):
        params = SamplingParams(
            STOPS[one["tau_stop"]],
            one["top_k"],
            one["top_p"],
            one["min_p"],
            order="transformers" if one["temperature_first"] else "llama.cpp",
        )
        pairs += zip((row["p"] for row in drawn), probabilities([3, 2, 1], params).tolist(), strict=True)
    error = farthest(pairs)
    print(f"\n{surface.name}: order chart, {len(settings)} settings, max |Δp| = {error:.2g}")
    assert error <= CLOSE


def test_the_limits_chart_draws_the_distances_and_bounds_of_core(page, surface):
    settings = [{"variant": v, "tau_stop": i} for v in LOGITS for i in range(len(STOPS))]
    rows = page.evaluate(ROWS, ["limits", settings])
    series = {
        "miss": cold_miss,
        "miss_bound": cold_miss_bound,
        "uniform": hot_distance,
        "uniform_bound": hot_distance_bound,
    }
    pairs = [
        (row[0][name], exact(LOGITS[one["variant"]], STOPS[one["tau_stop"]]).item())
        for one, row in zip(settings, rows, strict=True)
        for name, exact in series.items()
    ]
    assert farthest(pairs) <= CLOSE
    assert all(row[0]["miss"] <= row[0]["miss_bound"] + 1e-15 for row in rows)
    assert all(row[0]["uniform"] <= row[0]["uniform_bound"] + 1e-15 for row in rows)


def test_the_curves_chart_draws_the_entropy_of_core_and_it_never_falls(page):
    for variant, logits in LOGITS.items():
        settings = [{"variant": variant, "tau_stop": i} for i in range(len(STOPS))]
        rows = page.evaluate(ROWS, ["curves", settings])
        drawn = [row[0]["entropy"] for row in rows]
        assert max(abs(a - entropy(softmax(logits, tau)).item()) for a, tau in zip(drawn, STOPS, strict=True)) <= CLOSE
        assert all(a <= b + 1e-12 for a, b in itertools.pairwise(drawn))


def test_zero_and_infinity_are_real_stops(page):
    for stop, expected in ((0, [0.5, 0.5, 0, 0]), (len(STOPS) - 1, [0.25] * 4)):
        rows = page.evaluate(ROWS, ["tau", [{"variant": "u3", "tau_stop": stop}]])[0]
        assert [row["p"] for row in rows] == expected
    assert STOPS[0] == 0 and STOPS[-1] == math.inf


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
    assert page.locator("#tau-tau_stop").get_attribute("aria-valuetext") == "5"
    assert page.locator("#tau-variant").input_value() == "u2"
    assert page.locator("#order-top_p").get_attribute("aria-valuetext") == "0.60"
    assert not page.locator("#order-temperature_first").is_checked()
    notice = page.locator(".am-figure", has=page.locator("#limits-title")).locator(".am-notice")
    assert "warm" in notice.inner_text()
    assert page.locator("#limits-tau_stop").get_attribute("aria-valuetext") == "0.5"
    page.context.close()


@pytest.mark.parametrize("language", ["pt", "en"])
def test_numbers_follow_the_language_inside_charts(surface, language):
    page = surface.open(language)
    labels = page.locator(".am-figure", has=page.locator("#tau-title")).locator("svg").first.text_content()
    assert ("97,9%" if language == "pt" else "97.9%") in labels
    page.context.close()
