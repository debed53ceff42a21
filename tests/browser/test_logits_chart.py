"""The charts of the first lesson: softmax as logits move, against `core`; float32, against NumPy's and torch's own."""

import math
import random

import numpy as np
import torch

from core import softmax
from dashboard import charts
from tests.browser.figures import open_figure, rows_at, table

TOKENS, LOGITS = ["a", "b", "c", "d"], [3, 1, 0, -1]


def cells_and_rows(page, figure):
    cells = table(page)
    return cells, figure.rows


def test_float32_in_the_page_is_float32_to_the_last_bit(browser):
    figure = charts.single_precision("s", "s", TOKENS, LOGITS, said="{verdict|text}")
    page = open_figure(browser, figure)
    settings = [{"shift": c, "safe": safe} for c in range(-150, 151) for safe in (False, True)]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        u = np.array(LOGITS, np.float64) + one["shift"]
        x = u - u.max() if one["safe"] else u
        with np.errstate(all="ignore"):
            e = np.exp(x).astype(np.float32)
            total = e.astype(np.float64).sum().astype(np.float32)
            p = (e.astype(np.float64) / total).astype(np.float32)
        assert [float(row["e"]) for row in rows] == e.tolist()  # playwright tells large ones as int
        np.testing.assert_array_equal([row["p"] for row in rows], p.astype(np.float64))
        right = softmax(u.tolist()).tolist()
        assert max(abs(row["p_right"] - q) for row, q in zip(rows, right, strict=True)) <= 1e-9
    page.close()


def test_the_switch_breaks_what_torch_breaks_and_saves_what_torch_saves(browser):
    figure = charts.single_precision("s", "s", TOKENS, LOGITS, said="{verdict|text}")
    page = open_figure(browser, figure)
    shifts = random.Random(5).sample(range(-150, 151), 120)
    plain, safe = (rows_at(page, [{"shift": c, "safe": on} for c in shifts]) for on in (False, True))
    for c, without, with_max in zip(shifts, plain, safe, strict=True):
        u = torch.tensor(LOGITS, dtype=torch.float32) + c
        e = u.exp()
        assert [math.isnan(row["p"]) for row in without] == (e / e.sum()).isnan().tolist()
        assert max(abs(row["p"] - q) for row, q in zip(with_max, u.softmax(-1).tolist(), strict=True)) <= 1e-6
        assert with_max[0]["error"] <= 1e-6
    cells, right = cells_and_rows(open_figure(browser, figure), figure)
    assert cells == right
    page.close()
