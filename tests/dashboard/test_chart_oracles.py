"""What charts promise beyond what `core` says: which tokens count, and what they refuse."""

import itertools
from collections import Counter

import numpy as np
import pytest
import torch

from core import CounterGenerator, SamplingParams, quantisation_distance_bound, sample
from dashboard import charts
from dashboard.charts.draws import SEEDS
from dashboard.charts.frame import ORACLES
from dashboard.charts.over_n import NS
from dashboard.charts.penalties import counting
from dashboard.charts.tilt import BETAS
from dashboard.charts.timeline import OFTEN
from dashboard.recorded.rounding import Rounding
from dashboard.recorded.snapshots import Snapshot
from dashboard.timeline import entries
from tests.dashboard.chart_cases import SETTINGS, K, arrivals, cuts, distributions, floats, growth, rewards


def test_counts_follow_what_each_engine_says_it_counts():
    rules = counting(growth())
    assert rules["openai"] == {"repetition": 85, "frequency": 5, "window": 85}
    assert rules["vllm"] == {"repetition": 0, "frequency": 5, "window": 85}
    assert rules["llama.cpp"] == {"repetition": 0, "frequency": 0, "window": 64}
    assert rules["transformers"] == {"repetition": 0, "frequency": 85, "window": 85}


def test_ranks_refuse_logits_out_of_order():
    with pytest.raises(ValueError, match="from the largest to the smallest"):
        charts.ranks("r", "r", list("abcd"), {"u": [0, 1, 2, 3]}, [K], said="")


def test_a_bound_is_never_below_what_it_bounds():
    figure = distributions()[3]
    for variant in figure.data["logits"]:
        for row in ORACLES["limits"](figure.data, {"variant": variant, "tau": 1.0})["curve"]:
            assert row["miss"] <= row["miss_bound"] + 1e-15 and row["uniform"] <= row["uniform_bound"] + 1e-15


def test_what_crosses_p_is_the_last_value_kept():
    figure = distributions()[2]
    for variant in figure.data["logits"]:
        for p in (0.0, 0.3, 0.8, 0.99):
            rows = ORACLES["staircase"](figure.data, {"variant": variant, "top_p": p})["rows"]
            kept = [row for row in rows if row["kept"]]
            assert kept[-1]["crosses"] and all(not row["crosses"] for row in rows if not row["kept"])
            assert kept[-1]["head"] >= p - 1e-6


@pytest.mark.parametrize("figure", cuts(), ids=lambda figure: "-".join(figure.data["sides"]["s0"]))
def test_the_line_of_a_cut_parts_the_tokens_that_stay(figure):
    ((stage, view),) = figure.data["sides"].values()
    for setting, tau in itertools.product(SETTINGS[stage], (0.2, 0.5, 1, 1.7, 3)):
        sets = ORACLES["cut"](figure.data, {"setting": setting, "tau": tau})
        rows, (line,) = sets["rows"], sets["line"]
        stays = [row["kept"] for row in rows]
        if stage == "xtc":  # of those above the line, only the last stays
            assert [row["x"] >= line["edge"] for row in rows] == [row["p"] >= setting for row in rows]
        elif view == "surprise":  # the band reaches as far as the farthest token that stays
            assert max(abs(row["x"] - line["H"]) for row in rows if row["kept"]) == pytest.approx(
                line["edge"] - line["H"]
            )
        elif sum(stays) > 1:  # the line may lie above every token: the largest stays all the same
            side = 1 if view == "probability" else -1
            assert [side * (row["x"] - line["edge"]) >= -1e-12 for row in rows] == stays


def test_a_seed_draws_what_a_text_with_that_seed_would_draw():
    toy = Snapshot("toy", ("a", "b", "c", "d"), np.array([3.0, 1.0, 0.0, -1.0]))
    figure = charts.draws("d", "d", [toy], said="{n_inside|0}")
    for seed in range(1, SEEDS + 1):
        generator = CounterGenerator(seed)
        texts = [sample(toy.logits, SamplingParams(), generator).item() for _ in range(50)]
        rows = ORACLES["draws"](figure.data, {"seed": seed, "n": 50, "tau": 1.0})["rows"]
        assert [row["count"] for row in rows] == np.bincount(texts, minlength=4).tolist()


