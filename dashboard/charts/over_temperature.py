"""Everything over log τ: the limits with their bounds, every token's probability, the entropy."""

import json
import math
from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure
from dashboard.charts.frame import (
    STOPS,
    choice_control,
    finished,
    legend_columns,
    named_lines,
    parameters,
    share_axis,
    temperature_control,
)
from dashboard.language import number, percent, say, short

ENDS = 2.3  # where 0 and ∞ stand on the axis of log10 τ, beyond the last finite stops


def _place(tau: float) -> float:
    """A temperature's place on the axis of log10 τ."""
    return -ENDS if tau == 0 else ENDS if tau == math.inf else math.log10(tau)


def _tau_axis() -> alt.X:
    """An axis of log10 τ whose first and last marks are 0 and ∞."""
    marks = [0.0, 0.1, 1.0, 10.0, math.inf]
    texts = json.dumps({str(_place(v)).removesuffix(".0"): short(v) for v in marks}, ensure_ascii=False)
    return alt.X(
        "place:Q",
        title=say("axis.temperature"),
        scale=alt.Scale(domain=[-ENDS, ENDS], nice=False),
        axis=alt.Axis(
            values=[_place(v) for v in marks],
            labelExpr=f"({texts})[toString(datum.value)]",
            labelOverlap=False,
            grid=True,
        ),
    )


def _over_tau(tokens: Sequence[str], logits: dict[str, Sequence[float]], **size: object) -> alt.Chart:
    """Every token at every temperature: p_i(τ) and what follows from it, one row per (τ, token)."""
    values = [
        {
            "position": i,
            "place": _place(tau),
            "tau_here": "inf" if tau == math.inf else tau,
            "token": token,
            **{f"u{k}": float(row[j]) for k, row in enumerate(logits.values())},
        }
        for i, tau in enumerate(STOPS)
        for j, token in enumerate(tokens)
    ]
    scaled = "(datum.t == 0 ? (datum.d == 0 ? 0 : -1/0) : datum.d / datum.t)"
    return (
        alt.Chart(alt.Data(values=values), **size)
        .transform_calculate(u="datum[variant]", t="datum.tau_here == 'inf' ? 1/0 : datum.tau_here")
        .transform_joinaggregate(u_max="max(u)", u_min="min(u)", V="count()", groupby=["position"])
        .transform_calculate(d="datum.u - datum.u_max", top="datum.u == datum.u_max ? 1 : 0")
        .transform_calculate(e=f"exp({scaled})", below="datum.top ? -1/0 : datum.d")
        .transform_joinaggregate(sum_e="sum(e)", m="sum(top)", gap_down="max(below)", groupby=["position"])
        .transform_calculate(p="datum.e / datum.sum_e", R="datum.u_max - datum.u_min")
        .transform_calculate(
            h="datum.p > 0 ? -datum.p * log(datum.p) / LN2 : 0",
            lost="datum.top ? 0 : datum.p",
            away="abs(datum.p - 1 / datum.V) / 2",
        )
    )


def limits(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: dict[str, Sequence[float]],
    *,
    value: float,
    said: str,
    caption: str = "",
) -> Figure:
    """Propositions 5 and 6, live: over log τ, the distance to each limit and its proven bound on the same axes."""
    names = {f"u{i}": label for i, label in enumerate(logits)}
    controls = [
        choice_control("variant", say("control.logits"), say("control.logits.help"), names),
        temperature_control(value),
    ]
    base = (
        _over_tau(tokens, logits, height=280, width="container")
        .transform_aggregate(
            miss="sum(lost)",
            uniform="sum(away)",
            entropy="sum(h)",
            t="min(t)",
            V="min(V)",
            m="min(m)",
            R="min(R)",
            gap_down="min(gap_down)",
            groupby=["position", "place"],
        )
        .transform_calculate(tail="datum.t == 0 ? 0 : (datum.V - datum.m) * exp(datum.gap_down / datum.t)")
        .transform_calculate(
            miss_bound="datum.tail / (datum.m + datum.tail)", r="datum.t == 0 ? 1/0 : datum.R / (4 * datum.t)"
        )
        .transform_calculate(uniform_bound="datum.r > 20 ? 1 : (exp(2 * datum.r) - 1) / (exp(2 * datum.r) + 1)")
    )
    series = {field: say(f"series.{field}") for field in ("miss", "miss_bound", "uniform", "uniform_bound")}
    here, y = base.transform_filter("datum.position == tau_stop"), alt.Y("value:Q", **share_axis(say("axis.distance")))
    dashes = [[1, 0], [6, 4], [1, 0], [6, 4]]
    chart = named_lines(base, here, series, _tau_axis, y, ("kept", "kept", "cut", "cut"), dashes, 2).add_params(
        *parameters(controls)
    )
    columns = [
        Column("t", say("column.temperature"), "short"),
        *(Column(field, name, "%3") for field, name in series.items()),
    ]
    return Figure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=say("alt.limits"),
        columns=columns,
        rows=[_limit_row(next(iter(logits.values())), value)],
    )


