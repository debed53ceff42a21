"""The chart of a text that arrives before a stop sequence, against `core.streaming` and a definition letter by letter."""

import random

from core.streaming import StopFilter
from dashboard import charts
from dashboard.charts.stopping import layout
from tests.browser.figures import open_figure, rows_at, table

STOPS = ["11", "\n11.", "aba", "\nU"]
SEED = random.Random(5)


def cut(text):
    """A text in random pieces."""
    pieces = []
    while text:
        size = SEED.randint(1, 4)
        pieces, text = [*pieces, text[:size]], text[size:]
    return pieces


TEXTS = {
    name: cut(text)
    for name, text in (
        ("a", "1. um\n10. dez\n11. onze\n12. doze"),
        ("b", "abacaxi ababaaba\nUm\n1"),
        ("c", "em 1911 e\n\nU"),
    )
}


def test_what_is_shown_and_held_is_what_core_releases(browser):
    page = open_figure(browser, charts.stopping("s", "s", TEXTS, STOPS, step=0, said=""))
    settings = [
        {"variant": f"t{SEED.randrange(3)}", "stop": f"s{SEED.randrange(4)}", "step": SEED.randrange(16)}
        for _ in range(150)
    ]
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        pieces, stop = list(TEXTS.values())[int(one["variant"][1])], STOPS[int(one["stop"][1])]
        reading, whole, out = StopFilter(stop), "".join(pieces), ""
        come = 0
        for piece in pieces[: one["step"]]:
            out, come = out + reading.push(piece), come + 1
            if reading.matched:
                break
        text = "".join(pieces[:come])
        waiting = 0 if reading.matched or come == len(pieces) else len(text) - len(out)
        longest = max(
            (n for n in range(len(stop)) if text.endswith(stop[:n])), default=0
        )  # a proper beginning of the stop
        assert reading.matched or come == len(pieces) or waiting == longest
        row = rows[0]
        assert row["now"] == come and row["waiting"] == waiting
        assert row["shown"] == (len(whole) if come == len(pieces) and not reading.matched else len(out))
        assert row["held"].replace("↵", "\n").replace("␣", " ") == (text[len(out) :] if waiting else "")
        assert bool(reading.matched) == ("acaba aqui" in row["verdict"])
        assert [bool(r["came"]) for r in rows] == [k <= come for k in range(1, len(pieces) + 1)]
    page.close()


def test_every_character_has_one_place_and_no_line_is_too_wide():
    for pieces in TEXTS.values():
        placed = layout(pieces)
        assert "".join(c["char"] for c in placed) == "".join(pieces).replace("\n", "↵").replace(" ", "␣")
        assert len({(c["line"], c["col"]) for c in placed}) == len(placed)
        assert [c["k"] for c in placed] == [k for k, piece in enumerate(pieces, 1) for _ in piece]


def test_the_table_as_first_drawn_is_the_live_one(browser):
    figure = charts.stopping("s", "s", TEXTS, STOPS, step=6, said="")
    page = open_figure(browser, figure)
    shown = table(page)
    assert shown == figure.rows
    page.close()
