"""The charts of the experts against `core`."""

import random

import numpy as np
import pytest

from core import softmax, temperature
from core.course import experts
from dashboard import charts
from dashboard.charts.experts import ROOM, TAUS
from dashboard.recorded.routing import Routing
from tests.browser.figures import open_figure, rows_at, table

DRAW = np.random.default_rng(7)
T, N = 30, 6
MADE = Routing(
    tuple(f" t{i}" for i in range(T)),
    {name: np.round(DRAW.normal(0, 2, (T, N)), 3) for name in ("grouped", "drawn")},
    np.round(DRAW.normal(0, 1, (T, N)), 3),
)
NAMES = {"grouped": "a", "drawn": "b"}


def routes():
    return charts.routes("r", "r", MADE, NAMES, k=2, said="{share|%1}", tokens=5)


def expert_load():
    return charts.expert_load("l", "l", MADE, NAMES, k=2, said="{loss|3}")


def settings() -> list[dict]:
    draw = random.Random(3)
    return [
        {
            "router": draw.choice(list(NAMES)),
            "k": draw.randint(1, N),
            "tau_at": draw.randrange(len(TAUS)),
            "sigma": draw.randrange(17) / 4,
        }
        for _ in range(120)
    ]


def routed(one: dict):
    u = temperature(MADE.logits[one["router"]] + one["sigma"] * MADE.noise, TAUS[one["tau_at"]])
    return u, experts.route(u, one["k"])


def test_the_weights_of_each_token_are_those_of_core(browser):
    page = open_figure(browser, routes())
    for one, rows in zip(settings(), rows_at(page, settings()), strict=True):
        u, weights = routed(one)
        assert len(rows) == int((weights[:5] > 0).sum()) and abs(rows[0]["share"] - len(rows) / (5 * N)) <= 1e-9
        for row in rows:
            at, e = row["at"], row["expert"] - 1
            assert abs(row["weight"] - weights[at, e].item()) <= 1e-9
            assert abs(row["prob"] - softmax(u)[at, e].item()) <= 1e-9
    page.close()


def test_load_loss_and_overflow_are_those_of_core(browser):
    page = open_figure(browser, expert_load())
    for one, rows in zip(settings(), rows_at(page, settings()), strict=True):
        u, weights = routed(one)
        rows.sort(key=lambda row: row["expert"])
        assert max(abs(row["f"] - f) for row, f in zip(rows, experts.load(weights).tolist(), strict=True)) <= 1e-9
        assert max(abs(row["P"] - p) for row, p in zip(rows, softmax(u).mean(0).tolist(), strict=True)) <= 1e-9
        assert abs(rows[0]["loss"] - experts.balance_loss(u, one["k"]).item()) <= 1e-9
        assert abs(rows[0]["spilled"] - experts.overflow(weights, ROOM)) <= 1e-9
        assert rows[0]["idle"] == int((experts.load(weights) == 0).sum())
    page.close()


@pytest.mark.parametrize("make", [routes, expert_load])
def test_the_table_as_first_drawn_is_the_live_one(browser, make):
    figure = make()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
