"""Position in two ways: the cosine of learned position vectors over their distance, and RoPE's score over the distance.

The rotation is done inside Vega on queries and keys of unit length: both are turned, then multiplied.
"""

import altair as alt
import numpy as np

from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import choice_control, finished, named_lines, parameters
from dashboard.language import number, short, t
from dashboard.recorded.neighbours import Neighbours

FARTHEST = 256
SIZES = (2, 4, 8, 16, 32, 64)
BASES = (100, 10_000, 500_000)
SHIFTS = (0, 1, 10, 100, 1000, 10_000)
SEED = 7


def pairs() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """A query and a key of 64 components each: equal, or drawn from a standard normal. Pair i is (2i, 2i + 1)."""
    draw = np.random.default_rng(SEED)
    one = np.round(draw.normal(size=(3, SIZES[-1])), 3)
    return {"equal": (one[0], one[0]), "other": (one[1], one[2])}


def positions(id: str, title: str, kept: Neighbours, *, value: int = 8, said: str, caption: str = "") -> OldFigure:
    """Least, mean and largest recorded cosine of two position vectors over their distance.

    Control: distance. In `said`: {distance}, {least}, {mean}, {most}, {many} (pairs of positions at that distance).
    """
    values = [{"x": d, "least": a, "mean": b, "most": c} for d, (a, b, c) in enumerate(kept.positions.tolist(), 1)]
    last = len(values)
    controls = [
        Control("distance", t(pt="Distância", en="Distance"), t(pt="Entre duas posições do texto.", en="Between two positions of the text."),
                "range", value, minimum=1, maximum=last)
    ]  # fmt: skip
    base = alt.Chart(alt.Data(values=values), height=260, width="container")
    here = base.transform_filter("datum.x == distance").transform_calculate(
        distance="datum.x", many=f"{last + 1} - datum.x"
    )
    series = {
        "mean": t(pt="média", en="mean"),
        "most": t(pt="maior", en="largest"),
        "least": t(pt="menor", en="least"),
    }

    def x() -> alt.X:
        return alt.X("x:Q", title=t(pt="distância entre as posições", en="distance between the positions"),
                     scale=alt.Scale(domain=[0, last + 1], nice=False), axis=alt.Axis(tickCount=5))  # fmt: skip

    y = alt.Y(
        "value:Q", title=t(pt="cosseno", en="cosine"), scale=alt.Scale(domain=[-1, 1]), axis=alt.Axis(tickCount=5)
    )
    chart = named_lines(base, here, series, x, y, ("kept", "bound", "tail"), ((1, 0), (6, 4), (2, 3)), 3)
    chart.layer[0].mark.strokeJoin = "round"  # a mitre on a jagged line is a spike
    row = _position_row(kept, value)
    return OldFigure(
        id=id, title=title, spec=finished(chart.add_params(*parameters(controls))), controls=controls, said=said,
        caption=caption, rows=[row],
        alt=t(pt=f"Três curvas de cosseno sobre a distância entre posições. À distância {row[0]}: menor {row[1]}, médio {row[2]}, maior {row[3]}.",
              en=f"Three curves of the cosine over the distance between positions. At distance {row[0]}: least {row[1]}, mean {row[2]}, largest {row[3]}."),
        columns=[
            Column("distance", t(pt="distância", en="distance"), "0"),
            Column("least", t(pt="menor", en="least"), "3"),
            Column("mean", t(pt="médio", en="mean"), "3"),
            Column("most", t(pt="maior", en="largest"), "3"),
            Column("many", t(pt="pares", en="pairs"), "0"),
        ],
    )  # fmt: skip


def _position_row(kept: Neighbours, distance: int) -> list[str]:
    return [
        number(distance, 0),
        *(number(x, 3) for x in kept.positions[distance - 1]),
        number(len(kept.lengths) - distance, 0),
    ]


