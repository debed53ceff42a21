"""How far rounded weights move a distribution, position by position, under the bound that the logits allow."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Control, Figure
from dashboard.charts.frame import choice_control, finished, parameters
from dashboard.language import number, percent, short, t
from dashboard.recorded.rounding import Rounding

FLOOR = 1e-4  # of the axis: a smaller distance is drawn there
TANH = "(1 - exp(-({0}) / tau)) / (1 + exp(-({0}) / tau))"  # tanh(d/(2τ)): Vega has no tanh


def rounding(
    id: str, title: str, formats: dict[str, Rounding], names: dict[str, str], temperatures: Sequence[float], *,
    form: str, said: str, caption: str = "",
) -> Figure:  # fmt: skip
    """TV(p, q) over d, one point per position, and the curve tanh(d/(2τ)), both axes logarithmic.

    `names` are the words for the formats and `temperatures` those that `formats` was measured at. In `said`: {name}, {tau},
    {positions}, {middle_d} and {middle} (medians), {farthest} (the largest TV), {closest} (the largest TV ÷ bound).
    """
    controls = [
        choice_control("form", t(pt="Formato dos pesos", en="Format of the weights"),
                       t(pt="Bits por peso, e quantos pesos usam a mesma escala.", en="Bits per weight, and how many weights share a scale."),
                       {form: names[form], **names}),
        Control("tau_at", "τ", t(pt="A temperatura dos dois modelos.", en="The temperature of both models."), "stops",
                list(temperatures).index(1.0), values=list(temperatures), labels=[short(x) for x in temperatures]),
    ]  # fmt: skip
    positions = len(formats[form].spread)
    base = (
        alt.Chart(alt.sequence(positions, as_="i"), height=300, width="container")
        .transform_calculate(d="spreads[form][datum.i]", tv="distances[form][tau_at][datum.i]")
        .transform_calculate(bound=TANH.format("datum.d"))
        .transform_calculate(ratio="datum.tv / datum.bound")
    )
    x = alt.X("d:Q", title=t(pt="d, quanto os logits se moveram", en="d, how far the logits moved"),
              scale=alt.Scale(type="log", domain=[0.01, 10], nice=False),
              axis=alt.Axis(values=[0.01, 0.1, 1, 10], format="~g", labelOverlap=False))  # fmt: skip
    y = alt.Y("tv:Q", title=t(pt="variação total", en="total variation"),
              scale=alt.Scale(type="log", domain=[FLOOR, 1], nice=False, clamp=True),
              axis=alt.Axis(values=[1e-4, 1e-3, 1e-2, 0.1, 1], format="~%", labelOverlap=False))  # fmt: skip
    points = base.mark_point(size=34, filled=True, fill=theme.colour("kept"), opacity=0.55).encode(x=x, y=y)
    curve = (
        alt.Chart(alt.sequence(0, 61, as_="j"))
        .transform_calculate(d="pow(10, datum.j / 20 - 2)")
        .transform_calculate(tv=TANH.format("datum.d"))
        .mark_line(stroke=theme.colour("bound"), strokeWidth=2.5)
        .encode(x=x, y=y)
    )
    middle = (
        base.transform_aggregate(
            middle_d="median(d)", middle="median(tv)", farthest="max(tv)", closest="max(ratio)", positions="count()",
            groupby=[],
        )
        .transform_calculate(name="words[form]", tau="tau")
        .mark_point(shape="diamond", filled=True, size=190, fill=theme.colour("cut"), stroke=theme.colour("paper"))
        .encode(x=alt.X("middle_d:Q"), y=alt.Y("middle:Q"))
    )  # fmt: skip
    fixed = {
        "spreads": {name: one.spread.tolist() for name, one in formats.items()},
        "distances": {name: one.distance.tolist() for name, one in formats.items()},
        "words": names,
        "taus": list(temperatures),
    }
    chart = alt.layer(points, curve, middle).add_params(
        *parameters(controls, fixed), alt.param(name="tau", expr="taus[tau_at]")
    )
    row = _row(formats[form], names[form], temperatures)
    return Figure(
        id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption, rows=[row],
        alt=t(
            pt=f"Uma nuvem de {positions} pontos abaixo da curva tanh(d/(2τ)), nos dois eixos em escala logarítmica. Com {names[form]} e τ = 1 a mediana de d é {row[2]} e a da variação total, {row[3]}.",
            en=f"A cloud of {positions} points below the curve tanh(d/(2τ)), both axes logarithmic. With {names[form]} and τ = 1 the median of d is {row[2]} and that of the total variation {row[3]}.",
        ),
        columns=[
            Column("name", t(pt="formato", en="format")),
            Column("tau", "τ", "1"),
            Column("middle_d", t(pt="d mediano", en="median d"), "3"),
            Column("middle", t(pt="TV mediana", en="median TV"), "%2"),
            Column("farthest", t(pt="maior TV", en="largest TV"), "%1"),
            Column("closest", t(pt="maior TV ÷ cota", en="largest TV ÷ bound"), "%1"),
        ],
    )  # fmt: skip


def closeness(rounding: Rounding, temperatures: Sequence[float]) -> np.ndarray:
    """TV ÷ bound at each temperature and position, the bound by `core`: (temperatures, positions)."""
    from core import quantisation_distance_bound

    bounds = [[quantisation_distance_bound(d, tau) for d in rounding.spread.tolist()] for tau in temperatures]
    return rounding.distance / np.array(bounds)


def _row(rounding: Rounding, name: str, temperatures: Sequence[float]) -> list[str]:
    """The table as first drawn, at τ = 1."""
    at = list(temperatures).index(1.0)
    far = rounding.distance[at]
    return [name, number(1.0, 1), number(np.median(rounding.spread), 3), percent(np.median(far), 2), percent(far.max()),
            percent(closeness(rounding, temperatures)[at].max())]  # fmt: skip
