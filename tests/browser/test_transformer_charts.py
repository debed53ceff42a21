"""The logit lens, what each part adds to a logit, and where the parameters are, against `core`."""

import random

import numpy as np
import pytest

from core import softmax
from core.models.gpt import GPTConfig
from core.models.sizes import gpt_parameters
from dashboard import charts
from dashboard.charts.lens import RIVALS, SHOWN
from dashboard.charts.parts import CONTEXTS, NAMES, VOCABULARIES, WIDTHS
from dashboard.recorded.inside import Inside
from tests.browser.figures import open_figure, rows_at, table

CLOSE = 1e-9


@pytest.fixture(scope="module")
def texts():
    draw = np.random.default_rng(8)

    def text(named: int) -> Inside:
        lens, rest = np.round(draw.normal(0, 4, (4, named)), 3), np.round(draw.normal(3, 2, 4), 3)
        lens[-1] = -np.sort(-lens[-1])
        shares = np.round(draw.normal(0, 2, (8, named)), 3)
        words = tuple(f" w{j}" for j in range(named))
        return Inside(
            f"texto {named}", ("a",), 4, np.zeros((3, 1, 1, 1)), words, lens, rest, 50, shares, np.zeros((3, 3))
        )

    return [text(14), text(9)]


def test_the_lens_at_every_depth_is_the_softmax_of_core_with_no_mass_left_out(browser, texts):
    page = open_figure(browser, charts.lens("l", "l", texts))
    draw = random.Random(1)
    settings = [{"variant": f"t{draw.randrange(2)}", "depth_stop": draw.randrange(4)} for _ in range(100)]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        text, depth = texts[int(one["variant"][1])], one["depth_stop"]
        here, last = (softmax([*text.lens[at], text.rest[at]])[:-1] for at in (depth, -1))
        assert len(rows) == min(SHOWN, len(text.words))
        for row in rows:
            assert (
                abs(row["p"] - here[row["n"]].item()) <= CLOSE and abs(row["p_last"] - last[row["n"]].item()) <= CLOSE
            )
        assert abs(rows[0]["tail"] - (1 - sum(here[row["n"]].item() for row in rows))) <= CLOSE
        assert (
            rows[0]["top"] == charts.visible(text.words[here.argmax()])
            and abs(rows[0]["p_here"] - here[0].item()) <= CLOSE
        )
    page.close()


def test_the_pushes_of_the_parts_add_up_to_the_logarithm_of_the_odds(browser, texts):
    page = open_figure(browser, charts.pushes("p", "p", texts))
    draw = random.Random(2)
    settings = [{"variant": f"t{draw.randrange(2)}", "rival": draw.randint(2, RIVALS)} for _ in range(100)]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        shares = texts[int(one["variant"][1])].shares
        by = shares[:, 0] - shares[:, one["rival"] - 1]
        assert max(abs(row["by"] - right) for row, right in zip(rows, by, strict=True)) <= CLOSE
        assert abs(rows[0]["total"] - by.sum()) <= CLOSE and abs(rows[0]["ratio"] / np.exp(by.sum()) - 1) <= CLOSE
        assert abs(rows[0]["most_by"] - by[np.abs(by).argmax()]) <= CLOSE
    page.close()


def test_the_parts_of_any_shape_have_the_parameters_of_core(browser):
    figure = charts.parts("q", "q", shape=(50257, 1024, 12, 768), said="{total|0} {ratio|2}")
    page, draw = open_figure(browser, figure), random.Random(3)
    settings = [
        {"c_stop": draw.randrange(len(WIDTHS)), "L": draw.randint(1, 96), "v_stop": draw.randrange(len(VOCABULARIES)),
         "t_stop": draw.randrange(len(CONTEXTS))} for _ in range(120)
    ]  # fmt: skip
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        shape = GPTConfig(VOCABULARIES[one["v_stop"]], CONTEXTS[one["t_stop"]], one["L"], 1, WIDTHS[one["c_stop"]])
        right = gpt_parameters(shape)
        assert [row["count"] for row in rows] == [right[name] for name in NAMES]
        assert rows[0]["total"] == sum(right.values())
    page.close()


@pytest.mark.parametrize("kind", ["lens", "pushes", "parts"])
def test_the_table_as_first_drawn_is_the_live_one(browser, texts, kind):
    figure = {
        "lens": lambda: charts.lens("l", "l", texts, depth=1),
        "pushes": lambda: charts.pushes("p", "p", texts, rival=3),
        "parts": lambda: charts.parts("q", "q", shape=(8192, 256, 5, 192), said=""),
    }[kind]()
    page = open_figure(browser, figure)
    rows = sorted(table(page)) if kind == "lens" else table(page)
    assert rows == (sorted(figure.rows) if kind == "lens" else figure.rows)
    page.close()
