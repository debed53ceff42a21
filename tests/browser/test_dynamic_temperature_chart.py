"""A temperature that moves, step by step and over whole texts, against `core`."""

import random
from itertools import product
from math import inf, log

import numpy as np
import pytest

from core import Schedule, dynamic_temperature, effective_choices, entropy, softmax
from dashboard import charts
from dashboard.charts import STOPS
from dashboard.recorded.real_texts import LogitsAtStep
from tests.browser.figures import open_figure, rows_at, table

FIRST, SECOND, TEXTS = [0.4, 0.0], [[0.2, 0.0], [3.0, 0.0]], ["a b", "a c", "d e", "d f"]


@pytest.fixture(scope="module")
def steps():
    draw = np.random.default_rng(5)
    rows = []
    for i, width in enumerate((0.5, 3.0, 8.0, 0.0)):  # the last: every logit alike, the largest entropy there is
        hundredths = np.rint(100 * draw.normal(0, width, 700)).astype(int)
        below, counts = np.unique(hundredths.max() - hundredths, return_counts=True)
        rows.append(LogitsAtStep(f"t{i}", -int(below[len(below) // 2]), -below, counts))
    return rows


def taus(steps, rule, temp, spread, exponent):
    low, high = max(0.0, temp - spread), temp + spread
    if rule in ("linear", "cosine"):
        return [Schedule(high, low, len(steps) - 1, rule).at(t) for t in range(len(steps))]
    nats = [entropy(softmax(one.logits), "nats").item() for one in steps]
    if rule == "edt":
        return [temp * 0.8 ** (exponent / h) for h in nats]
    return [low + (high - low) * min(1, h / log(len(steps[0].logits))) ** exponent for h in nats]


def test_a_rule_gives_every_step_the_temperature_and_the_distribution_of_core(browser, steps):
    page = open_figure(browser, charts.over_text("o", "o", steps, said="{mean|2}"))
    draw = random.Random(2)
    settings = [{"rule": draw.choice(["entropy", "entropy", "edt", "linear", "cosine"]), "temp": draw.choice([0.1, 0.7, 1.0, 1.5]),
                 "spread": draw.choice([0, 0.1, 0.5, 1]), "exponent": draw.choice([0.25, 1, 2.75])} for _ in range(120)]  # fmt: skip
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        rows.sort(key=lambda row: row["t"])
        right = taus(steps, **one)
        low, high = max(0.0, one["temp"] - one["spread"]), one["temp"] + one["spread"]
        for step, tau, row in zip(steps, right, rows, strict=True):
            place = (step.logits == step.drawn / 100).argmax()
            probs = softmax(step.logits, tau)
            if one["rule"] == "entropy":
                probs = softmax(dynamic_temperature(step.logits, low, high, one["exponent"]))
            assert abs(row["tau"] - tau) <= 1e-9
            assert abs(row["p"] - probs[place].item()) <= 1e-9
            assert abs(row["after"] / effective_choices(probs).item() - 1) <= 1e-9
            assert abs(row["p_raw"] - softmax(step.logits)[place].item()) <= 1e-9
        assert abs(rows[0]["mean"] - sum(right) / len(right)) <= 1e-9
    page.close()


def two_steps(**said):
    controls = [charts.step_control(f"{name}_stop", name, "", 1.0) for name in ("first", "second")]
    return charts.two_steps("w", "w", TEXTS, FIRST, SECOND, controls, said="{distance|%2}")


def test_whole_texts_have_the_probabilities_of_core_and_the_nearest_constant_is_the_nearest(browser):
    def whole(tau_1, tau_2):
        start = softmax(FIRST, tau_1).tolist()
        return np.array([start[i] * softmax(SECOND[i], tau_2)[j].item() for i, j in product(range(2), range(2))])

    page = open_figure(browser, two_steps())
    draw = random.Random(4)
    settings = [
        {"first_stop": draw.randrange(len(STOPS)), "second_stop": draw.randrange(len(STOPS))} for _ in range(120)
    ]
    settings += [{"first_stop": a, "second_stop": b} for a, b in product((0, len(STOPS) - 1, 40), repeat=2)]
    constants = {tau: whole(tau, tau) for tau in STOPS}
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        rows.sort(key=lambda row: TEXTS.index(row["text"]))
        right = whole(STOPS[one["first_stop"]], STOPS[one["second_stop"]])
        distances = {tau: abs(right - q).sum() / 2 for tau, q in constants.items()}
        assert np.abs([row["p"] for row in rows] - right).max() <= 1e-9
        assert abs(rows[0]["distance"] - min(distances.values())) <= 1e-9
        nearest = inf if rows[0]["nearest"] is None else rows[0]["nearest"]
        assert distances[nearest] <= min(distances.values()) + 1e-9
        assert np.abs([row["q"] for row in rows] - constants[nearest]).max() <= 1e-9
        assert right[TEXTS.index(rows[0]["winner"])] == pytest.approx(right.max(), abs=1e-9)
    page.close()


@pytest.mark.parametrize("which", ["over_text", "two_steps"])
def test_the_table_as_first_drawn_is_the_live_one(browser, steps, which):
    page = open_figure(
        browser, two_steps() if which == "two_steps" else charts.over_text("o", "o", steps, said="{mean|2}")
    )
    figure = two_steps() if which == "two_steps" else charts.over_text("o", "o", steps, said="{mean|2}")
    shown = table(page)
    assert shown == figure.rows
    page.close()
