"""The charts of length, against `core.course.lengths` and against sums written out."""

import random

import numpy as np
import pytest

from core.course.lengths import cost, expected_length, path_survival, survival
from dashboard import charts
from dashboard.recorded.growing import Walk
from tests.browser.figures import open_figure, rows_at, table


def close(a, b):
    return abs(a - b) <= 1e-9 * max(1, abs(b))


def test_the_law_its_mean_and_its_cost_are_those_of_core(browser):
    page = open_figure(
        browser, charts.length("l", "l", charts.length_controls(0.01, 200, 500, 2.0, 8.0), said="{mean|2}")
    )
    draw = random.Random(6)
    settings = [
        {
            "end_stop": draw.randrange(len(charts.ENDS)),
            "limit": draw.randrange(10, 1001, 10),
            "tokens_in": draw.randrange(0, 10001, 100),
            "price_in": draw.choice([0, 0.5, 3]),
            "price_out": draw.choice([0, 1.5, 60]),
        }
        for _ in range(150)
    ]
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        end, limit = charts.ENDS[one["end_stop"]], one["limit"]
        mean = expected_length(end, limit)
        assert close(row["mean"], mean) and close(row["cut"], survival(end, limit))
        assert close(row["mean"], sum(survival(end, t) for t in range(limit)))  # the area up to the limit
        assert close(row["cost"], 1000 * cost(one["tokens_in"], mean, one["price_in"], one["price_out"]))
    page.close()


@pytest.fixture(scope="module")
def walks():
    draw = np.random.default_rng(7)
    return [
        Walk(
            f"texto {i}",
            tuple(draw.choice([" a", "\n", ".\n", " b"], 60).tolist()),
            np.round(draw.normal(-8, 3, 60), 3),
        )
        for i in range(2)
    ]


def test_the_end_of_real_texts_under_a_bias_is_that_of_core(browser, walks):
    page = open_figure(browser, charts.endings("e", "e", walks, [charts.bias_control()], said="{alive|%1}"))
    draw = random.Random(8)
    settings = [{"variant": f"w{draw.randrange(2)}", "bias": draw.randrange(-10, 31) / 2} for _ in range(120)]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        walk = walks[int(one["variant"][1])]
        ends = 1 / (1 + np.exp(-(walk.odds + one["bias"])))  # a bias b multiplies the odds by e^b
        assert max(abs(row["q"] - q) for row, q in zip(rows, ends, strict=True)) <= 1e-9
        assert close(rows[0]["alive"], path_survival(ends)[-1]) and close(rows[0]["p_max"], ends.max())
        after = np.array([word.endswith("\n") for word in (walk.prompt, *walk.words[:-1])])
        assert close(rows[0]["broken"], ends[after].mean()) and close(rows[0]["unbroken"], ends[~after].mean())
    page.close()


@pytest.mark.parametrize("kind", ["length", "endings"])
def test_the_table_as_first_drawn_is_the_live_one(browser, walks, kind):
    figure = (
        charts.length("l", "l", charts.length_controls(0.002, 300, 500, 2.0, 8.0), said="")
        if kind == "length"
        else charts.endings("e", "e", walks, [charts.bias_control(2)], said="")
    )
    page = open_figure(browser, figure)
    shown = table(page)
    assert shown == [[cell.strip() for cell in row] for row in figure.rows]
    page.close()
