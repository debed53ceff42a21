"""A temperature that moves, step by step and over whole texts, against `core`."""

import random
from itertools import product
from math import inf

import numpy as np
import pytest

from core import softmax
from dashboard import charts
from dashboard.charts import STOPS
from tests.browser.figures import open_figure, rows_at, table

FIRST, SECOND, TEXTS = [0.4, 0.0], [[0.2, 0.0], [3.0, 0.0]], ["a b", "a c", "d e", "d f"]


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


def test_the_table_as_first_drawn_is_the_live_one(browser):
    figure = two_steps()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
