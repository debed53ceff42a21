"""The charts of a reward with a KL penalty against `core`."""

from math import log

import pytest

from core import kl_divergence, softmax
from core.course.preferences import tilted
from dashboard import charts
from dashboard.charts.over_n import NS
from dashboard.charts.tilt import BETAS, reached
from dashboard.recorded.rewards import Rewarded
from tests.browser.figures import open_figure, rows_at, table

MADE = [
    Rewarded("x", ((" a", log(0.4), 1), (" b", log(0.25), 0), (" c", log(0.05), 9)), ((log(0.2), 2), (log(0.1), 4))),
    Rewarded("y", ((" a", log(0.7), 3), (" b", log(0.001), 14)), ((log(0.2), 0), (log(0.09), 3), (log(0.009), 8))),
]


def tilt(one=MADE[0]):
    return charts.tilt("t", "t", one, beta=5.0, said="{reward|2}")


def frontier(one=MADE[0]):
    return charts.frontier("f", "f", one, beta=5.0, n=16, said="{tilt_kl|2}")


@pytest.mark.parametrize("one", MADE, ids=["x", "y"])
def test_the_tilted_bars_are_those_of_core(browser, one):
    page = open_figure(browser, tilt(one))
    settings = [{"beta_at": i} for i in range(len(BETAS))]
    p, shown = softmax(one.log_probs), len(one.tokens)
    for i, rows in enumerate(rows_at(page, settings)):
        right = tilted(one.log_probs, one.rewards, BETAS[i])
        rows.sort(key=lambda row: row["slot"])
        parts = [*right[:shown].tolist(), right[shown:].sum().item()]
        assert max(abs(row["p"] - x) for row, x in zip(rows, parts, strict=True)) <= 1e-9
        assert abs(rows[0]["p_max"] - max(parts[:-1])) <= 1e-9
        assert abs(rows[0]["kl"] - kl_divergence(right, p, "nats").item()) <= 1e-9
        assert abs(rows[0]["reward"] - sum(a * r for a, r in zip(right.tolist(), one.rewards, strict=True))) <= 1e-9
    page.close()


@pytest.mark.parametrize("one", MADE, ids=["x", "y"])
def test_both_ways_reach_what_core_says_and_the_optimum_is_never_below(browser, one):
    page = open_figure(browser, frontier(one))
    settings = [{"beta_at": b, "n_stop": n} for b in range(len(BETAS)) for n in range(0, len(NS), 2)]
    assert len(settings) >= 100
    for setting, rows in zip(settings, rows_at(page, settings), strict=True):
        first, second = sorted(rows, key=lambda row: row["kind"])
        for row, right in (
            (first, reached(one, beta=BETAS[setting["beta_at"]])),
            (second, reached(one, n=NS[setting["n_stop"]])),
        ):
            assert abs(row["kl"] - right[0]) <= 1e-9 and abs(row["reward"] - right[1]) <= 1e-9
        assert first["kl"] < second["kl"] or first["reward"] >= second["reward"] - 1e-9
    page.close()


@pytest.mark.parametrize("make", [tilt, frontier])
def test_the_table_as_first_drawn_is_the_live_one(browser, make):
    figure = make()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
