"""Top-p in its own geometry: the masses stacked into a staircase, and a horizontal line at p."""

import math
from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, Figure
from dashboard.charts.distribution import OFF, chain
from dashboard.charts.frame import ROUNDING, STOPS, choice_control, finished, parameters
from dashboard.charts.ranks import HEIGHT, by_rank, rank_axis
from dashboard.language import percent, say


def staircase(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: dict[str, Sequence[float]],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """The nucleus, live: each token is a step from the mass above it to that mass and its own; p is the line across.

    A step stays when its foot is below the line, tied ones together, from the foot of the first. `tokens` and every row
    of `logits` go from the largest to the smallest. Controls may move `tau_stop` (temperature first) and `top_p`.
    In `said`: {n_kept}, {mass_kept}, {mass_cut}, {crossing} (the token that crosses p), {p_max}.
    """
    names = {f"u{n}": label for n, label in enumerate(logits)}
    if len(names) > 1:
        controls = [choice_control("variant", say("control.logits"), say("control.logits.help"), names), *controls]
    last = alt.WindowFieldDef(op="row_number", **{"as": "position_from_1"})
    own = alt.WindowFieldDef(op="sum", field="w_k", **{"as": "stacked"})
    base = (
        chain(alt.Chart(by_rank(tokens, logits), height=HEIGHT, width="container"))
        .transform_window([last, own], sort=[alt.SortField("place")], frame=[None, 0])
        .transform_calculate(head="datum.stacked / datum.sum_k", own="datum.w_k / datum.sum_k",
                             reached="datum.mass_to_here / datum.sum_k")
        .transform_calculate(foot="datum.head - datum.own", mass="datum.kept ? datum.own : 0",
                             crosses=f"datum.kept && top_p < 1 && datum.reached >= top_p - {ROUNDING!r}")
        .transform_calculate(at_crossing="datum.crosses ? datum.place : 1e9")
        .transform_joinaggregate(mass_kept="sum(mass)", first_crossing="min(at_crossing)")
        .transform_calculate(crossing=f"datum.first_crossing < 1e9 ? tokens[datum.first_crossing] : '{say('staircase.none')}'",
                             state=f"datum.crosses ? '{say('state.crosses')}' : datum.kept ? '{say('state.kept')}' : "
                                   f"'{say('state.cut')}'")
    )  # fmt: skip
    x = rank_axis(tokens)
    y = {
        "title": say("axis.cumulative"),
        "axis": alt.Axis(format="%", tickCount=5),
        "scale": alt.Scale(domain=[0, 1.08], nice=False),
    }
    below = base.mark_bar(fill=theme.colour("tail"), opacity=0.16).encode(x=x, y=alt.Y("foot:Q", **y))
    cut = (
        base.transform_filter("!datum.kept")
        .mark_bar(fill="transparent", stroke=theme.colour("cut"), strokeDash=[3, 2], strokeWidth=1.5)
        .encode(x=x, y=alt.Y("foot:Q", **y), y2="head:Q")
    )
    kept = (
        base.transform_filter("datum.kept")
        .mark_bar(fill=theme.colour("kept"))
        .encode(
            x=x,
            y=alt.Y("foot:Q", **y),
            y2="head:Q",
            stroke=alt.condition("datum.crosses", alt.value(theme.colour("ink")), alt.value("transparent")),
            strokeWidth=alt.value(2.5),
        )
    )
    named = base.transform_calculate(  # with a digit more rather than a false 100%
        shown="format(datum.head, datum.head < 1 && datum.head > (width < 340 ? 0.995 : 0.9995) ? '.2%' : width < 340 ? '.0%' : '.1%')"
    )
    at = {"x": x, "y": alt.Y("head:Q", **y), "text": "shown:N"}
    halo = named.mark_text(dy=-9, fontSize=12, stroke=theme.colour("paper"), strokeWidth=4).encode(**at)
    label = named.mark_text(dy=-9, fontSize=12).encode(
        **at, color=alt.condition("datum.kept", alt.value(theme.colour("ink")), alt.value(theme.colour("cut")))
    )
    line = (
        base.transform_filter("datum.place == 0")
        .transform_calculate(level="top_p + 0")
        .mark_rule(stroke=theme.colour("bound"), strokeWidth=2.5)
        .encode(y=alt.Y("level:Q", **y))
    )
    chart = alt.layer(below, cut, kept, line, halo, label).add_params(
        alt.param(name="tokens", value=list(tokens)), *parameters(controls, OFF)
    )
    rows = _first_rows(tokens, next(iter(logits.values())), controls)
    return Figure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        alt=say("alt.staircase", what=", ".join(f"{row[0]} {row[3]} ({row[4]})" for row in rows)),
        columns=[
            Column("token", say("column.token")),
            Column("own", say("column.share"), "%2"),
            Column("foot", say("column.above"), "%2"),
            Column("head", say("axis.cumulative"), "%2"),
            Column("state", say("column.state")),
        ],
        rows=rows,
    )


def _first_rows(tokens: Sequence[str], logits: Sequence[float], controls: Sequence[Control]) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    import core  # torch: imported when a lesson runs, not before

    start = {**OFF, **{control.name: control.value for control in controls}}
    scaled = core.temperature(logits, STOPS[start["tau_stop"]])
    probs, kept = core.softmax(scaled), core.top_p(scaled, start["top_p"]) > -math.inf
    crossing = (scaled == scaled[kept].min()) & (start["top_p"] < 1)
    heads = probs.cumsum(-1)
    return [
        [
            token,
            percent(p, 2),
            percent(head - p, 2),
            percent(head, 2),
            say("state.crosses" if crosses else "state.kept" if stays else "state.cut"),
        ]
        for token, p, head, stays, crosses in zip(tokens, probs, heads, kept, crossing, strict=True)
    ]
