"""What every chart shares: its oracle, the figure made of it, stops of the temperature, the house style."""

import json
import math
from collections.abc import Callable, Iterator, Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Choice, Column, Figure, Input, Stops
from dashboard.charts.templates import fill, names, setting, show
from dashboard.language import say, separators, short
from dashboard.vega import compiled

RENARD = (1, 1.1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 9)  # ISO 3, series R''20
STOPS = (0.0, *(round(r * 10.0**e, 3) for e in (-2, -1, 0, 1) for r in RENARD), 100.0, math.inf)
"""Temperatures of a slider: 0 and ∞ are real stops, the rest runs evenly in log τ."""

BAR = 34  # px per token
ROOM = alt.ExprRef(
    "1 + 60 / max(width - 60, 60)"
)  # the end of an axis of shares: 60 px for the label of a bar near 100%

IN_ORDER = alt.EncodingSortField("row", op="min", order="ascending")  # the order of the rows: the page numbers them

Sets = dict[str, list[dict]]
ORACLES: dict[str, Callable[[dict, dict], Sets]] = {}
"""Chart -> (data, settings) -> the named sets of rows, by `core`: what the page's function of that name must give."""


def oracle(name: str) -> Callable:
    """Register a function as the oracle of the chart `name`, which is `Amostra.charts[name]` in the page."""

    def register(function: Callable[[dict, dict], Sets]) -> Callable[[dict, dict], Sets]:
        ORACLES[name] = function
        return function

    return register


@oracle("given")
def _given(data: dict, settings: dict) -> Sets:
    """Rows that were made elsewhere and do not move."""
    return data


# A figure --------------------------------------------------------------------------------------------------------------


def figure(
    chart: str,
    id: str,
    title: str,
    data: dict,
    controls: Sequence[Input],
    picture: alt.TopLevelMixin,
    columns: Sequence[Column],
    *,
    alt: str,
    said: str = "",
    caption: str = "",
    labels: dict[str, str] | None = None,
) -> Figure:
    """The figure of a chart: the oracle gives its table as first drawn; every field that its words name must be there.

    `data`: plain JSON, what `chart` computes from beside the settings. `picture` draws the named sets of rows. `said`, `alt`
    and the values of `labels` are templates (`dashboard.charts.templates`).

    Raises:
        ValueError: a word, a column or a mark speaks of a field that no row has; the message names figure and field.
    """
    sets, labels = ORACLES[chart](data, {control.name: setting(control) for control in controls}), labels or {}
    moved, first = {control.name for control in controls}, {*sets["rows"][0]}
    for name, text in labels.items():
        _check(id, f"label {name}", names(text), first | moved)
    rows = [row | {name: fill(text, [row], controls) for name, text in labels.items()} for row in sets["rows"]]
    known = first | {*labels}
    _check(id, "said", names(said), known | moved)
    _check(id, "alt", names(alt), known | moved)
    _check(id, "columns", {column.field for column in columns}, known)
    specification = styled(picture)
    for name, asked in _drawn(specification):
        if name in specification.get("datasets", {}):
            continue
        if name not in sets:
            raise ValueError(f"figure {id!r}: the picture draws {name!r}; the chart gives {', '.join(sets)}")
        _check(id, f"the picture of {name!r}", {asked}, {*sets[name][0], *labels} if sets[name] else {asked})
    return Figure(
        id=id,
        title=title,
        chart=chart,
        data=data,
        controls=list(controls),
        picture=compiled(specification),
        columns=list(columns),
        said=said,
        describe=alt,
        labels=labels,
        caption=caption,
        alt=fill(alt, rows, controls),
        rows=[[show(row[column.field], column.format) for column in columns] for row in rows],
    )


def _check(id: str, what: str, asked: set[str], known: set[str]) -> None:
    if unknown := sorted(asked - known):
        raise ValueError(
            f"figure {id!r}: {what} names {', '.join(unknown)}, which no row has; there are: {', '.join(sorted(known))}"
        )


def _drawn(unit: dict, data: str = "") -> Iterator[tuple[str, str]]:
    """Every set and field that a specification draws, but those of data of its own and of fields that a transform made."""
    data = unit.get("data", {"name": data}).get("name", "")
    for layer in unit.get("layer", ()):
        yield from _drawn(layer, data)
    made = {name for step in unit.get("transform", ()) for name in step.get("as", ())}
    for channel in unit.get("encoding", {}).values():
        for one in (channel, channel.get("condition", {})):
            field = one.get("field") if isinstance(one, dict) else None
            if data and isinstance(field, str) and field not in made:
                yield data, field


def rows(name: str = "rows") -> alt.Chart:
    """A chart over one of the named sets of rows."""
    return alt.Chart(alt.NamedData(name))


