"""A quantity while models read their training text: one line per model, and what each had reached at a chosen point."""

import math
from collections.abc import Sequence
from itertools import cycle

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Stops
from dashboard.charts.frame import Sets, figure, legend_columns, oracle, rows
from dashboard.language import number, t

COLOURS, DASHES = ("kept", "cut", "good"), ([1, 0], [6, 4], [2, 3])


@oracle("overTraining")
def _rows(data: dict, settings: dict) -> Sets:
    here = data["stops"][settings["at"]]
    lines = [{"model": name, "x": x, "value": y} for name, run in data["runs"].items() for x, y in run]
    latest = {row["model"]: row for row in lines if row["x"] <= here + 1e-9}  # the points of a run are in order
    values = [row["value"] for row in latest.values()]
    sums = {"here": here, "least": min(values), "most": max(values)}
    return {"rows": [row | {"exponential": math.exp(row["value"]), **sums} for row in latest.values()], "lines": lines}


def over_training(
    id: str,
    title: str,
    runs: dict[str, Sequence[tuple[float, float]]],
    quantity: str,
    *,
    domain: tuple[float, float],
    digits: int,
    exponential: tuple[str, int] | None = None,
    said: str,
    caption: str = "",
) -> Figure:
    """`runs` maps a model's name to (millions of tokens read, value) pairs in order. A slider stops at each point of the
    longest run; the table has what every model had reached there. `exponential`: title and digits of a further column, the
    exponential of the value. In `said`: {here} (millions of tokens), {least} and {most} (of the values there)."""
    stops = [x for x, _ in max(runs.values(), key=lambda run: run[-1][0])]
    words = t(pt="Tokens lidos", en="Tokens read"), t(pt="Em milhões.", en="In millions.")
    control = Stops("at", *words, len(stops) - 1, list(range(len(stops))), [number(x, 2) for x in stops])
    data = {
        "runs": {name: [[round(x, 4), round(value, 4)] for x, value in run] for name, run in runs.items()},
        "stops": [round(x, 4) for x in stops],
    }
    columns = [
        Column("model", t(pt="modelo", en="model")),
        Column("x", t(pt="milhões de tokens", en="millions of tokens"), "2"),
        Column("value", quantity, str(digits)),
    ]
    if exponential:
        columns.append(Column("exponential", exponential[0], str(exponential[1])))
    return figure(
        "overTraining",
        id,
        title,
        data,
        [control],
        _picture(list(runs), quantity, stops[-1], domain),
        columns,
        said=said,
        caption=caption,
        alt=t(
            pt=f"Uma linha por modelo, que desce depressa no começo e devagar depois. Com {{here|2}} milhões de tokens: [{{model}} {{value|{digits}}}].",
            en=f"One line per model, falling fast at first and slowly later. At {{here|2}} million tokens: [{{model}} {{value|{digits}}}].",
        ),
    )


def _picture(words: list[str], quantity: str, last: float, domain: tuple[float, float]) -> alt.LayerChart:
    wide = alt.Scale(domain=[0, last], nice=False)
    x = alt.X(
        "x:Q",
        title=t(pt="milhões de tokens lidos", en="millions of tokens read"),
        scale=wide,
        axis=alt.Axis(tickCount=5),
    )
    y = alt.Y("value:Q", title=quantity, scale=alt.Scale(domain=list(domain), nice=False, clamp=True))
    colours = alt.Scale(domain=words, range=[theme.colour(one) for one, _ in zip(cycle(COLOURS), words, strict=False)])
    dashes = alt.Scale(domain=words, range=list(DASHES[: len(words)]))
    legend = alt.Legend(orient="top", columns=legend_columns(3, 1), symbolType="stroke", symbolSize=600, labelLimit=0)
    lines = rows("lines").mark_line(strokeWidth=2).encode(
        x=x, y=y, strokeOpacity=alt.value(1), color=alt.Color("model:N", sort=words, title=None, scale=colours, legend=legend),
        strokeDash=alt.StrokeDash("model:N", sort=words, scale=dashes),
    )  # fmt: skip
    rule = rows().mark_rule(stroke=theme.colour("ink"), strokeWidth=1.2).encode(x="here:Q")
    dots = rows().mark_point(filled=True, size=70, fill=theme.colour("ink")).encode(x="x:Q", y="value:Q")
    return alt.layer(lines, rule, dots).properties(height=280, width="container")