def _limit_row(logits: Sequence[float], tau: float) -> list[str]:
    """The table of `limits` as first drawn, computed by `core`."""
    from core import cold_miss, cold_miss_bound, hot_distance, hot_distance_bound

    exact = (cold_miss, cold_miss_bound, hot_distance, hot_distance_bound)
    return [short(tau), *(percent(function(logits, tau), 3) for function in exact)]


def curves(
    id: str,
    title: str,
    tokens: Sequence[str],
    logits: dict[str, Sequence[float]],
    *,
    value: float,
    said: str,
    caption: str = "",
) -> Figure:
    """Theorem 3.2, live: every token's probability over log τ, and the entropy as a share of its maximum."""
    names = {f"u{i}": label for i, label in enumerate(logits)}
    controls = [
        choice_control("variant", say("control.logits"), say("control.logits.help"), names),
        temperature_control(value),
    ]
    base = _over_tau(tokens, logits, height=280, width="container")
    names_shown = [*tokens, say("series.entropy")]
    colours = [*[theme.colour(c) for c in ("kept", "cut", "good", "bound")][: len(tokens)], theme.colour("muted")]
    dashes = [*[[1, 0], [9, 3], [3, 3], [9, 3, 2, 3]][: len(tokens)], [1, 2]]
    look = {
        "color": alt.Color(
            "token:N",
            sort=names_shown,
            scale=alt.Scale(domain=names_shown, range=colours),
            title=None,
            legend=alt.Legend(
                orient="top", columns=legend_columns(3, 2), symbolType="stroke", symbolSize=600, labelLimit=0
            ),
        ),
        "strokeDash": alt.StrokeDash("token:N", sort=names_shown, scale=alt.Scale(domain=names_shown, range=dashes)),
    }
    y = share_axis(say("axis.probability"))
    lines = base.mark_line(strokeWidth=2.5).encode(x=_tau_axis(), y=alt.Y("p:Q", **y), **look)
    total = base.transform_aggregate(
        entropy="sum(h)", V="min(V)", t="min(t)", p_max="max(p)", groupby=["position", "place"]
    ).transform_calculate(
        effective="pow(2, datum.entropy)",
        share="datum.entropy * LN2 / log(datum.V)",
        token=f"'{say('series.entropy')}'",
    )
    entropy = total.mark_line(strokeWidth=4).encode(x=_tau_axis(), y=alt.Y("share:Q", **y), **look)
    rule = (
        total.transform_filter("datum.position == tau_stop")
        .mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5)
        .encode(x=_tau_axis())
    )
    chart = alt.layer(entropy, lines, rule).add_params(*parameters(controls))
    return Figure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=say("alt.curves"),
        columns=[
            Column("t", say("column.temperature"), "short"),
            Column("entropy", say("axis.entropy"), "3"),
            Column("effective", say("column.effective"), "2"),
            Column("p_max", say("column.p_max"), "%2"),
        ],
        rows=[_curve_row(next(iter(logits.values())), value)],
    )


def _curve_row(logits: Sequence[float], tau: float) -> list[str]:
    """The table of `curves` as first drawn, computed by `core`."""
    from core import effective_choices, entropy, softmax

    p = softmax(logits, tau)
    return [short(tau), number(entropy(p), 3), number(effective_choices(p), 2), percent(p.max(), 2)]
