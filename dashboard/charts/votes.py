"""A majority of N independent answers, live."""

from math import comb, log

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import finished, parameters, share_axis
from dashboard.language import number, percent, t

MOST = 101


def majority(id: str, title: str, *, p: float, value: int, said: str, caption: str = "") -> OldFigure:
    """The probability that the majority of N is right, over odd N, for answers right with probability p.

    The arithmetic is that of Condorcet's theorem: M(2m+1) = p + (2p − 1) Σ_{j ≤ m} C(2j−1, j) (p(1−p))^j. In `said`:
    {now} (N), {single} (p), {right}, {gain} (what the next two votes add, in percentage points).
    """
    controls = [
        Control(
            "p",
            t(pt="p, uma resposta sozinha acerta", en="p, a single answer is right"),
            t(pt="A probabilidade de acerto de cada resposta.", en="The probability that each answer is right."),
            "range",
            p,
            maximum=1,
            step=0.01,
            digits=2,
        ),
        Control(
            "N",
            "N",
            t(pt="Quantas respostas votam, sempre um número ímpar.", en="How many answers vote, always an odd number."),
            "range",
            value,
            minimum=1,
            maximum=MOST,
            step=2,
        ),
    ]
    values = [{"n": 2 * m + 1, "m": m, "log_ways": log(comb(2 * m - 1, m)) if m else 0.0} for m in range(MOST // 2 + 2)]
    base = (
        alt.Chart(alt.Data(values=values), height=260, width="container")
        .transform_calculate(
            term="datum.m == 0 || p == 0 || p == 1 ? 0 : exp(datum.log_ways + datum.m * log(p * (1 - p)))"
        )
        .transform_window(
            [alt.WindowFieldDef(op="sum", field="term", **{"as": "terms"})], frame=[None, 0], sort=[alt.SortField("n")]
        )
        .transform_calculate(right="p + (2 * p - 1) * datum.terms")
        .transform_window([alt.WindowFieldDef(op="lead", field="right", **{"as": "next"})], sort=[alt.SortField("n")])
        .transform_filter(f"datum.n <= {MOST}")
    )
    x = alt.X(
        "n:Q", title="N", scale=alt.Scale(domain=[1, MOST], nice=False), axis=alt.Axis(values=[1, 21, 41, 61, 81, 101])
    )
    y = share_axis(t(pt="a maioria acerta", en="the majority is right"))
    line = base.mark_line(
        stroke=theme.colour("kept"), strokeWidth=2.5, point={"fill": theme.colour("kept"), "size": 18}
    ).encode(x=x, y=alt.Y("right:Q", **y))
    alone = (
        base.transform_calculate(alone="p")
        .mark_line(stroke=theme.colour("tail"), strokeDash=[6, 4], strokeWidth=2)
        .encode(x=x, y=alt.Y("alone:Q", **y))
    )
    now = base.transform_filter("datum.n == N").transform_calculate(
        now="N", single="p", gain="100 * (datum.next - datum.right)"
    )
    rule = now.mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=x)
    point = now.mark_point(filled=True, size=80, fill=theme.colour("ink")).encode(x=x, y=alt.Y("right:Q", **y))
    chart = alt.layer(alone, line, rule, point).add_params(*parameters(controls))
    rows = [_row(p, value)]
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"A probabilidade de a maioria acertar sobre N ímpar, com uma linha tracejada na altura de p. Com p = {percent(p, 0)} e N = {value}: {rows[0][2]}.",
            en=f"The probability that the majority is right over odd N, with a dashed line at the height of p. With p = {percent(p, 0)} and N = {value}: {rows[0][2]}.",
        ),
        columns=[
            Column("now", "N", "0"),
            Column("single", t(pt="uma resposta acerta", en="one answer is right"), "%2"),
            Column("right", t(pt="a maioria acerta", en="the majority is right"), "%2"),
            Column(
                "gain",
                t(
                    pt="pontos percentuais a mais com outros dois votos",
                    en="percentage points more with two more votes",
                ),
                "2",
            ),
        ],
        rows=rows,
    )


def _row(p: float, n: int) -> list[str]:
    """The table as first drawn, computed by `core`."""
    from core.course.votes import majority as exact

    return [number(n), percent(p, 2), percent(exact(p, n), 2), number(100 * (exact(p, n + 2) - exact(p, n)), 2)]
