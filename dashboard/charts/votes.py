"""A majority of N independent answers, live."""

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import Sets, figure, oracle, rows, share_axis
from dashboard.language import t

MOST = 101


@oracle("majority")
def _rows(data: dict, settings: dict) -> Sets:
    from core.course.votes import majority as exact  # torch: imported when a lesson runs, not before

    p, n = settings["p"], settings["N"]
    right = exact(p, n)
    row = {"n": n, "now": n, "single": p, "right": right, "gain": 100 * (exact(p, n + 2) - right)}
    return {"rows": [row], "curve": [{"n": one, "right": exact(p, one), "single": p} for one in range(1, MOST + 1, 2)]}


def majority(id: str, title: str, *, p: float, value: int, said: str, caption: str = "") -> Figure:
    """The probability that the majority of N is right, over odd N, for answers right with probability p.

    In `said`: {now} (N), {single} (p), {right}, {gain} (what the next two votes add, in percentage points).
    """
    controls = [
        Range("p", t(pt="p, uma resposta sozinha acerta", en="p, a single answer is right"),
              t(pt="A probabilidade de acerto de cada resposta.", en="The probability that each answer is right."), p, 0, 1, 0.01, 2),
        Range("N", "N", t(pt="Quantas respostas votam, sempre um número ímpar.", en="How many answers vote, always an odd number."),
              value, 1, MOST, 2),
    ]  # fmt: skip
    odd = alt.Axis(values=[1, 21, 41, 61, 81, 101])
    x = alt.X("n:Q", title="N", scale=alt.Scale(domain=[1, MOST], nice=False), axis=odd)
    axis = share_axis(t(pt="a maioria acerta", en="the majority is right"))
    y, alone = alt.Y("right:Q", **axis), alt.Y("single:Q", **axis)
    dots = {"fill": theme.colour("kept"), "size": 18}
    line = rows("curve").mark_line(stroke=theme.colour("kept"), strokeWidth=2.5, point=dots).encode(x=x, y=y)
    single = rows("curve").mark_line(stroke=theme.colour("tail"), strokeDash=[6, 4], strokeWidth=2).encode(x=x, y=alone)
    rule = rows().mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=x)
    point = rows().mark_point(filled=True, size=80, fill=theme.colour("ink")).encode(x=x, y=y)
    more = t(pt="pontos percentuais a mais com outros dois votos", en="percentage points more with two more votes")
    columns = [
        Column("now", "N", "0"),
        Column("single", t(pt="uma resposta acerta", en="one answer is right"), "%2"),
        Column("right", t(pt="a maioria acerta", en="the majority is right"), "%2"),
        Column("gain", more, "2"),
    ]
    return figure(
        "majority", id, title, {}, controls, alt.layer(single, line, rule, point).properties(height=260, width="container"), columns,
        said=said, caption=caption,
        alt=t(
            pt="A probabilidade de a maioria acertar sobre N ímpar, com uma linha tracejada na altura de p. Com p = {single|%0} e N = {now|0}: {right|%2}.",
            en="The probability that the majority is right over odd N, with a dashed line at the height of p. With p = {single|%0} and N = {now|0}: {right|%2}.",
        ),
    )  # fmt: skip
