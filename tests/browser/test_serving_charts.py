"""The charts of the lessons on evaluating and on serving, against `core`."""

import numpy as np
import pytest

from core import quantisation_distance_bound
from core.course.serving import Machine, Served, decode_step, largest_batch
from core.models.sizes import cache_bytes
from dashboard import charts
from dashboard.charts.roofline import BATCHES, BITS, LENGTHS
from dashboard.charts.rounding import closeness
from dashboard.recorded.rounding import Rounding
from tests.browser.figures import open_figure, rows_at, table

MACHINE, P, SHAPE = Machine(80e9, 2.039e12, 312e12), 2.78e9, (32, 80)
TAUS = (0.5, 1.0, 2.0)


def roofline():
    return charts.roofline(
        "r", "r", MACHINE, P, {32: "32", 8: "8"}, SHAPE, batch=8, length=1024, said="{rate|0} {most|0}"
    )


def roundings():
    draw = np.random.default_rng(3)
    sizes = {"a": 0.05, "b": 2.0}
    return {
        name: Rounding(spread := draw.uniform(size, 2 * size, 40), draw.uniform(0, 0.4, (3, 40)) * spread / 8, 30)
        for name, size in sizes.items()
    }


def rounding():
    return charts.rounding("q", "q", roundings(), {"a": "A", "b": "B"}, TAUS, form="b", said="{middle|%2}")


def test_a_step_takes_what_core_says(browser):
    page = open_figure(browser, roofline())
    settings = [
        {"b_stop": b, "t_stop": n, "w_stop": w, "heads": heads}
        for b in range(0, len(BATCHES), 2) for n in range(len(LENGTHS)) for w in range(len(BITS)) for heads in ("h32", "h8")
    ]  # fmt: skip
    assert len(settings) >= 100
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        model = Served(P, BITS[one["w_stop"]] / 8, cache_bytes(SHAPE[0], int(one["heads"][1:]), SHAPE[1], 2))
        length = LENGTHS[one["t_stop"]]
        step = decode_step(model, MACHINE, BATCHES[one["b_stop"]], length)
        right = {"ms": 1000 * step.latency, "memory_ms": 1000 * step.memory, "arithmetic_ms": 1000 * step.arithmetic,
                 "rate": step.throughput, "each": 1 / step.latency, "most": largest_batch(model, MACHINE, length)}  # fmt: skip
        for field, value in right.items():
            assert row[field] == pytest.approx(value, rel=1e-9)
    page.close()


def test_the_cloud_is_summed_up_as_numpy_does_and_stays_below_the_bound(browser):
    page = open_figure(browser, rounding())
    settings = [{"form": f, "tau_at": i} for f in ("a", "b") for i in range(3)]
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        kept = roundings()[one["form"]]
        far, close = kept.distance[one["tau_at"]], closeness(kept, TAUS)[one["tau_at"]]
        right = {
            "middle_d": np.median(kept.spread),
            "middle": np.median(far),
            "farthest": far.max(),
            "closest": close.max(),
        }
        for field, value in right.items():
            assert abs(row[field] - value) <= 1e-9
        assert row["positions"] == 40 and row["tau"] == TAUS[one["tau_at"]]
    page.close()


def test_the_bound_is_that_of_core_at_every_point(browser):
    draw = np.random.default_rng(4)
    spread = draw.uniform(0.01, 12, 60)
    for tau in TAUS:  # one point at a time: its ratio to the bound is 1 when its distance is the bound
        bounds = np.array([[quantisation_distance_bound(d, at) for d in spread] for at in TAUS])
        formats = {f"f{i}": Rounding(spread[i : i + 1], bounds[:, i : i + 1], 1) for i in range(60)}
        figure = charts.rounding(
            "q", "q", formats, {name: name for name in formats}, TAUS, form="f0", said="{middle|2}"
        )
        page = open_figure(browser, figure)
        settings = [{"form": name, "tau_at": TAUS.index(tau)} for name in formats]
        assert all(abs(row["closest"] - 1) <= 1e-9 for (row,) in rows_at(page, settings))
        page.close()


@pytest.mark.parametrize("make", [roofline, rounding])
def test_the_table_as_first_drawn_is_the_live_one(browser, make):
    figure = make()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
