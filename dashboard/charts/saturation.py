"""Random queries and keys of more and more components: without a divisor the softmax over their products saturates."""

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Choice, Column, Figure
from dashboard.charts.frame import (
    BAR,
    Sets,
    choice_control,
    figure,
    oracle,
    rows,
    share_axis,
    stops_control,
    token_axis,
)
from dashboard.language import number, t

SIZES = (1, 2, 4, 8, 16, 24, 32, 64, 128, 256, 512, 1024)  # of q and of each key
KEYS, DRAWS, SEED = 8, 3, 5
DIVISORS = {"one": "1", "root": "√d", "whole": "d"}


def products() -> np.ndarray:
    """(DRAWS, len(SIZES), KEYS): q·k over the first d components of independent standard normal vectors."""
    draw = np.random.default_rng(SEED)
    q, k = draw.normal(size=(DRAWS, 1, SIZES[-1])), draw.normal(size=(DRAWS, KEYS, SIZES[-1]))
    return np.round(np.cumsum(q * k, axis=-1)[:, :, np.array(SIZES) - 1].swapaxes(1, 2), 3)


def divided_by(size: int, divisor: str) -> float:
    """The number that one of DIVISORS stands for."""
    return {"one": 1.0, "root": size**0.5, "whole": float(size)}[divisor]


@oracle("saturation")
def _rows(data: dict, settings: dict) -> Sets:
    from core import argmax_gap, cold_miss_bound, effective_choices, largest_slope, softmax  # torch: when a lesson runs

    d, by = settings["d"], divided_by(settings["d"], settings["divisor"])
    dots = data["dots"][settings["variant"]][data["sizes"].index(d)]
    p = softmax(dots, by)
    sums = {"d": d, "by": by, "gap": argmax_gap(dots).item(), "p_max": p.max().item(), "effective": effective_choices(p).item(),
            "slope": largest_slope(dots, by).item(), "bound": cold_miss_bound(dots, by).item()}  # fmt: skip
    return {
        "rows": [
            {"key": f"k{j}", "dot": dot, "p": x, **sums}
            for j, (dot, x) in enumerate(zip(dots, p.tolist(), strict=True), 1)
        ]
    }


def saturation(id: str, title: str, *, size: int = 64, divisor: str = "one", said: str, caption: str = "") -> Figure:
    """The weights of KEYS keys for one query, every component drawn from a standard normal.

    Controls: d (over SIZES), divisor, variant (which draw). In `said`: {d}, {by} (the divisor), {gap} (from the largest
    product to the next), {p_max}, {effective}, {slope} (the largest |∂p_i/∂x_j|, x the divided products), {bound} (what the
    gap guarantees for it).
    """
    names = {f"t{i}": t(pt=f"sorteio {i + 1}", en=f"draw {i + 1}") for i in range(DRAWS)}
    controls = [
        stops_control("d", "d", t(pt="Componentes de q e de cada k.", en="Components of q and of each k."), size, SIZES, number),
        Choice("divisor", t(pt="Divide q·k por", en="Divide q·k by"), t(pt="É a temperatura deste softmax.", en="It is the temperature of this softmax."),
               divisor, list(DIVISORS), list(DIVISORS.values())),
        choice_control("variant", t(pt="Vetores", en="Vectors"), t(pt="Três sorteios de q e das chaves.", en="Three draws of q and the keys."), names),
    ]  # fmt: skip
    y, x = token_axis("key:N"), alt.X("p:Q", **share_axis(t(pt="peso da chave", en="weight of the key"), labelled=True))
    solid = rows().mark_bar(height=18, cornerRadiusEnd=2, fill=theme.colour("kept")).encode(y=y, x=x)
    label = rows().mark_text(align="left", dx=8).encode(y=y, x=x, text="label:N")
    columns = [
        Column("key", t(pt="chave", en="key")),
        Column("dot", "q·k", "2"),
        Column("p", t(pt="peso", en="weight"), "%2"),
    ]
    return figure(
        "saturation", id, title, {"dots": dict(zip(names, products().tolist(), strict=True)), "sizes": list(SIZES)}, controls,
        alt.layer(solid, label).properties(height=alt.Step(BAR), width="container"), columns, said=said, caption=caption,
        alt=t(pt="Uma barra por chave, com o seu peso: [{key} {p|%2}].", en="One bar per key, with its weight: [{key} {p|%2}]."),
        labels={"label": "{p|%~}"},
    )  # fmt: skip
