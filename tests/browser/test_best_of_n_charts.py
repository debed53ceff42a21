"""The charts of best-of-N, of votes and of repeated draws, against `core`."""

import random
from math import log

import pytest

from core import best_of_n, best_of_n_kl_bound, kl_divergence
from core.course.votes import majority
from dashboard import charts
from dashboard.charts.over_n import EXPLOITS, NS, SIZES
from tests.browser.figures import open_figure, rows_at, table

KINDS = [("a", 0.2, 1.0, 1.0), ("b", 0.3, 3.0, 2.5), ("c", 0.5, 7.0, 9.0), ("hack", 0.0, 9.0, 2.0)]


def divergence():
    return charts.divergence("k", "k", size=8, value=16, said="{kl|2}")


def flawed_score():
    return charts.flawed_score("g", "g", KINDS, share=0.01, value=16, said="{truth|2}")


def vote():
    return charts.majority("v", "v", p=0.6, value=11, said="{right|%1}")


def test_the_divergence_and_its_bound_are_those_of_core(browser):
    page = open_figure(browser, divergence())
    settings = [{"m_stop": m, "n_stop": n} for m in range(len(SIZES)) for n in range(len(NS))]
    assert len(settings) >= 100
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        size, n = SIZES[one["m_stop"]], NS[one["n_stop"]]
        right = kl_divergence(best_of_n([1 / size] * size, list(range(size)), n), [1 / size] * size, "nats").item()
        assert abs(row["kl"] - right) <= 1e-9 and row["kl"] <= row["bound"] + 1e-9
        assert abs(row["bound"] - best_of_n_kl_bound(n)) <= 1e-9 and abs(row["ceiling"] - log(size)) <= 1e-9
    page.close()


def test_a_flawed_score_and_the_truth_are_expected_as_core_expects_them(browser):
    def expected(share, n):
        probs = [*(p * (1 - share) for _, p, _, _ in KINDS[:-1]), share]
        won = best_of_n(probs, [kind[2] for kind in KINDS], n).tolist()
        return [sum(p * kind[i] for p, kind in zip(won, KINDS, strict=True)) for i in (2, 3)]

    page = open_figure(browser, flawed_score())
    settings = [{"share_stop": e, "n_stop": n} for e in range(len(EXPLOITS)) for n in range(len(NS))]
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        share, n = EXPLOITS[one["share_stop"]], NS[one["n_stop"]]
        score, truth = expected(share, n)
        assert abs(row["score"] - score) <= 1e-9 and abs(row["truth"] - truth) <= 1e-9
        assert abs(row["single"] - expected(share, 1)[1]) <= 1e-9
        assert expected(share, row["best_n"])[1] >= max(expected(share, m)[1] for m in NS) - 1e-9
    page.close()


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


@pytest.mark.parametrize("make", [divergence, flawed_score, vote])
def test_the_table_as_first_drawn_is_the_live_one(browser, make):
    figure = make()
    page = open_figure(browser, figure)
    shown = table(page)
    assert shown == figure.rows
    page.close()
