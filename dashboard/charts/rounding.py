"""How far rounded weights move a distribution, position by position, under the bound that the logits allow."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure
from dashboard.charts.frame import Sets, choice_control, figure, oracle, rows, stops_control
from dashboard.language import t
from dashboard.recorded.rounding import Rounding

FLOOR = 1e-4  # of the axis: a smaller distance is drawn there


@oracle("rounding")
def _rows(data: dict, settings: dict) -> Sets:
    from core import quantisation_distance_bound  # torch: imported when a lesson runs, not before

    tau, spread = settings["tau_at"], np.array(data["spreads"][settings["form"]])
    far = np.array(data["distances"][settings["form"]][data["taus"].index(tau)])

    def bound(d: float) -> float:
        return quantisation_distance_bound(d, tau)

    row = {"name": data["names"][settings["form"]], "tau": tau, "positions": len(far), "middle_d": np.median(spread),
           "middle": np.median(far), "farthest": far.max(), "closest": (far / [*map(bound, spread.tolist())]).max()}  # fmt: skip
    ds = [10 ** (j / 20 - 2) for j in range(61)]
    return {
        "rows": [row],
        "cloud": [{"d": d, "tv": tv} for d, tv in zip(spread, far, strict=True)],
        "curve": [{"d": d, "tv": bound(d)} for d in ds],
    }


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
        stops_control("tau_at", "τ", t(pt="A temperatura dos dois modelos.", en="The temperature of both models."), 1.0, temperatures),
    ]  # fmt: skip
    data = {
        "spreads": {name: one.spread.tolist() for name, one in formats.items()},
        "distances": {name: one.distance.tolist() for name, one in formats.items()},
        "names": names,
        "taus": list(temperatures),
    }
    columns = [
        Column("name", t(pt="formato", en="format")),
        Column("tau", "τ", "1"),
        Column("middle_d", t(pt="d mediano", en="median d"), "3"),
        Column("middle", t(pt="TV mediana", en="median TV"), "%2"),
        Column("farthest", t(pt="maior TV", en="largest TV"), "%1"),
        Column("closest", t(pt="maior TV ÷ cota", en="largest TV ÷ bound"), "%1"),
    ]
    return figure(
        "rounding", id, title, data, controls, _picture(), columns, said=said, caption=caption,
        alt=t(
            pt="Uma nuvem de {positions|0} pontos abaixo da curva tanh(d/(2τ)), nos dois eixos em escala logarítmica. Com {name} e τ = {tau|short} a mediana de d é {middle_d|3} e a da variação total, {middle|%2}.",
            en="A cloud of {positions|0} points below the curve tanh(d/(2τ)), both axes logarithmic. With {name} and τ = {tau|short} the median of d is {middle_d|3} and that of the total variation {middle|%2}.",
        ),
    )  # fmt: skip


def _picture() -> alt.LayerChart:
    x = alt.X("d:Q", title=t(pt="d, quanto os logits se moveram", en="d, how far the logits moved"),
              scale=alt.Scale(type="log", domain=[0.01, 10], nice=False),
              axis=alt.Axis(values=[0.01, 0.1, 1, 10], format="~g", labelOverlap=False))  # fmt: skip
    y = alt.Y("tv:Q", title=t(pt="variação total", en="total variation"),
              scale=alt.Scale(type="log", domain=[FLOOR, 1], nice=False, clamp=True),
              axis=alt.Axis(values=[1e-4, 1e-3, 1e-2, 0.1, 1], format="~%", labelOverlap=False))  # fmt: skip
    points = rows("cloud").mark_point(size=34, filled=True, fill=theme.colour("kept"), opacity=0.55).encode(x=x, y=y)
    curve = rows("curve").mark_line(stroke=theme.colour("bound"), strokeWidth=2.5).encode(x=x, y=y)
    middle = rows().mark_point(
        shape="diamond", filled=True, size=190, fill=theme.colour("cut"), stroke=theme.colour("paper")
    )
    layers = (points, curve, middle.encode(x=alt.X("middle_d:Q"), y=alt.Y("middle:Q")))
    return alt.layer(*layers).properties(height=300, width="container")


def closeness(rounding: Rounding, temperatures: Sequence[float]) -> np.ndarray:
    """TV ÷ bound at each temperature and position, the bound by `core`: (temperatures, positions)."""
    from core import quantisation_distance_bound

    bounds = [[quantisation_distance_bound(d, tau) for d in rounding.spread.tolist()] for tau in temperatures]
    return rounding.distance / np.array(bounds)