def rotary(
    id: str, title: str, *, distance: int = 8, size: int = 64, base: int = 10_000, said: str, caption: str = ""
) -> OldFigure:
    """The score of a turned query and a turned key over their distance, both divided by their length.

    Controls: variant (the vectors), size_stop (components used), base_stop, shift_stop (the key's position), distance. In
    `said`: {m}, {n} (positions of query and key), {score}, {plain} (without turning), {distance}, {turns} (of the first
    pair, the angle between query and key in whole turns), {slow} (the same of the last pair).
    """
    names = {
        "equal": t(pt="consulta igual à chave", en="query equal to the key"),
        "other": t(pt="duas ao acaso", en="two at random"),
    }
    controls = [
        choice_control("variant", t(pt="Vetores", en="Vectors"), t(pt="Sempre os mesmos números; só a posição muda.", en="The same numbers throughout; only the position changes."), names),
        Control("size_stop", t(pt="Componentes, d", en="Components, d"), t(pt="Metade disso é o número de pares que giram.", en="Half of it is the number of pairs that turn."),
                "stops", SIZES.index(size), values=list(SIZES), labels=[short(d) for d in SIZES]),
        Control("base_stop", t(pt="Base b", en="Base b"), t(pt="Quanto maior, mais devagar giram os últimos pares.", en="The larger, the more slowly the last pairs turn."),
                "stops", BASES.index(base), values=list(BASES), labels=[number(b, 0) for b in BASES]),
        Control("shift_stop", t(pt="Posição da chave, n", en="Position of the key, n"), t(pt="A consulta fica em n mais a distância.", en="The query stands at n plus the distance."),
                "stops", 0, values=list(SHIFTS), labels=[number(n, 0) for n in SHIFTS]),
        Control("distance", t(pt="Distância m − n", en="Distance m − n"), t(pt="Da chave até a consulta.", en="From the key to the query."), "range",
                distance, minimum=0, maximum=FARTHEST),
    ]  # fmt: skip
    half = SIZES[-1] // 2
    data = [
        alt.param(name="q", value={name: one[0].tolist() for name, one in pairs().items()}),
        alt.param(name="k", value={name: one[1].tolist() for name, one in pairs().items()}),
        alt.param(name="d", expr=f"{list(SIZES)}[size_stop]"),
        alt.param(name="b", expr=f"{list(BASES)}[base_stop]"),
        alt.param(name="n", expr=f"{list(SHIFTS)}[shift_stop]"),
    ]
    chart = (
        alt.Chart(alt.sequence((FARTHEST + 1) * half, as_="cell"), height=260, width="container")
        .transform_calculate(x=f"floor(datum.cell / {half})", i=f"datum.cell % {half}")
        .transform_filter("datum.i < d / 2")
        .transform_calculate(theta="pow(b, -2 * datum.i / d)", qa="q[variant][2 * datum.i]", qb="q[variant][2 * datum.i + 1]",
                             ka="k[variant][2 * datum.i]", kb="k[variant][2 * datum.i + 1]")
        .transform_calculate(qm="(n + datum.x) * datum.theta", kn="n * datum.theta")
        .transform_calculate(
            dot="(datum.qa * cos(datum.qm) - datum.qb * sin(datum.qm)) * (datum.ka * cos(datum.kn) - datum.kb * sin(datum.kn))"
            " + (datum.qa * sin(datum.qm) + datum.qb * cos(datum.qm)) * (datum.ka * sin(datum.kn) + datum.kb * cos(datum.kn))",
            still="datum.qa * datum.ka + datum.qb * datum.kb", qq="datum.qa * datum.qa + datum.qb * datum.qb",
            kk="datum.ka * datum.ka + datum.kb * datum.kb")
        .transform_aggregate(dots="sum(dot)", stills="sum(still)", Q="sum(qq)", K="sum(kk)", slowest="min(theta)", groupby=["x"])
        .transform_calculate(score="datum.dots / sqrt(datum.Q * datum.K)", plain="datum.stills / sqrt(datum.Q * datum.K)")
    )  # fmt: skip
    here = chart.transform_filter("datum.x == distance").transform_calculate(
        distance="datum.x",
        m="n + datum.x",
        n="n",
        turns="datum.x / (2 * PI)",
        slow="datum.x * datum.slowest / (2 * PI)",
    )
    series = {
        "score": t(pt="com a rotação", en="with the rotation"),
        "plain": t(pt="sem rotação", en="without rotation"),
    }

    def x() -> alt.X:
        return alt.X("x:Q", title=t(pt="distância m − n", en="distance m − n"), scale=alt.Scale(domain=[0, FARTHEST], nice=False),
                     axis=alt.Axis(values=[0, 64, 128, 192, 256]))  # fmt: skip

    y = alt.Y(
        "value:Q",
        title=t(pt="pontuação (cosseno)", en="score (cosine)"),
        scale=alt.Scale(domain=[-1, 1]),
        axis=alt.Axis(tickCount=5),
    )
    lines = named_lines(chart, here, series, x, y, ("kept", "tail"), ((1, 0), (2, 3)), 2)
    row = _rotary_row(size, base, distance)
    return OldFigure(
        id=id, title=title, spec=finished(lines.add_params(*data, *parameters(controls))), controls=controls, said=said,
        caption=caption, rows=[row],
        alt=t(pt=f"A pontuação sobre a distância, com rotação e sem. À distância {row[2]}: {row[3]} com, {row[4]} sem.",
              en=f"The score over the distance, with rotation and without. At distance {row[2]}: {row[3]} with, {row[4]} without."),
        columns=[
            Column("m", t(pt="consulta em", en="query at"), "0"),
            Column("n", t(pt="chave em", en="key at"), "0"),
            Column("distance", t(pt="distância", en="distance"), "0"),
            Column("score", t(pt="com rotação", en="turned"), "6"),
            Column("plain", t(pt="sem rotação", en="not turned"), "6"),
        ],
    )  # fmt: skip


def expected(variant: str, size: int, base: float, distance: int) -> tuple[float, float]:
    """Score with the rotation and without, by `core`."""
    import torch

    from core.course.rotary import score

    q, k = (torch.from_numpy(one[:size].reshape(-1, 2).T.ravel().copy()) for one in pairs()[variant])  # pairs to halves
    length = q.norm() * k.norm()
    turned = score(q, k, torch.tensor(distance), base)
    return (turned / length).item(), (q @ k / length).item()


def _rotary_row(size: int, base: int, distance: int) -> list[str]:
    """The table as first drawn, computed by `core`."""
    return [
        number(distance, 0),
        "0",
        number(distance, 0),
        *(number(x, 6) for x in expected("equal", size, base, distance)),
    ]
