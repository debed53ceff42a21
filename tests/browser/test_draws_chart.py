"""The charts of draws and of texts, against `core`."""

import math
import random

import numpy as np
import pytest

from core import CounterGenerator, SamplingParams, draw, probabilities, sample
from dashboard import charts
from dashboard.charts.draws import COUNTS, SEEDS
from dashboard.charts.frame import STOPS
from dashboard.recorded.continuations import Continuation, repeated, repeated_share
from dashboard.recorded.snapshots import Snapshot
from tests.browser.figures import open_figure, rows_at, table

SHOWN = 5


@pytest.fixture(scope="module")
def snapshots():
    chance = np.random.default_rng(4)
    rows = [np.sort(np.round(chance.normal(0, width, 300), 2))[::-1] for width in (1.0, 3.0)]
    return [Snapshot(f"texto {i}", tuple(f" t{j}" for j in range(20)), row) for i, row in enumerate(rows)]


def test_every_count_is_that_of_the_draws_of_core(browser, snapshots):
    figure = charts.draws("d", "d", snapshots, said="{n_inside|0}", shown=SHOWN)
    page = open_figure(browser, figure)
    chance = random.Random(6)
    settings = [
        {
            "variant": f"u{chance.randrange(2)}",
            "n_stop": chance.randrange(len(COUNTS)),
            "seed": chance.randint(1, SEEDS),
            "tau_stop": chance.randrange(len(STOPS)),
        }
        for _ in range(120)
    ]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        n, generator = COUNTS[one["n_stop"]], CounterGenerator(one["seed"])
        logits = snapshots[int(one["variant"][1])].logits
        probs = probabilities(logits, SamplingParams(STOPS[one["tau_stop"]]))
        drawn = draw(probs, [generator.numbers(1)[0] for _ in range(n)]).clamp(max=SHOWN)
        p = [*probs[:SHOWN].tolist(), probs[SHOWN:].sum().item()]
        rows.sort(key=lambda row: row["slot"])
        assert [row["count"] for row in rows] == drawn.bincount(minlength=SHOWN + 1).tolist()
        assert max(abs(row["p"] - right) for row, right in zip(rows, p, strict=True)) <= 1e-9
        half = [2 * math.sqrt(q * max(1 - q, 0) / n) for q in p]
        assert max(abs(row["half"] - right) for row, right in zip(rows, half, strict=True)) <= 1e-7
        assert rows[0]["n_inside"] == sum(row["is_inside"] for row in rows)
    page.close()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()


def test_a_seed_draws_what_a_text_with_that_seed_would_draw(browser):
    toy = Snapshot("toy", ("a", "b", "c", "d"), np.array([3.0, 1.0, 0.0, -1.0]))
    page = open_figure(browser, charts.draws("d", "d", [toy], said="{n_inside|0}"))
    for seed in range(1, SEEDS + 1):
        generator = CounterGenerator(seed)
        texts = [sample(toy.logits, SamplingParams(), generator).item() for _ in range(50)]
        (rows,) = rows_at(page, [{"seed": seed, "n_stop": COUNTS.index(50), "tau_stop": STOPS.index(1.0)}])
        assert [row["count"] for row in rows] == np.bincount(texts, minlength=4).tolist()
    page.close()


def test_the_chart_of_a_text_counts_its_repetitions(browser):
    chance = random.Random(7)

    def text(kinds: int) -> Continuation:
        ids = tuple(chance.randrange(kinds) for _ in range(60))
        return Continuation("p", "", ids, tuple(map(str, ids)), tuple(chance.random() for _ in ids), True)

    texts = [{"a": text(2), "b": text(60)}, {"a": text(3), "b": text(1)}]
    figure = charts.steps("s", "s", texts, said="{share|%1} {p_again|text} {p_new|text}")
    page = open_figure(browser, figure)
    settings = [{"variant": f"t{i}", "way": f"w{j}"} for i in range(2) for j in range(2)]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        right = list(texts[int(one["variant"][1])].values())[int(one["way"][1])]
        assert [row["p"] for row in rows] == list(right.probs)
        assert [bool(row["again"]) for row in rows] == repeated(right.ids)
        assert abs(rows[0]["share"] - repeated_share(right.ids)) <= 1e-9
        again = [p for p, flag in zip(right.probs, repeated(right.ids), strict=True) if flag]
        shown = rows[0]["p_again"].replace(",", ".")
        assert shown == (f"{np.mean(again):.1%}" if again else "—")
    page.close()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
