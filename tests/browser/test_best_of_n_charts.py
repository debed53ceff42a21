"""The charts of best-of-N, of votes and of repeated draws, against `core`."""

import random

import pytest

from core.course.votes import majority
from dashboard import charts
from tests.browser.figures import open_figure, rows_at, table


def vote():
    return charts.majority("v", "v", p=0.6, value=11, said="{right|%1}")


def test_the_majority_is_right_as_often_as_core_says(browser):
    page = open_figure(browser, vote())
    draw = random.Random(3)
    settings = [{"p": draw.randrange(101) / 100, "N": draw.randrange(1, 102, 2)} for _ in range(150)]
    settings += [{"p": p, "N": n} for p in (0, 0.5, 1) for n in (1, 3, 101)]
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        right = majority(one["p"], one["N"])
        assert abs(row["right"] - right) <= 1e-9
        assert abs(row["gain"] - 100 * (majority(one["p"], one["N"] + 2) - right)) <= 1e-7
    page.close()


@pytest.mark.parametrize("make", [vote])
def test_the_table_as_first_drawn_is_the_live_one(browser, make):
    figure = make()
    page = open_figure(browser, figure)
    shown = table(page)
    assert shown == figure.rows
    page.close()
