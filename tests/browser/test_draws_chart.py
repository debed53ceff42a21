"""The charts of draws and of texts, against `core`."""

import random

import numpy as np

from dashboard import charts
from dashboard.recorded.continuations import Continuation, repeated, repeated_share
from tests.browser.figures import open_figure, rows_at, table

SHOWN = 5


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
