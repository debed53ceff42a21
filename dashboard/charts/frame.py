"""What every chart shares: stops of the temperature, controls, parameters, the house style."""

import json
import math
from collections.abc import Callable, Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Control
from dashboard.language import say, separators, short

RENARD = (1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9)  # ISO 3, series R''20
STOPS = (0.0, *(round(r * 10.0**e, 3) for e in (-2, -1, 0, 1) for r in RENARD), 100.0, math.inf)
"""Temperatures of a slider: 0 and ∞ are real stops, the rest runs evenly in log τ."""

ROUNDING = 4 * 2.0**-24  # "reached p" means cumulative mass >= p - ROUNDING, as in core.samplers
BAR = 34  # px per token
ROOM = alt.ExprRef(
    "1 + 60 / max(width - 60, 60)"
)  # the end of an axis of shares: 60 px for the label of a bar near 100%


def written(field: str) -> str:
    """The Vega expression that writes a share as a percentage: small ones keep a digit, so that no 0% is false."""
    return (
        f"(datum.{field} > 0 && datum.{field} < 1e-6 ? '< ' + format(1e-6, '.1p') : format(datum.{field}, "
        f"datum.{field} >= 0.01 || datum.{field} == 0 ? '.1%' : datum.{field} >= 1e-4 ? '.2%' : '.1p'))"
    )


def stop(temperature: float) -> int:
    """The slider position of a temperature that is one of the STOPS."""
    return STOPS.index(temperature)


def expression(values: Sequence[float]) -> str:
    """A list as a Vega expression; Vega has no literal for infinity."""
    return "[" + ",".join("1/0" if v == math.inf else json.dumps(v) for v in values) + "]"


def temperature_control(value: float = 1.0) -> Control:
    """The τ slider over STOPS."""
    labels = [short(v) for v in STOPS]
    return Control(
        "tau_stop",
        say("control.temperature"),
        say("control.temperature.help"),
        "stops",
        stop(value),
        values=["inf" if v == math.inf else v for v in STOPS],
        labels=labels,
    )


def choice_control(name: str, label: str, help: str, labels: dict[str, str]) -> Control:
    """A choice among named variants; the first is the default."""
    return Control(name, label, help, "choice", next(iter(labels)), values=list(labels), labels=list(labels.values()))


def parameters(controls: Sequence[Control], fixed: dict[str, object] | None = None) -> list[alt.Parameter]:
    """One Vega parameter per control, and constants for the settings that this chart does not move."""
    values = {**(fixed or {}), **{control.name: control.value for control in controls}}
    params = [alt.param(name=name, value=value) for name, value in values.items()]
    if "tau_stop" in values:
        params += [
            alt.param(name="tau", expr=f"{expression(STOPS)}[tau_stop]"),
            alt.param(name="beta", expr="tau == 0 ? 0 : 1 / tau"),
        ]
    return params


def finished(chart: alt.TopLevelMixin) -> dict:
    """The finished specification in the house style and the reader's number format."""
    marks, ink, line = separators(), theme.colour("ink"), theme.colour("line")
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "normal"}
    spec = (
        chart.configure(
            background="transparent",
            font=theme.FONT,
            locale={
                "number": {
                    "decimal": marks["decimal"],
                    "thousands": marks["group"],
                    "grouping": [3],
                    "currency": ["", ""],
                }
            },
        )
        .configure_view(stroke=None)
        .configure_axis(
            gridColor=line,
            domainColor=line,
            tickColor=line,
            **text,
        )
        .configure_axisY(labelPadding=6)
        .configure_legend(**text)
        .configure_text(fill=ink, fontSize=14)
        .to_dict()
    )
    spec["autosize"] = {"type": "fit-x", "contains": "padding"}
    spec["usermeta"] = {"embedOptions": {"actions": False, "renderer": "svg"}}
    return spec


def legend_columns(wide: int, narrow: int) -> alt.ExprRef:
    """Legend columns that fit a phone."""
    return alt.ExprRef(f"width < 340 ? {narrow} : {wide}")


def share_axis(title: str, labelled: bool = False) -> dict[str, object]:
    """Title, scale and axis of a share from 0 to 100%; with bars that are `labelled` at their end, room for that."""
    apart = {"labelOverlap": "parity", "labelSeparation": 8}  # on a phone
    if labelled:
        return {
            "title": title,
            "scale": alt.Scale(domainMin=0, domainMax=ROOM, nice=False),
            "axis": alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1], **apart),
        }
    return {"title": title, "scale": alt.Scale(domain=[0, 1]), "axis": alt.Axis(format="%", tickCount=5, **apart)}


def named_lines(
    base: alt.Chart,
    here: alt.Chart,
    series: dict[str, str],
    x: Callable[[], alt.X],
    y: alt.Y,
    colours: Sequence[str],
    dashes: Sequence[Sequence[int]],
    columns: int,
) -> alt.LayerChart:
    """One curve per field of `series` under its name, with a rule and points at the rows of `here`."""
    words = list(series.values())
    lines = (
        base.transform_fold(list(series), as_=["key", "value"])
        .transform_calculate(series=f"({json.dumps(series, ensure_ascii=False)})[datum.key]")
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x(),
            y=y,
            color=alt.Color(
                "series:N",
                sort=words,
                title=None,
                scale=alt.Scale(domain=words, range=[theme.colour(one) for one in colours]),
                legend=alt.Legend(
                    orient="top", columns=legend_columns(columns, 1), symbolType="stroke", symbolSize=600, labelLimit=0
                ),
            ),
            strokeDash=alt.StrokeDash("series:N", sort=words, scale=alt.Scale(domain=words, range=list(dashes))),
            strokeOpacity=alt.value(1),
        )
    )
    rule = here.mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=x())
    points = (
        here.transform_fold(list(series), as_=["key", "value"])
        .mark_point(filled=True, size=70, fill=theme.colour("ink"))
        .encode(x=x(), y="value:Q")
    )
    return alt.layer(lines, rule, points)
