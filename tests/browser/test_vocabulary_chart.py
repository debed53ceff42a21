"""The chart over a whole vocabulary, against `core`."""

import random

import numpy as np
import pytest

from core import SamplingParams, entropy, probabilities
from dashboard import charts
from dashboard.blocks import Control
from dashboard.charts import STOPS
from dashboard.recorded.snapshots import Snapshot
from tests.browser.figures import open_figure, rows_at, table

SHOWN = 5


@pytest.fixture(scope="module")
def snapshots():
    draw = np.random.default_rng(3)
    rows = [np.sort(np.round(draw.normal(0, width, 900), 2))[::-1] for width in (1.0, 3.0)]  # two decimals: ties
    return [Snapshot(f"texto {i}", tuple(f" t{j}" for j in range(20)), row) for i, row in enumerate(rows)]


def test_every_bar_and_the_rest_are_those_of_core(browser, snapshots):
    controls = [
        charts.temperature_control(1.0),
        *(
            Control(name, name, "", "range", 1.0 if name == "top_p" else 0, 0, high, step)
            for name, high, step in (("top_k", 200, 1), ("top_p", 1, 0.01), ("min_p", 1, 0.01))
        ),
    ]
    page = open_figure(browser, charts.vocabulary("v", "v", snapshots, controls, said="{n_kept|0}", shown=SHOWN))
    draw = random.Random(1)
    settings = [
        {
            "variant": f"u{draw.randrange(2)}",
            "tau_stop": draw.randrange(len(STOPS)),
            "top_k": draw.choice([0, 3, 40]),
            "top_p": draw.choice([1, 0.5, 0.9]),
            "min_p": draw.choice([0, 0.05]),
        }
        for _ in range(120)
    ]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        logits = snapshots[int(one["variant"][1])].logits
        probs = probabilities(logits, SamplingParams(STOPS[one["tau_stop"]], one["top_k"], one["top_p"], one["min_p"]))
        right = [*probs[:SHOWN].tolist(), probs[SHOWN:].sum().item()]
        rows.sort(key=lambda row: row["slot"])
        assert max(abs(row["p"] - p) for row, p in zip(rows, right, strict=True)) <= 1e-9
        assert rows[0]["n_kept"] == (probs > 0).sum() and rows[0]["n_here"] == (probs[0] > 0)
        assert abs(rows[0]["entropy"] - entropy(probs).item()) <= 1e-9
    page.close()


def test_the_table_as_first_drawn_is_the_live_one(browser, snapshots):
    figure = charts.vocabulary("v", "v", snapshots[:1], [charts.temperature_control(0.5)], said="", shown=SHOWN)
    page = open_figure(browser, figure)
    shown = table(page)
    assert shown == figure.rows
    page.close()
