"""Random queries and keys of more and more components: without a divisor the softmax over their products saturates."""

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, choice_control, finished, parameters, share_axis, written
from dashboard.language import number, percent, t

SIZES = (1, 2, 4, 8, 16, 24, 32, 64, 128, 256, 512, 1024)  # of q and of each key
KEYS, DRAWS, SEED = 8, 3, 5
DIVISORS = {"one": "1", "root": "√d", "whole": "d"}


def products() -> np.ndarray:
    """(DRAWS, len(SIZES), KEYS): q·k over the first d components of independent standard normal vectors."""
    draw = np.random.default_rng(SEED)
    q, k = draw.normal(size=(DRAWS, 1, SIZES[-1])), draw.normal(size=(DRAWS, KEYS, SIZES[-1]))
    return np.round(np.cumsum(q * k, axis=-1)[:, :, np.array(SIZES) - 1].swapaxes(1, 2), 3)


def saturation(id: str, title: str, *, size: int = 64, divisor: str = "one", said: str, caption: str = "") -> OldFigure:
    """The weights of KEYS keys for one query, every component drawn from a standard normal.

    Controls: d_stop (over SIZES), divisor, variant (which draw). In `said`: {d}, {by} (the divisor), {gap} (from the
    largest product to the next), {p_max}, {effective}, {slope} (the largest |∂p_i/∂x_j|, x the divided products), {bound}
    (what the gap guarantees for it).
    """
    names = {f"t{i}": t(pt=f"sorteio {i + 1}", en=f"draw {i + 1}") for i in range(DRAWS)}
    controls = [
        Control("d_stop", "d", t(pt="Componentes de q e de cada k.", en="Components of q and of each k."), "stops",
                SIZES.index(size), values=list(SIZES), labels=[number(d) for d in SIZES]),
        Control("divisor", t(pt="Divide q·k por", en="Divide q·k by"),
                t(pt="É a temperatura deste softmax.", en="It is the temperature of this softmax."), "choice", divisor,
                values=list(DIVISORS), labels=list(DIVISORS.values())),
        choice_control("variant", t(pt="Vetores", en="Vectors"),
                       t(pt="Três sorteios de q e das chaves.", en="Three draws of q and the keys."), names),
    ]  # fmt: skip
    data = [
        alt.param(name="dots", value={f"t{i}": rows for i, rows in enumerate(products().tolist())}),
        alt.param(name="d", expr=f"{list(SIZES)}[d_stop]"),
        alt.param(name="divided_by", expr="({one: 1, root: sqrt(d), whole: d})[divisor]"),
    ]
    base = (
        alt.Chart(alt.sequence(KEYS, as_="j"), height=alt.Step(BAR), width="container")
        .transform_calculate(key="'k' + (datum.j + 1)", dot="dots[variant][d_stop][datum.j]", by="divided_by", d="d")
        .transform_joinaggregate(dot_max="max(dot)")
        .transform_calculate(w="exp((datum.dot - datum.dot_max) / datum.by)",
                             below="datum.dot == datum.dot_max ? 1e9 : datum.dot_max - datum.dot")
        .transform_joinaggregate(Z="sum(w)", gap="min(below)")
        .transform_calculate(p="datum.w / datum.Z", rest="datum.dot == datum.dot_max ? 0 : datum.w / datum.Z")
        .transform_calculate(nats="datum.p > 0 ? -datum.p * log(datum.p) : 0", steep="datum.p * (1 - datum.p)")
        .transform_joinaggregate(p_max="max(p)", H="sum(nats)", miss="sum(rest)", steepest="max(steep)")
        .transform_calculate(effective="exp(datum.H)",
                             slope="datum.p_max > 0.5 ? datum.miss * (1 - datum.miss) : datum.steepest",
                             odds=f"{KEYS - 1} * exp(-datum.gap / datum.by)")
        .transform_calculate(bound="datum.odds / (1 + datum.odds)",
                             label=written("p"))
    )  # fmt: skip
    y = alt.Y("key:N", title=None, sort=None, axis=alt.Axis(ticks=False, domain=False))
    x = share_axis(t(pt="peso da chave", en="weight of the key"), labelled=True)
    bars = base.mark_bar(height=18, cornerRadiusEnd=2, fill=theme.colour("kept")).encode(y=y, x=alt.X("p:Q", **x))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("p:Q", **x), text="label:N")
    chart = alt.layer(bars, label).add_params(*parameters(controls), *data)
    rows = _rows(size, divisor)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(pt="Uma barra por chave, com o seu peso: ", en="One bar per key, with its weight: ")
        + ", ".join(f"{key} {weight}" for key, _, weight in rows)
        + ".",
        columns=[
            Column("key", t(pt="chave", en="key")),
            Column("dot", "q·k", "2"),
            Column("p", t(pt="peso", en="weight"), "%2"),
        ],
        rows=rows,
    )


def divided_by(size: int, divisor: str) -> float:
    """The number that one of DIVISORS stands for."""
    return {"one": 1.0, "root": size**0.5, "whole": float(size)}[divisor]


def _rows(size: int, divisor: str) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before

    dots = products()[0, SIZES.index(size)]
    weights = softmax(dots, divided_by(size, divisor)).tolist()
    return [[f"k{j + 1}", number(s, 2), percent(p, 2)] for j, (s, p) in enumerate(zip(dots, weights, strict=True))]
