"""The timeline's filters, every combination of them."""

from collections import Counter

from dashboard import charts
from dashboard.charts.timeline import OFTEN
from dashboard.timeline import KINDS, WEIGHTS, entries
from tests.browser.figures import open_figure, rows_at, table


def test_every_combination_of_filters_shows_what_it_says(browser):
    events = entries()
    figure = charts.timeline("t", "t", events, said="{total|0} {since|text} {until|text}")
    page = open_figure(browser, figure)
    counts = Counter(one.organisation for one in events)
    groups = ["all", "others", *(who for who, many in counts.items() if many >= OFTEN)]
    settings = [{"who": w, "kind": k, "open": o} for w in groups for k in ("all", *KINDS) for o in ("all", *WEIGHTS)]
    assert len(settings) >= 100
    for one, rows in zip(settings, rows_at(page, settings), strict=True):
        right = [
            event for event in events
            if one["who"] in ("all", event.organisation if counts[event.organisation] >= OFTEN else "others")
            and one["kind"] in ("all", event.kind) and one["open"] in ("all", event.weights)
        ]  # fmt: skip
        if not right:
            assert [row["total"] for row in rows] == [0]
            continue
        assert [row["name"] for row in rows] == [event.name for event in right]
        assert {row["total"] for row in rows} == {len(right)}
        assert (rows[0]["since"], rows[0]["until"]) == (right[0].year, right[-1].year)
    page.close()


def test_the_table_as_first_drawn_is_the_live_one(browser):
    figure = charts.timeline("t", "t", entries(), said="{total|0}")
    page = open_figure(browser, figure)
    assert table(page) == figure.rows
    page.close()
