"""Everything over log τ: the limits with their bounds, every token's probability, the entropy."""

import json
import math
from collections.abc import Sequence
from functools import lru_cache

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Input
from dashboard.charts.frame import (
    STOPS,
    Sets,
    choice_control,
    figure,
    legend_columns,
    named_lines,
    oracle,
    rows,
    share_axis,
    temperature_control,
)
from dashboard.language import say, short

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


def _given(logits: dict[str, Sequence[float]], value: float) -> tuple[dict, list[Input]]:
    """Data and controls: which logits, and the temperature among all stops."""
    names = {f"u{i}": label for i, label in enumerate(logits)}
    tau = temperature_control(value)
    data = {"logits": {name: [float(x) for x in row] for name, row in zip(names, logits.values(), strict=True)}}
    variant = choice_control("variant", say("control.logits"), say("control.logits.help"), names)
    return data | {"taus": tau.values}, [variant, tau]


@lru_cache(maxsize=1024)
def _limits_at(logits: tuple[float, ...], tau: float) -> dict:
    from core import cold_miss, cold_miss_bound, hot_distance, hot_distance_bound  # torch: when a lesson runs

    exact = {
        "miss": cold_miss,
        "miss_bound": cold_miss_bound,
        "uniform": hot_distance,
        "uniform_bound": hot_distance_bound,
    }
    return {"t": tau, "place": _place(tau)} | {name: of(logits, tau).item() for name, of in exact.items()}


@oracle("limits")
def _limits(data: dict, settings: dict) -> Sets:
    u = tuple(data["logits"][settings["variant"]])
    return {"rows": [_limits_at(u, settings["tau"])], "curve": [_limits_at(u, tau) for tau in STOPS]}


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
    """Propositions 3.3 and 3.4, live: over log τ, the distance to each limit and its proven bound on the same axes.

    In `said`: {t}, {miss}, {miss_bound}, {uniform}, {uniform_bound}.
    """
    data, controls = _given(logits, value)
    series = {field: say(f"series.{field}") for field in ("miss", "miss_bound", "uniform", "uniform_bound")}
    y, dashes = alt.Y("value:Q", **share_axis(say("axis.distance"))), [[1, 0], [6, 4], [1, 0], [6, 4]]
    lines = named_lines(series, _tau_axis, y, ("kept", "kept", "cut", "cut"), dashes, 2)
    columns = [
        Column("t", say("column.temperature"), "short"),
        *(Column(field, name, "%3") for field, name in series.items()),
    ]
    picture = lines.properties(height=280, width="container")
    return figure(
        "limits", id, title, data, controls, picture, columns, said=said, caption=caption, alt=say("alt.limits")
    )


@lru_cache(maxsize=1024)
def _curves_at(logits: tuple[float, ...], tau: float) -> tuple[list[float], dict]:
    from core import effective_choices, entropy, softmax  # torch: when a lesson runs

    p = softmax(logits, tau)
    h = entropy(p).item()
    sums = {"entropy": h, "share": h / math.log2(len(logits)), "effective": effective_choices(p).item()}
    return p.tolist(), {"t": tau, "place": _place(tau), "p_max": p.max().item(), **sums}


@oracle("curves")
def _curves(data: dict, settings: dict) -> Sets:
    u = tuple(data["logits"][settings["variant"]])
    points = [_curves_at(u, tau) for tau in STOPS]
    return {
        "rows": [_curves_at(u, settings["tau"])[1]],
        "curve": [
            {"place": sums["place"], "token": token, "p": x}
            for p, sums in points
            for token, x in zip(data["tokens"], p, strict=True)
        ],
        "total": [{"place": sums["place"], "share": sums["share"], "token": data["entropy"]} for _, sums in points],
    }


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
    """Theorem 3.2, live: every token's probability over log τ, and the entropy as a share of its maximum.

    In `said`: {t}, {entropy} (bits), {effective}, {p_max}.
    """
    data, controls = _given(logits, value)
    shown = [*tokens, say("series.entropy")]
    colours = [*[theme.colour(c) for c in ("kept", "cut", "good", "bound")][: len(tokens)], theme.colour("muted")]
    dashes = [*[[1, 0], [9, 3], [3, 3], [9, 3, 2, 3]][: len(tokens)], [1, 2]]
    columns = legend_columns(3, 2)
    legend = alt.Legend(orient="top", columns=columns, symbolType="stroke", symbolSize=600, labelLimit=0)
    look = {
        "color": alt.Color("token:N", sort=shown, scale=alt.Scale(domain=shown, range=colours), title=None, legend=legend),
        "strokeDash": alt.StrokeDash("token:N", sort=shown, scale=alt.Scale(domain=shown, range=dashes)),
    }  # fmt: skip
    y = share_axis(say("axis.probability"))
    lines = rows("curve").mark_line(strokeWidth=2.5).encode(x=_tau_axis(), y=alt.Y("p:Q", **y), **look)
    entropy = rows("total").mark_line(strokeWidth=4).encode(x=_tau_axis(), y=alt.Y("share:Q", **y), **look)
    rule = rows().mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=_tau_axis())
    return figure(
        "curves",
        id,
        title,
        data | {"tokens": list(tokens), "entropy": say("series.entropy")},
        controls,
        alt.layer(entropy, lines, rule).properties(height=280, width="container"),
        [
            Column("t", say("column.temperature"), "short"),
            Column("entropy", say("axis.entropy"), "3"),
            Column("effective", say("column.effective"), "2"),
            Column("p_max", say("column.p_max"), "%2"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.curves"),
    )
