"""The three charts of top-k and top-p, against `core`: columns over ranks, the staircase, the curves of a vocabulary."""

import random
from math import inf

import numpy as np
import pytest

from core import (
    SamplingParams,
    cut_cost,
    effective_choices,
    kept_mass,
    probabilities,
    softmax,
    temperature,
    top_k,
    top_p,
)
from dashboard import charts
from dashboard.blocks import Control
from dashboard.charts import STOPS
from dashboard.charts.cumulative import K_STOPS
from dashboard.recorded.snapshots import Snapshot
from tests.browser.figures import open_figure, rows_at, table

LOGITS = {"u0": [3, 1.5, 1, 0.5, 0, -1], "u1": [1.2, 1.1, 1, 0.8, 0.7, 0.5], "u2": [2, 1, 1, 1, 0, 0]}
TOKENS = list("abcdef")
K = Control("top_k", "k", "", "range", 3, maximum=6)
P = Control("top_p", "p", "", "range", 0.8, step=0.01, digits=2)
CLOSE = 1e-9


def check_the_table_as_first_drawn(page, figure):
    shown = table(page)
    assert shown == figure.rows
    page.close()


def test_columns_over_ranks_are_the_distribution_of_core(browser):
    figure = charts.ranks("r", "r", TOKENS, LOGITS, [K, charts.temperature_control(1.0)], said="{n_kept|0}")
    page, draw = open_figure(browser, figure), random.Random(2)
    settings = [
        {"variant": draw.choice([*LOGITS]), "top_k": draw.randrange(7), "tau_stop": draw.randrange(len(STOPS))}
        for _ in range(150)
    ]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        probs = probabilities(LOGITS[one["variant"]], SamplingParams(STOPS[one["tau_stop"]], one["top_k"]))
        assert max(abs(row["p"] - p) for row, p in zip(rows, probs.tolist(), strict=True)) <= CLOSE
        assert rows[0]["n_kept"] == (probs > 0).sum()
    page.evaluate("document.querySelector('.am-reset').click()")
    check_the_table_as_first_drawn(page, figure)


def test_ranks_refuse_logits_out_of_order():
    with pytest.raises(ValueError, match="from the largest to the smallest"):
        charts.ranks("r", "r", TOKENS, {"u": [0, 1, 2, 3, 4, 5]}, [K], said="")


def test_the_staircase_keeps_the_nucleus_of_core_and_marks_what_crosses(browser):
    figure = charts.staircase("s", "s", TOKENS, LOGITS, [P, charts.temperature_control(1.0)], said="{crossing|text}")
    page, draw = open_figure(browser, figure), random.Random(3)
    settings = [
        {"variant": draw.choice([*LOGITS]), "top_p": draw.randrange(101) / 100, "tau_stop": draw.randrange(len(STOPS))}
        for _ in range(200)
    ]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        logits = temperature(LOGITS[one["variant"]], STOPS[one["tau_stop"]])
        probs, kept = softmax(logits), top_p(logits, one["top_p"]) > -inf
        assert [row["kept"] for row in rows] == kept.tolist()
        assert max(abs(row["own"] - p) for row, p in zip(rows, probs.tolist(), strict=True)) <= CLOSE
        assert max(abs(row["head"] - p) for row, p in zip(rows, probs.cumsum(-1).tolist(), strict=True)) <= CLOSE
        assert abs(rows[0]["mass_kept"] - kept_mass(probs, kept).item()) <= CLOSE
        if one["top_p"] < 1:  # what crosses is the last value kept, and every token with that value
            last = logits[kept].min()
            assert [bool(row["crosses"]) for row in rows] == (logits == last).tolist()
    page.evaluate("document.querySelector('.am-reset').click()")
    check_the_table_as_first_drawn(page, figure)


@pytest.fixture(scope="module")
def snapshots():
    draw = np.random.default_rng(5)
    rows = [np.sort(np.round(draw.normal(0, width, 900), 2))[::-1] for width in (3.0, 1.0)]  # two decimals: ties
    return [Snapshot(f"texto {i}", tuple(f" t{j}" for j in range(20)), row) for i, row in enumerate(rows)]


@pytest.mark.parametrize("by_k", [True, False])
def test_the_curves_are_cut_where_core_cuts(browser, snapshots, by_k):
    cut = charts.k_control(40) if by_k else Control("top_p", "p", "", "range", 0.9, step=0.01, digits=2)
    figure = charts.cumulative(
        "c", "c", snapshots, [cut, charts.temperature_control(1.0)], said="{n_0|0} {effective_1|2}"
    )
    page, draw = open_figure(browser, figure), random.Random(7)
    settings = [
        {
            "tau_stop": draw.randrange(len(STOPS)),
            **({"top_k_stop": draw.randrange(len(K_STOPS))} if by_k else {"top_p": draw.randrange(101) / 100}),
        }
        for _ in range(120)
    ]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        for i, row in enumerate(sorted(rows, key=lambda row: row["prompt"])):
            logits = temperature(snapshots[i].logits, STOPS[one["tau_stop"]])
            left = top_k(logits, K_STOPS[one["top_k_stop"]]) if by_k else top_p(logits, one["top_p"])
            probs, kept = softmax(logits), left > -inf
            assert row["n"] == rows[0][f"n_{i}"] == kept.sum()
            assert abs(row["mass"] - kept_mass(probs, kept)) <= CLOSE
            assert abs(row["lost"] - cut_cost(probs, kept)[0]) <= CLOSE
            assert abs(row["least"] - probs[kept].min()) <= CLOSE
            assert abs(row["effective"] - effective_choices(softmax(left))) <= 1e-9 * row["effective"]
    page.evaluate("document.querySelector('.am-reset').click()")
    check_the_table_as_first_drawn(page, figure)
