"""A quantity while models read their training text: one line per model, and what each had reached at a chosen point."""

from collections.abc import Sequence
from itertools import cycle

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import finished, legend_columns, parameters
from dashboard.language import number, t

COLOURS, DASHES = ("kept", "cut", "good"), ([1, 0], [6, 4], [2, 3])


def over_training(
    id: str,
    title: str,
    runs: dict[str, Sequence[tuple[float, float]]],
    quantity: str,
    *,
    domain: tuple[float, float],
    digits: int,
    also: tuple[str, str, int] | None = None,
    said: str,
    caption: str = "",
) -> OldFigure:
    """`runs` maps a model's name to (millions of tokens read, value) pairs in order. A slider stops at each point of the
    longest run; the table has what every model had reached there. `also`: a further column, its title, its expression in
    `datum.value` and its digits. In `said`: {here} (millions of tokens), {least} and {most} (of the values there)."""  # fmt: skip
    points = max(runs.values(), key=lambda run: run[-1][0])
    stops = [x for x, _ in points]
    controls = [
        Control(
            "at",
            t(pt="Tokens lidos", en="Tokens read"),
            t(pt="Em milhões.", en="In millions."),
            "stops",
            len(stops) - 1,
            values=list(range(len(stops))),
            labels=[number(x, 2) for x in stops],
        )
    ]
    words = list(runs)
    values = [
        {"model": name, "x": round(x, 4), "value": round(value, 4)} for name, run in runs.items() for x, value in run
    ]
    base = alt.Chart(alt.Data(values=values), height=280, width="container")
    x = alt.X(
        "x:Q",
        title=t(pt="milhões de tokens lidos", en="millions of tokens read"),
        scale=alt.Scale(domain=[0, stops[-1]], nice=False),
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y("value:Q", title=quantity, scale=alt.Scale(domain=list(domain), nice=False, clamp=True))
    lines = base.mark_line(strokeWidth=2).encode(
        x=x,
        y=y,
        strokeOpacity=alt.value(1),
        color=alt.Color(
            "model:N",
            sort=words,
            title=None,
            scale=alt.Scale(
                domain=words, range=[theme.colour(one) for one, _ in zip(cycle(COLOURS), words, strict=False)]
            ),
            legend=alt.Legend(
                orient="top", columns=legend_columns(3, 1), symbolType="stroke", symbolSize=600, labelLimit=0
            ),
        ),
        strokeDash=alt.StrokeDash(
            "model:N", sort=words, scale=alt.Scale(domain=words, range=list(DASHES[: len(words)]))
        ),
    )
    reached = (
        base.transform_calculate(here="stops[at]")
        .transform_filter("datum.x <= datum.here + 1e-9")
        .transform_joinaggregate(latest="max(x)", groupby=["model"])
        .transform_filter("datum.x == datum.latest")
        .transform_joinaggregate(least="min(value)", most="max(value)")
        .transform_calculate(**({"also": also[1]} if also else {"also": "datum.value"}))
    )
    rule = reached.mark_rule(stroke=theme.colour("ink"), strokeWidth=1.2).encode(x="here:Q")
    dots = reached.mark_point(filled=True, size=70, fill=theme.colour("ink")).encode(x="x:Q", y="value:Q")
    chart = alt.layer(lines, rule, dots).add_params(
        alt.param(name="stops", value=[round(x, 4) for x in stops]), *parameters(controls)
    )
    last = {name: run[-1][1] for name, run in runs.items()}
    columns = [
        Column("model", t(pt="modelo", en="model")),
        Column("latest", t(pt="milhões de tokens", en="millions of tokens"), "2"),
        Column("value", quantity, str(digits)),
    ]
    rows = [[name, number(run[-1][0], 2), number(run[-1][1], digits)] for name, run in runs.items()]
    if also:
        columns.append(Column("also", also[0], str(also[2])))
        rows = [
            [*row, number(_evaluated(also[1], value), also[2])] for row, value in zip(rows, last.values(), strict=True)
        ]
    told = ", ".join(f"{name} {number(value, digits)}" for name, value in last.items())
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        columns=columns,
        rows=rows,
        alt=t(
            pt=f"Uma linha por modelo, que desce depressa no começo e devagar depois. No fim: {told}.",
            en=f"One line per model, falling fast at first and slowly later. At the end: {told}.",
        ),
    )


def _evaluated(expression: str, value: float) -> float:
    """The further column as first drawn: the few functions of Vega that it may use are Python's too."""
    from math import exp, log

    return eval(expression.replace("datum.value", repr(value)), {"exp": exp, "log": log, "LN2": log(2)})
