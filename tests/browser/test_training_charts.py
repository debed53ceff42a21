"""The charts of the lesson on training against `core.course.learning` and against the records."""

import numpy as np
import pytest

from dashboard import language
from dashboard.charts.over_training import over_training
from dashboard.recorded import trained
from tests.browser.figures import open_figure, rows_at, table


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
