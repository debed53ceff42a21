"""Top-k in its own geometry: the tokens in order of rank, and a vertical line behind the last one that stays."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Figure, Input
from dashboard.charts.distribution import columns, distribution_rows, given, variants
from dashboard.charts.frame import IN_ORDER, Sets, figure, oracle, rows, share_axis
from dashboard.language import say

HEIGHT = 260  # px


def by_rank(logits: dict[str, Sequence[float]]) -> None:
    """Raises ValueError where a row of logits does not go from the largest to the smallest."""
    if any(list(row) != sorted(row, reverse=True) for row in logits.values()):
        raise ValueError("a chart over ranks wants every row of logits from the largest to the smallest")


def rank_axis() -> alt.X:
    """One band per rank, with the token's text under it."""
    looks = {"labelAngle": -40, "labelOverlap": False, "ticks": False, "domain": False, "labelLimit": 90}
    return alt.X(
        "token:N",
        sort=IN_ORDER,
        title=None,
        scale=alt.Scale(paddingInner=0.12, paddingOuter=0.06),
        axis=alt.Axis(**looks),
    )


@oracle("ranks")
def _rows(data: dict, settings: dict) -> Sets:
    found = distribution_rows(data, settings)["rows"]
    last = found[0]["n_kept"] - 1
    return {"rows": found, "line": [{"token": found[last]["token"], "row": last}]}


def ranks(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: dict[str, Sequence[float]],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """What `distribution` shows, drawn over ranks, with the cut as a vertical line: hollow before it, solid after it.

    `tokens` and every row of `logits` go from the largest to the smallest; the rest is as in `distribution`.
    """
    by_rank(logits)
    x, y, base = rank_axis(), share_axis(say("axis.probability")), rows()
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2])
    bars = base.mark_bar(fill=theme.colour("kept"), cornerRadiusEnd=2, width={"band": 0.62})
    line = rows("line").mark_rule(
        stroke=theme.colour("bound"), strokeWidth=2.5, xOffset=alt.ExprRef("bandwidth('x') * 0.07")
    )
    cut = alt.condition("datum.p > 0", alt.value(theme.colour("ink")), alt.value(theme.colour("cut")))
    words = alt.condition("datum.p > 0", alt.Text("label:N"), alt.value("×"))
    label = base.mark_text(dy=-9, fontSize=12).encode(x=x, y=alt.Y("end:Q", **y), text=words, color=cut)
    picture = alt.layer(
        raw.encode(x=x, y=alt.Y("p_raw:Q", **y)),
        bars.encode(x=x, y=alt.Y("p:Q", **y)),
        label,
        line.encode(x=alt.X("token:N", sort=IN_ORDER, bandPosition=1)),
    )
    return figure(
        "ranks",
        id,
        title,
        given(tokens, logits),
        [*variants(logits), *controls],
        picture.properties(height=HEIGHT, width="container"),
        columns(),
        said=said,
        caption=caption,
        alt=say("alt.ranks", what="[{token} {p|%2}]"),
        labels={"label": "{p|%~}"},
    )
