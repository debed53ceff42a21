"""The charts of embeddings and position, against `core` and the record."""

import random

import pytest

from dashboard import charts
from dashboard.charts.rotary import BASES, FARTHEST, SHIFTS, SIZES, expected
from dashboard.recorded.neighbours import neighbours
from tests.browser.figures import open_figure, rows_at, table

CLOSE = 1e-9


def test_the_score_of_turned_vectors_is_that_of_core_wherever_the_key_stands(browser):
    page, draw = open_figure(browser, charts.rotary("r", "r", said="{m|0} {n|0} {score|6} {plain|6}")), random.Random(2)
    settings = [
        {
            "variant": draw.choice(["equal", "other"]),
            "size_stop": draw.randrange(len(SIZES)),
            "base_stop": draw.randrange(len(BASES)),
            "shift_stop": draw.randrange(len(SHIFTS)),
            "distance": draw.randint(0, FARTHEST),
        }
        for _ in range(100)
    ]
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        size, base = SIZES[one["size_stop"]], BASES[one["base_stop"]]
        turned, plain = expected(one["variant"], size, base, one["distance"])
        assert abs(row["score"] - turned) <= CLOSE and abs(row["plain"] - plain) <= CLOSE
        assert row["m"] - row["n"] == one["distance"] and row["n"] == SHIFTS[one["shift_stop"]]
    page.close()


def test_position_cosines_are_the_recorded_ones(browser):
    kept = neighbours()
    page = open_figure(browser, charts.positions("p", "p", kept, said="{distance|0} {mean|3}"))
    settings = [{"distance": d} for d in range(1, len(kept.lengths), 2)]
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        assert [row[name] for name in ("least", "mean", "most")] == kept.positions[one["distance"] - 1].tolist()
        assert row["many"] == len(kept.lengths) - one["distance"]
    page.close()


@pytest.mark.parametrize("kind", ["rotary", "positions"])
def test_the_table_as_first_drawn_is_the_live_one(browser, kind):
    figure = {
        "rotary": lambda: charts.rotary("r", "r", distance=20, size=16, base=500_000, said=""),
        "positions": lambda: charts.positions("p", "p", neighbours(), value=30, said=""),
    }[kind]()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
