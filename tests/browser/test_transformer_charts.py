"""The logit lens, what each part adds to a logit, and where the parameters are, against `core`."""

import random

from core.models.gpt import GPTConfig
from core.models.sizes import gpt_parameters
from dashboard import charts
from dashboard.charts.parts import CONTEXTS, NAMES, VOCABULARIES, WIDTHS
from tests.browser.figures import open_figure, rows_at, table

CLOSE = 1e-9


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


def test_the_table_as_first_drawn_is_the_live_one(browser):
    figure = charts.parts("q", "q", shape=(8192, 256, 5, 192), said="")
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
