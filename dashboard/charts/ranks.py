"""Top-k in its own geometry: the tokens in order of rank, and a vertical line behind the last one that stays."""

import json
from collections.abc import Sequence
from dataclasses import replace

import altair as alt

from dashboard import theme
from dashboard.blocks import Control, Figure
from dashboard.charts.distribution import OFF, chain, distribution
from dashboard.charts.frame import finished, parameters, share_axis
from dashboard.language import say

HEIGHT = 260  # px


def by_rank(tokens: Sequence[str], logits: dict[str, Sequence[float]]) -> alt.Data:
    """One row per rank: its place (from 0), the token, and its logit in each variant. Raises ValueError out of order."""
    if any(list(row) != sorted(row, reverse=True) for row in logits.values()):
        raise ValueError("a chart over ranks wants every row of logits from the largest to the smallest")
    return alt.Data(
        values=[
            {"token": token, "place": i, **{f"u{n}": float(row[i]) for n, row in enumerate(logits.values())}}
            for i, token in enumerate(tokens)
        ]
    )


def rank_axis(tokens: Sequence[str]) -> alt.X:
    """One band per rank, with the token's text under it."""
    return alt.X(
        "place:O",
        title=None,
        scale=alt.Scale(paddingInner=0.12, paddingOuter=0.06),
        axis=alt.Axis(
            labelExpr=f"{json.dumps(list(tokens), ensure_ascii=False)}[datum.value]",
            labelAngle=-40,
            labelOverlap=False,
            ticks=False,
            domain=False,
            labelLimit=90,
        ),
    )


def ranks(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: dict[str, Sequence[float]],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """What `distribution` shows, drawn over ranks, with the cut as a vertical line: hollow before it, solid after it.

    `tokens` and every row of `logits` go from the largest to the smallest; the rest is as in `distribution`.
    """
    figure = distribution(id, title, tokens, logits, controls, said=said, caption=caption)
    base = chain(alt.Chart(by_rank(tokens, logits), height=HEIGHT, width="container"))
    x = rank_axis(tokens)
    y = share_axis(say("axis.probability"))
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2]).encode(
        x=x, y=alt.Y("p_raw:Q", **y)
    )
    bars = base.mark_bar(fill=theme.colour("kept"), cornerRadiusEnd=2, width={"band": 0.62}).encode(
        x=x, y=alt.Y("p:Q", **y)
    )
    label = (
        base.mark_text(dy=-9, fontSize=12)
        .transform_calculate(end="max(datum.p, datum.p_raw)", shown="datum.p > 0 || width > 340 ? datum.label : '×'")
        .encode(
            x=x,
            y=alt.Y("end:Q", **y),
            text="shown:N",
            color=alt.condition("datum.p > 0", alt.value(theme.colour("ink")), alt.value(theme.colour("cut"))),
        )
    )
    line = (
        base.transform_filter("datum.place == datum.n_kept - 1")
        .mark_rule(stroke=theme.colour("bound"), strokeWidth=2.5, xOffset=alt.ExprRef("bandwidth('x') * 0.07"))
        .encode(x=alt.X("place:O", bandPosition=1))
    )
    chart = alt.layer(raw, bars, label, line).add_params(*parameters(figure.controls, OFF))
    what = ", ".join(f"{row[0]} {row[3]}" for row in figure.rows)
    return replace(figure, spec=finished(chart), alt=say("alt.ranks", what=what))
