"""The charts of attention, against `core`."""

import random
from math import exp

import numpy as np
import pytest

from core import argmax_count, cold_miss_bound, effective_choices, largest_slope, softmax
from dashboard import charts
from dashboard.charts.saturation import DIVISORS, SIZES, divided_by, products
from dashboard.recorded.inside import Inside
from tests.browser.figures import open_figure, rows_at, table

CLOSE = 1e-9


@pytest.fixture(scope="module")
def texts():
    draw = np.random.default_rng(3)

    def text(tokens: int) -> Inside:
        scores = np.round(draw.normal(0, 3, (3, 2, tokens, tokens)), 3)
        none = np.zeros((4, 1))
        words = tuple(f" t{j}" for j in range(tokens))
        return Inside(f"texto {tokens}", words, 24, scores, ("a",), none, none[:, 0], 9, none, none[:3])

    return [text(9), text(5)]


def test_random_products_saturate_as_core_says(browser):
    page = open_figure(browser, charts.saturation("s", "s", said="{d|0} {by|2} {gap|2} {p_max|%1}"))
    draw = random.Random(5)
    settings = [
        {"variant": f"t{draw.randrange(3)}", "d_stop": draw.randrange(len(SIZES)), "divisor": draw.choice([*DIVISORS])}
        for _ in range(120)
    ]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        d = SIZES[one["d_stop"]]
        dots, tau = products()[int(one["variant"][1]), one["d_stop"]], divided_by(d, one["divisor"])
        weights = softmax(dots, tau)
        assert max(abs(row["p"] - p) for row, p in zip(rows, weights.tolist(), strict=True)) <= CLOSE
        assert abs(rows[0]["effective"] - effective_choices(weights).item()) <= 1e-8
        slope, bound = largest_slope(dots, tau).item(), cold_miss_bound(dots, tau).item()
        assert abs(rows[0]["slope"] - slope) <= CLOSE * max(slope, 1e-30) + 1e-15
        assert abs(rows[0]["bound"] - bound) <= CLOSE and argmax_count(dots) == 1
    page.close()


def test_products_of_d_components_have_the_variance_d_of_the_proposition():
    draw = np.random.default_rng(11)
    for d in (4, 64):
        dots = (draw.normal(size=(20_000, d)) * draw.normal(size=(20_000, d))).sum(1)
        assert dots.var() / d == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("kind", ["saturation"])
def test_the_table_as_first_drawn_is_the_live_one(browser, texts, kind):
    figure = {
        "saturation": lambda: charts.saturation("s", "s", size=24, divisor="root", said=""),
    }[kind]()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()


def test_the_weights_of_a_kept_text_are_those_of_its_scores(texts):
    one = texts[0]
    row = one.weights[1, 0, 4]
    right = [exp(s) for s in one.scores[1, 0, 4, :5]]
    np.testing.assert_allclose(row[:5], np.array(right) / sum(right), rtol=1e-12)
    assert (row[5:] == 0).all()