def test_products_of_d_components_have_the_variance_d_of_the_proposition():
    draw = np.random.default_rng(11)
    for d in (4, 64):
        dots = (draw.normal(size=(20_000, d)) * draw.normal(size=(20_000, d))).sum(1)
        assert dots.var() / d == pytest.approx(1, abs=0.05)


def test_float32_breaks_where_torch_breaks_and_is_saved_where_torch_is_saved():
    (figure,) = floats()
    for c, safe in itertools.product(range(-150, 151), (False, True)):
        rows = ORACLES["singlePrecision"](figure.data, {"shift": c, "safe": safe})["rows"]
        u = torch.tensor(figure.data["logits"], dtype=torch.float32) + c
        e = u.exp()
        if safe:
            assert max(abs((row["p"] or 0) - q) for row, q in zip(rows, u.softmax(-1).tolist(), strict=True)) <= 1e-6
            assert rows[0]["error"] is None
        else:
            assert [row["broken"] for row in rows] == (e / e.sum()).isnan().tolist()


def test_the_bound_of_rounding_is_that_of_core_at_every_point():
    spread = np.random.default_rng(4).uniform(0.01, 12, 60)
    for tau in (0.5, 1.0, 2.0):
        bounds = np.array([[quantisation_distance_bound(d, at) for d in spread] for at in (0.5, 1.0, 2.0)])
        kept = {"f": Rounding(spread, bounds, 1)}
        figure = charts.rounding("q", "q", kept, {"f": "f"}, (0.5, 1.0, 2.0), form="f", said="")
        row = ORACLES["rounding"](figure.data, {"form": "f", "tau_at": tau})["rows"][0]
        assert row["closest"] == pytest.approx(1, abs=1e-12)


def test_what_is_shown_and_held_is_what_a_definition_letter_by_letter_says():
    (figure,) = arrivals()
    variants, stops, _ = figure.controls
    for variant, (key, word), come in itertools.product(
        variants.values, zip(stops.values, stops.labels, strict=True), range(17)
    ):
        stop, text = (
            shown.replace("↵", "\n").replace("␣", " ") for shown in (word, "".join(figure.data["tokens"][variant]))
        )
        row = ORACLES["stopping"](figure.data, {"variant": variant, "stop": key, "step": come})["rows"][0]
        pieces = [piece.replace("↵", "\n").replace("␣", " ") for piece in figure.data["tokens"][variant]]
        arrived = "".join(pieces[: row["now"]])
        if stop in arrived:
            assert row["shown"] == arrived.index(stop) and row["waiting"] == 0 and "acaba aqui" in row["verdict"]
        elif row["now"] == len(pieces):
            assert row["shown"] == len(text) and row["waiting"] == 0
        else:  # a proper beginning of the stop sequence waits
            longest = max((n for n in range(len(stop)) if arrived.endswith(stop[:n])), default=0)
            assert row["waiting"] == longest and row["shown"] == len(arrived) - longest


def test_every_character_has_one_place_and_no_line_is_too_wide():
    (figure,) = arrivals()
    for variant, placed in figure.data["letters"].items():
        assert "".join(one["char"] for one in placed) == "".join(figure.data["tokens"][variant])
        assert len({(one["line"], one["col"]) for one in placed}) == len(placed)


def test_the_optimum_under_a_penalty_is_never_below_the_best_of_n():
    for figure in rewards()[2:]:
        for beta, n in itertools.product(BETAS, NS):
            tilted, best = ORACLES["frontier"](figure.data, {"beta_at": beta, "n": n})["rows"]
            assert tilted["kl"] < best["kl"] or tilted["reward"] >= best["reward"] - 1e-9


def test_every_combination_of_filters_shows_what_it_says():
    events = entries()
    figure, counts = charts.timeline("t", "t", events, said="{total|0}"), Counter(one.organisation for one in events)
    for who, kind, weights in itertools.product(*(control.values for control in figure.controls)):
        right = [
            one.name for one in events
            if who in ("all", one.organisation if counts[one.organisation] >= OFTEN else "others")
            and kind in ("all", one.kind) and weights in ("all", one.weights)
        ]  # fmt: skip
        rows = ORACLES["timeline"](figure.data, {"who": who, "kind": kind, "open": weights})["rows"]
        assert rows[0]["total"] == len(right) and [row["name"] for row in rows][: len(right)] == right
