"""The charts of the lesson on training against `core.course.learning` and against the records."""

import random

import numpy as np
import pytest

from core import softmax
from core.course.learning import cross_entropy, gradient_step, guaranteed_fall, loss_gradient
from dashboard import language
from dashboard.charts.gradient_step import RATES
from dashboard.charts.gradient_step import gradient_step as step_figure
from dashboard.charts.over_training import over_training
from dashboard.recorded import trained
from dashboard.recorded.snapshots import Snapshot
from tests.browser.figures import open_figure, rows_at, table

SHOWN = 8


@pytest.fixture(scope="module")
def snapshot():
    logits = -np.sort(-np.random.default_rng(7).normal(size=300) * 3)
    return Snapshot("p", tuple(f"t{i}" for i in range(100)), logits.round(3))


def test_a_step_on_every_logit_is_that_of_core(browser, snapshot):
    with language.using("en"):
        figure = step_figure(
            "g", "g", snapshot, first=1, second=3, share=1.0, rate=1, said="{before|3} {after|3} {promise}"
        )
        page = open_figure(browser, figure)
    assert table(page) == figure.rows
    rng = random.Random(3)
    settings = [{"first": str(rng.randrange(SHOWN)), "second": str(rng.randrange(SHOWN)), "share": rng.randrange(21) / 20,
                 "rate_stop": rng.randrange(len(RATES))} for _ in range(120)]  # fmt: skip
    for setting, rows in zip(settings, rows_at(page, settings), strict=True):
        y = [0.0] * len(snapshot.logits)
        y[int(setting["first"])] += setting["share"]
        y[int(setting["second"])] += 1 - setting["share"]
        rate = RATES[setting["rate_stop"]]
        after = gradient_step(snapshot.logits, y, rate)
        each = {
            "p": softmax(snapshot.logits),
            "y": np.array(y),
            "q": softmax(after),
            "g": loss_gradient(snapshot.logits, y),
        }
        for name, values in each.items():
            right = [*values[:SHOWN].tolist(), float(values[SHOWN:].sum())]
            assert [row[name] for row in rows] == pytest.approx(right, abs=1e-9), setting
        assert rows[0]["before"] == pytest.approx(cross_entropy(snapshot.logits, y).item(), abs=1e-9)
        assert rows[0]["after"] == pytest.approx(cross_entropy(after, y).item(), abs=1e-9)
        promise = guaranteed_fall(snapshot.logits, y, rate).item()
        assert rows[0]["fall"] == pytest.approx(promise, abs=1e-9)
        assert (rows[0]["promise"] == "nothing") == (promise <= 0)
    page.close()


def test_the_table_holds_what_each_model_had_reached_at_every_stop(browser):
    runs = {"a": trained.losses("embedded"), "b": [(x - 0.01, 9 - x) for x, _ in trained.losses("embedded")[::3]]}
    with language.using("en"):
        figure = over_training(
            "t",
            "t",
            runs,
            "nats",
            domain=(4, 9),
            digits=3,
            said="{here|2} {least|2} {most|2}",
            also=("perplexity", "exp(datum.value)", 1),
        )
        page = open_figure(browser, figure)
    assert table(page) == figure.rows
    stops = [x for x, _ in runs["a"]]
    for at, rows in zip(range(len(stops)), rows_at(page, [{"at": at} for at in range(len(stops))]), strict=True):
        right = {
            name: [(round(x, 4), round(v, 4)) for x, v in run if round(x, 4) <= round(stops[at], 4) + 1e-9]
            for name, run in runs.items()
        }
        right = {name: run[-1] for name, run in right.items() if run}
        assert {row["model"]: (row["x"], row["value"]) for row in rows} == right
        assert all(row["also"] == pytest.approx(np.exp(row["value"])) for row in rows)
    page.close()
