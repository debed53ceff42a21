"""The chart with the temperature before and after the cuts, against `core`."""

import random

import numpy as np

from core import SamplingParams, probabilities, total_variation
from dashboard import charts
from dashboard.blocks import Control
from dashboard.charts import STOPS
from dashboard.recorded.snapshots import Snapshot
from tests.browser.figures import open_figure, rows_at, table

SHOWN = 5
ORDERS = ("transformers", "llama.cpp")


def controls(top_p=0.8):
    return [
        charts.temperature_control(0.5),
        *(
            Control(name, name, "", "range", value, 0, high, step)
            for name, value, high, step in (("top_k", 0, 200, 1), ("top_p", top_p, 1, 0.01), ("min_p", 0, 1, 0.01))
        ),
    ]


def test_both_orders_are_those_of_core_and_a_token_that_changes_sides_is_marked(browser):
    draw, numbers = random.Random(5), np.random.default_rng(4)
    rows = [np.sort(np.round(numbers.normal(0, width, 400), 2))[::-1] for width in (1.0, 3.0)]  # two decimals: ties
    variants = {f"v{i}": Snapshot(f"texto {i}", tuple(f" t{j}" for j in range(9)), row) for i, row in enumerate(rows)}
    page = open_figure(browser, charts.two_orders("o", "o", variants, controls(), said="{n_moved|0}", shown=SHOWN))
    settings = [
        {
            "variant": f"u{draw.randrange(2)}",
            "tau_stop": draw.randrange(len(STOPS)),
            "top_k": draw.choice([0, 3, 40]),
            "top_p": draw.choice([1, 0.5, 0.9]),
            "min_p": draw.choice([0, 0.05, 0.3]),
        }
        for _ in range(120)
    ]
    for one, shown in zip(settings, rows_at(page, settings), strict=True):
        logits = rows[int(one["variant"][1])]
        both = [
            probabilities(
                logits, SamplingParams(STOPS[one["tau_stop"]], one["top_k"], one["top_p"], one["min_p"], order)
            )
            for order in ORDERS
        ]
        moved = (both[0] > 0) != (both[1] > 0)
        assert [shown[0][name] for name in ("n_first", "n_last", "n_moved")] == [
            (both[0] > 0).sum(),
            (both[1] > 0).sum(),
            moved.sum(),
        ]
        assert abs(shown[0]["tv"] - total_variation(*both)) <= 1e-9
        for row in shown:
            p, slot = both[0 if row["first"] else 1], int(row["slot"])
            here = slice(slot, slot + 1) if slot < SHOWN else slice(SHOWN, None)
            assert abs(row["p"] - p[here].sum()) <= 1e-9 and row["n_here"] == (p[here] > 0).sum()
            assert ("⇄" in row["label"]) == bool(moved[here].any())
    page.close()


def test_the_table_as_first_drawn_is_the_live_one(browser):
    figure = charts.two_orders(
        "o", "o", {"it": Snapshot("", ("a", "b", "c"), np.array([3.0, 2.0, 1.0]))}, controls(), said=""
    )
    assert [row[3] for row in figure.rows] == ["mantido", "mantido", "cortado", "mantido", "cortado", "cortado"]
    page = open_figure(browser, figure)
    shown = table(page)
    assert shown == figure.rows
    page.close()
