"""The rarer cuts, on a few tokens and on a whole vocabulary, against `core`."""

import math
import random

import numpy as np
import pytest
import torch

from core import SamplingParams, apply, effective_choices, entropy, kept_mass, min_p_threshold, probabilities, softmax
from dashboard import charts
from dashboard.blocks import Control
from dashboard.charts.cuts import EDGES
from dashboard.recorded.snapshots import Snapshot
from tests.browser.figures import open_figure, rows_at, table

TOKENS = list("abcdefghij")
U = [math.log(p) for p in (0.31, 0.22, 0.14, 0.1, 0.07, 0.07, 0.04, 0.03, 0.015, 0.005)]  # with a tie
SETTINGS = {
    "min_p": [0.01, 0.1, 0.3, 1],
    "epsilon_cutoff": [0, 0.02, 0.09, 0.5],
    "eta_cutoff": [0, 0.01, 0.09, 0.5],
    "typical_p": [0, 0.2, 0.5, 0.9, 1],
    "top_n_sigma": [0.3, 1, 2.2],
    "xtc": [0.02, 0.1, 0.2, 0.6],
}
TAUS = [0.2, 0.5, 1, 1.7, 3]


def params(name, setting, tau):
    chosen = {"xtc_threshold": setting, "xtc_probability": 1.0} if name == "xtc" else {name: setting}
    return SamplingParams(temperature=tau, order=("temperature", name), **chosen)


def controls():
    return [
        Control(name, name, "", "range", value, minimum=0, maximum=5, step=0.01)
        for name, value in (("setting", 0.1), ("tau", 1), ("coin", 1))
    ]


@pytest.mark.parametrize(("name", "view"), EDGES)
def test_a_cut_keeps_the_tokens_that_core_keeps_and_its_line_parts_them(browser, name, view):
    page = open_figure(browser, charts.cut("c", "c", TOKENS, U, {"it": (name, view)}, controls(), said="{n_kept|0}"))
    draw = random.Random(7)
    settings = [{"setting": s, "tau": tau, "coin": draw.choice([0, 0.5, 1])} for s in SETTINGS[name] for tau in TAUS]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        u, tau, coin = torch.tensor(U, dtype=torch.float64), one["tau"], one["coin"]
        cut = params(name, one["setting"], tau)
        p, kept = softmax(u, tau), apply(u, cut) > -math.inf
        q = coin * probabilities(u, cut) + (1 - coin) * p
        rows.sort(key=lambda row: TOKENS.index(row["token"]))
        assert max(abs(row["q"] - b) for row, b in zip(rows, q.tolist(), strict=True)) <= 1e-9
        assert [bool(row["kept"]) for row in rows] == kept.tolist()
        assert abs(rows[0]["mass_cut"] - kept_mass(p, ~kept)) <= 1e-9 and rows[0]["n_kept"] == kept.sum()
        assert abs(rows[0]["H"] - entropy(p)) <= 1e-9 and abs(rows[0]["effective"] - effective_choices(q)) <= 1e-9
        if (name, view) == ("min_p", "below"):
            assert abs(rows[0]["edge"] - (u.max() - min_p_threshold(u, one["setting"], tau))) <= 1e-9
        x, line, stays = [row["x"] for row in rows], rows[0]["edge"], kept.tolist()
        if name == "xtc":  # of those above the line, only the last stays
            assert [a >= line for a in x] == (p >= one["setting"]).tolist()
        elif view == "surprise":  # the band reaches as far as the farthest token that stays
            assert (
                abs(
                    max(abs(a - rows[0]["H"]) for a, stay in zip(x, stays, strict=True) if stay) - (line - rows[0]["H"])
                )
                <= 1e-9
            )
        elif kept.sum() > 1:  # the line may lie above every token: the largest stays all the same
            side = 1 if view == "probability" else -1
            assert [side * (a - line) >= -1e-12 for a in x] == stays
    page.close()


def test_the_ruler_over_a_vocabulary_is_that_of_core(browser):
    draw = np.random.default_rng(3)
    some = [
        Snapshot(f"texto {i}", (), np.sort(np.round(draw.normal(0, width, 900), 2))[::-1])
        for i, width in enumerate((1.0, 3.0))
    ]
    cuts = {f"{name} {setting}": (name, setting) for name, values in SETTINGS.items() for setting in values}
    page = open_figure(browser, charts.ruler("r", "r", some, cuts, controls()[1:2], said="{n_kept|0}"))
    settings = [
        {"variant": f"u{v}", "rule": f"r{i}", "tau": tau}
        for v in (0, 1)
        for i in range(len(cuts))
        for tau in (0.5, 1, 2)
    ]
    assert len(settings) >= 100
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        u = some[int(one["variant"][1])].logits
        q = probabilities(u, params(*list(cuts.values())[int(one["rule"][1:])], one["tau"]))
        assert rows[0]["n_kept"] == (q > 0).sum() == sum(row["n_here"] for row in rows)
        assert abs(rows[0]["mass_cut"] - kept_mass(softmax(u, one["tau"]), q == 0)) <= 1e-9
        assert abs(rows[0]["effective"] / effective_choices(q) - 1) <= 1e-9
        assert abs(rows[0]["from"] - (u[0] - u[np.flatnonzero(q)[0]])) <= 1e-9
        assert abs(rows[0]["to"] - (u[0] - u[np.flatnonzero(q)[-1]])) <= 1e-9
        for row in rows:
            here = (u[0] - u) // 0.5 * 0.5 == row["bin"]
            assert row["n"] == here.sum() and abs(row["q"] - q[here].sum()) <= 1e-9
    page.close()


@pytest.mark.parametrize("figure", ["cut", "ruler"])
def test_the_table_as_first_drawn_is_the_live_one(browser, figure):
    one = (
        charts.cut(
            "c", "c", TOKENS, U, {"it": ("typical_p", "surprise")}, [Control("setting", "p", "", "range", 0.5)], said=""
        )
        if figure == "cut"
        else charts.ruler("r", "r", [Snapshot("texto", (), np.linspace(3, -9, 50))], {"m": ("min_p", 0.1)}, [], said="")
    )
    page = open_figure(browser, one)
    shown = table(page)
    assert sorted(shown) == sorted(one.rows)
    page.close()