def styled(chart: alt.TopLevelMixin) -> dict:
    """The specification in the house style and the reader's number format."""
    marks, ink, line = separators(), theme.colour("ink"), theme.colour("line")
    text = {"labelColor": ink, "titleColor": ink, "labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "normal"}
    number = {"decimal": marks["decimal"], "thousands": marks["group"], "grouping": [3], "currency": ["", ""]}
    spec = (
        chart.configure(background="transparent", font=theme.FONT, locale={"number": number}, aria=False)
        .configure_view(stroke=None)
        .configure_axis(gridColor=line, domainColor=line, tickColor=line, **text)
        .configure_axisY(labelPadding=6)
        .configure_legend(**text)
        .configure_text(fill=ink, fontSize=14)
        .to_dict()
    )
    return spec | {"autosize": {"type": "fit-x", "contains": "padding"}}


# Controls --------------------------------------------------------------------------------------------------------------


def temperature_control(value: float = 1.0) -> Stops:
    """The τ slider over STOPS."""
    return stops_control("tau", say("control.temperature"), say("control.temperature.help"), value, STOPS)


def stops_control(
    name: str, label: str, help: str, value: float, values: Sequence[float], write: Callable[[float], str] = short
) -> Stops:
    """A slider over some numbers, ∞ among them or not."""

    def plain(one: float) -> float | str:
        return "inf" if one == math.inf else one

    return Stops(name, label, help, plain(value), [plain(one) for one in values], [write(one) for one in values])


def choice_control(name: str, label: str, help: str, labels: dict[str, str]) -> Choice:
    """A choice among named variants; the first is the default."""
    return Choice(name, label, help, next(iter(labels)), list(labels), list(labels.values()))


def variant_control(label: str, names: dict[str, str]) -> list[Choice]:
    """The choice named "variant" among more than one; `label` is "control.logits", "control.prompt", …"""
    return [choice_control("variant", say(label), say(f"{label}.help"), names)] if len(names) > 1 else []


# Pieces of pictures ------------------------------------------------------------------------------------------------------


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


def token_axis(field: str = "token:N", limit: int = 140) -> alt.Y:
    """One line per token, in the order of the rows."""
    return alt.Y(field, sort=IN_ORDER, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=limit))


def position_axis(field: str, words: Sequence[str], limit: int = 110) -> alt.Y:
    """One line per position of a text, whose tokens may repeat: `field` counts from 0 and `words` name it."""
    told = f"{json.dumps(list(words), ensure_ascii=False)}[datum.value]"
    return alt.Y(f"{field}:O", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=limit, labelExpr=told))


def bars(
    y: alt.Y,
    axis: dict[str, object],
    *,
    solid: str = "p",
    hollow: str = "p_raw",
    end: str = "end",
    label: str = "label",
    cut: str = "",
    rest: bool = False,
) -> alt.LayerChart:
    """Solid bars over hollow ones, with what they say beside them; rows whose `solid` is 0 say `cut`, where there is one.

    With `rest`, the rows that say they are the rest of a vocabulary are grey.
    """
    base, x = rows(), lambda field: alt.X(f"{field}:Q", **axis)
    raw = base.mark_bar(fill="transparent", stroke=theme.colour("tail"), strokeDash=[3, 2], height=24)
    kept, tail = alt.value(theme.colour("kept")), alt.value(theme.colour("tail"))
    fill = alt.condition("datum.rest", tail, kept) if rest else kept
    full = base.mark_bar(height=16, cornerRadiusEnd=2).encode(y=y, x=x(solid), fill=fill)
    stays = f"datum.{solid} > 0"
    words = alt.condition(stays, alt.Text(f"{label}:N"), alt.value(cut)) if cut else alt.Text(f"{label}:N")
    ink = alt.condition(stays, alt.value(theme.colour("ink")), alt.value(theme.colour("cut")))
    told = base.mark_text(align="left", dx=8).encode(
        y=y, x=x(end), text=words, color=ink if cut else alt.value(theme.colour("ink"))
    )
    return alt.layer(raw.encode(y=y, x=x(hollow)), full, told)


def named_lines(
    series: dict[str, str],
    x: Callable[[], alt.X],
    y: alt.Y,
    colours: Sequence[str],
    dashes: Sequence[Sequence[int]],
    columns: int,
    curve: str = "curve",
) -> alt.LayerChart:
    """One line per field of `series` over the set `curve`, under its name, with a rule and points at the rows."""
    keys = list(series)
    told = json.dumps(series, ensure_ascii=False)
    legend = alt.Legend(
        orient="top",
        columns=legend_columns(columns, 1),
        symbolType="stroke",
        symbolSize=600,
        labelLimit=0,
        labelExpr=f"({told})[datum.label]",
    )
    scale = alt.Scale(domain=keys, range=[theme.colour(one) for one in colours])
    lines = (
        rows(curve)
        .transform_fold(keys, as_=["key", "value"])
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x(),
            y=y,
            color=alt.Color("key:N", sort=keys, title=None, scale=scale, legend=legend),
            strokeDash=alt.StrokeDash("key:N", sort=keys, scale=alt.Scale(domain=keys, range=list(dashes))),
            strokeOpacity=alt.value(1),
        )
    )
    rule = rows().mark_rule(stroke=theme.colour("ink"), strokeWidth=1.5).encode(x=x())
    points = (
        rows()
        .transform_fold(keys, as_=["key", "value"])
        .mark_point(filled=True, size=70, fill=theme.colour("ink"))
        .encode(x=x(), y="value:Q")
    )
    return alt.layer(lines, rule, points)
