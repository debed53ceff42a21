"""The chart of a text that is read, and the curve of cross-entropy, against `core`."""

import random

import pytest

from core import entropy, kl_divergence
from core.course.arithmetic_code import code_length
from dashboard import charts
from dashboard.recorded.readings import Reading
from tests.browser.figures import open_figure, rows_at, table

draw = random.Random(7)
READ = {
    f"texto {i}": Reading(
        "",
        tuple(f" é{j}" for j in range(n)),
        tuple(draw.random() ** 5 + 1e-6 for _ in range(n)),
        ("x",) * n,
        (0.5,) * n,
    )
    for i, n in enumerate((1, 9, 30, 60))
}


def readings():
    return charts.readings("r", "r", READ, value=1, said="{bits|1} {per_byte|3} {least}")


def cross_entropy():
    return charts.cross_entropy("c", "c", p=0.7, q=0.5, said="{cross|3}")


def test_what_was_read_costs_what_core_says(browser):
    page = open_figure(browser, readings())
    settings = [{"text": f"t{i}", "read": n} for i in range(4) for n in range(1, 61, 2)]
    assert len(settings) >= 100
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        text = list(READ.values())[int(one["text"][1])]
        n = min(one["read"], len(text.tokens))
        rows.sort(key=lambda row: row["place"])
        assert len(rows) == len(text.tokens) and rows[0]["n"] == n == sum(row["seen"] for row in rows)
        assert abs(rows[0]["bits"] - code_length(text.probs[:n])) <= 1e-9
        assert rows[0]["bytes"] == len("".join(text.tokens[:n]).encode())
        assert max(abs(row["cost"] - code_length([p])) for row, p in zip(rows, text.probs, strict=True)) <= 1e-9
        dearest = min(text.probs[:n])
        assert abs(rows[0]["least_bits"] - code_length([dearest])) <= 1e-9
        assert rows[0]["least"].replace("␣", " ") == text.tokens[text.probs.index(dearest)]
    page.close()


def test_the_cross_entropy_is_that_of_core_and_never_below_the_entropy(browser):
    page = open_figure(browser, cross_entropy())
    settings = [{"p_true": draw.randrange(1, 100) / 100, "q_said": draw.randrange(1, 100) / 100} for _ in range(150)]
    for one, (row,) in zip(settings, rows_at(page, settings), strict=True):
        p, q = ([x, 1 - x] for x in one.values())
        assert abs(row["entropy"] - entropy(p).item()) <= 1e-9
        assert abs(row["kl"] - kl_divergence(p, q).item()) <= 1e-9 and row["kl"] >= -1e-12
        assert abs(row["cross"] - (entropy(p) + kl_divergence(p, q)).item()) <= 1e-9 and row["here"] == q[0]
    page.close()


@pytest.mark.parametrize("make", [readings, cross_entropy])
def test_the_table_as_first_drawn_is_the_live_one(browser, make):
    figure = make()
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
