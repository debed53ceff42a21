"""The chart of a growing text under penalties, against `core`."""

import random

import numpy as np
import pytest

from core import ENGINES, softmax
from dashboard import charts
from dashboard.charts.penalties import counting, penalised_logits
from dashboard.recorded.growing import Growth
from tests.browser.figures import open_figure, rows_at, table

NAMES = 12


@pytest.fixture(scope="module")
def text():
    draw = np.random.default_rng(4)
    steps = 80  # longer than llama.cpp's window
    return Growth(
        tuple(f" t{i}" for i in range(NAMES)),
        tuple(draw.integers(0, 8, 5 + steps).tolist()),
        5,
        np.round(draw.normal(1, 3, (steps + 1, NAMES)), 2),
        np.round(draw.normal(2, 1, steps + 1), 2),
        30,
    )


def test_every_count_logit_and_probability_is_that_of_core(browser, text):
    controls = [*charts.penalty_controls(80, 0), charts.shift_control()]
    figure = charts.penalties(
        "p", "p", text, controls, said="{after|text}", domain=(-9, 9), engines=list(ENGINES), shown=NAMES
    )
    page = open_figure(browser, figure)
    draw = random.Random(2)
    settings = [
        {
            "engine": draw.choice(list(ENGINES)),
            "step": draw.randrange(81),
            "shift": draw.choice([0, -10, 6.5]),
            "repetition": draw.choice([1, 0.6, 1.3, 2]),
            "frequency": draw.choice([0, -1, 0.7, 2]),
            "presence": draw.choice([0, -2, 0.4, 1.5]),
        }
        for _ in range(120)
    ]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        many, u, v = penalised_logits(text, one, counting(text)[one["engine"]])
        rest = text.rest[one["step"]] + one["shift"]
        p_raw, p = (softmax([*row, rest]) for row in (u, v))
        rows.sort(key=lambda row: row["i"])
        assert [row["many"] for row in rows] == many.tolist()
        for name, right in (("u", u), ("v", v), ("p_raw", p_raw), ("p", p)):
            assert max(abs(row[name] - float(x)) for row, x in zip(rows, right, strict=False)) <= 1e-9
        assert rows[0]["after"] == charts.visible(text.words[int(np.argmax(v))])
        assert abs(rows[0]["tail"] - float(p[-1])) <= 1e-9
    page.close()


def test_counts_follow_what_each_engine_says_it_counts(text):
    rules = counting(text)
    assert rules["openai"] == {"repetition": 85, "frequency": 5, "window": 85}
    assert rules["vllm"] == {"repetition": 0, "frequency": 5, "window": 85}
    assert rules["llama.cpp"] == {"repetition": 0, "frequency": 0, "window": 64}
    assert rules["transformers"] == {"repetition": 0, "frequency": 85, "window": 85}


def test_the_table_as_first_drawn_is_the_live_one(browser, text):
    figure = charts.penalties(
        "p", "p", text, charts.penalty_controls(80, 40, 1.3, 0.5), said="", domain=(-9, 9), shown=5
    )
    page = open_figure(browser, figure)
    shown = table(page)
    assert shown == figure.rows
    page.close()
