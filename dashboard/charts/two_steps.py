"""A text of two tokens with a temperature for each: the distribution over the whole texts."""

from collections.abc import Sequence
from math import inf

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, STOPS, expression, finished, parameters, share_axis, stop, written
from dashboard.language import percent, say, short, t


def two_steps(
    id: str,
    title: str,
    texts: Sequence[str],
    first: Sequence[float],
    second: Sequence[Sequence[float]],
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
) -> OldFigure:
    """The distribution over whole texts of two tokens, with a temperature for each step, live.

    Two tokens with logits `first` (2,), and after each of them two tokens with logits `second` (2, 2); `texts` are the
    four wholes. The dashed bars are those of the constant temperature, among the stops of the slider, that is nearest in
    total variation. In `said`: {tau_1}, {tau_2}, {nearest}, {distance}, {winner}.
    """
    values = [
        {"text": text, "d1": first[i // 2] - first[1 - i // 2], "d2": second[i // 2][i % 2] - second[i // 2][1 - i % 2]}
        for i, text in enumerate(texts)
    ]

    def chance(tau_1: str, tau_2: str) -> str:
        one = "(1 / (1 + exp(-{0} / {1})))"
        limit = "({1} == 0 ? ({0} > 0 ? 1 : {0} == 0 ? 0.5 : 0) : " + one + ")"
        return limit.format("datum.d1", tau_1) + " * " + limit.format("datum.d2", tau_2)

    base = (
        alt.Chart(alt.Data(values=values), height=alt.Step(BAR + 6), width="container")
        .transform_calculate(stops="stops", tau_1="stops[first_stop]", tau_2="stops[second_stop]")
        .transform_calculate(p=chance("datum.tau_1", "datum.tau_2"), p_model=chance("1", "1"))
        .transform_flatten(["stops"], ["constant"])
        .transform_calculate(q=chance("datum.constant", "datum.constant"))
        .transform_calculate(off="abs(datum.p - datum.q) / 2")
        .transform_joinaggregate(apart="sum(off)", groupby=["constant"])
        .transform_joinaggregate(distance="min(apart)")
        .transform_filter("datum.apart == datum.distance")
        .transform_joinaggregate(nearest="min(constant)")
        .transform_filter("datum.constant == datum.nearest")
        .transform_joinaggregate(p_max="max(p)")
        .transform_calculate(
            top="datum.p == datum.p_max ? datum.text : ''",
            label=written("p"),
            end="max(datum.p, datum.q)",
        )
        .transform_joinaggregate(winner="max(top)")
    )
    y = alt.Y("text:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=140))
    x = share_axis(say("axis.probability"))
    constant = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=26).encode(
        y=y, x=alt.X("q:Q", **x)
    )
    bars = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("p:Q", **x))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("end:Q", **x), text="label:N")
    chart = alt.layer(constant, bars, label).add_params(
        alt.param(name="stops", expr=expression(STOPS)), *parameters(controls)
    )
    rows = _two_step_rows(texts, first, second, *(STOPS[control.value] for control in controls))
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[1]}" for row in rows)),
        columns=[
            Column("text", t(pt="texto", en="text")),
            Column("p", t(pt="com τ₁ e τ₂", en="with τ₁ and τ₂"), "%2"),
            Column("q", t(pt="constante mais próxima", en="nearest constant"), "%2"),
            Column("p_model", say("column.raw"), "%2"),
        ],
        rows=rows,
    )


def texts_of_two(first: Sequence[float], second: Sequence[Sequence[float]], tau_1: float, tau_2: float) -> list[float]:
    """The probability of each of the four texts of two tokens, τ₁ at the first and τ₂ at the second, by `core`."""
    from core import softmax

    start = softmax(first, tau_1).tolist()
    return [start[i] * p for i, after in enumerate(second) for p in softmax(after, tau_2).tolist()]


def nearest_constant(
    first: Sequence[float], second: Sequence[Sequence[float]], tau_1: float, tau_2: float
) -> tuple[float, float]:
    """The stop of the slider whose constant temperature is nearest in total variation, and that distance."""
    right = texts_of_two(first, second, tau_1, tau_2)

    def distance(tau: float) -> float:
        return sum(abs(p - q) for p, q in zip(right, texts_of_two(first, second, tau, tau), strict=True)) / 2

    nearest = min(STOPS, key=distance)
    return nearest, distance(nearest)


def _two_step_rows(texts, first, second, tau_1: float, tau_2: float) -> list[list[str]]:
    """The table of `two_steps` as first drawn, computed by `core`."""
    constant, _ = nearest_constant(first, second, tau_1, tau_2)
    columns = (texts_of_two(first, second, *taus) for taus in ((tau_1, tau_2), (constant, constant), (1.0, 1.0)))
    return [[text, *(percent(p, 2) for p in row)] for text, row in zip(texts, zip(*columns, strict=True), strict=True)]


def step_control(name: str, label: str, help: str, value: float) -> Control:
    """A τ slider over STOPS for one of the two steps; `name` ends in "_stop"."""
    return Control(
        name,
        label,
        help,
        "stops",
        stop(value),
        values=["inf" if v == inf else v for v in STOPS],
        labels=[short(v) for v in STOPS],
    )
