"""Position in two ways: the cosine of learned position vectors over their distance, and RoPE's score over the distance."""

from functools import cache
from math import pi

import altair as alt
import numpy as np

from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import Sets, choice_control, figure, named_lines, oracle, stops_control
from dashboard.language import number, t
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


@oracle("positions")
def _positions(data: dict, settings: dict) -> Sets:
    curve = [{"x": d, "least": a, "mean": b, "most": c} for d, (a, b, c) in enumerate(data["cosines"], 1)]
    distance = settings["distance"]
    return {"rows": [curve[distance - 1] | {"distance": distance, "many": len(curve) + 1 - distance}], "curve": curve}


def positions(id: str, title: str, kept: Neighbours, *, value: int = 8, said: str, caption: str = "") -> Figure:
    """Least, mean and largest recorded cosine of two position vectors over their distance.

    Control: distance. In `said`: {distance}, {least}, {mean}, {most}, {many} (pairs of positions at that distance).
    """
    last = len(kept.positions)
    words = (
        t(pt="Distância", en="Distance"),
        t(pt="Entre duas posições do texto.", en="Between two positions of the text."),
    )
    series = {"mean": t(pt="média", en="mean"), "most": t(pt="maior", en="largest"), "least": t(pt="menor", en="least")}

    def x() -> alt.X:
        return alt.X("x:Q", title=t(pt="distância entre as posições", en="distance between the positions"),
                     scale=alt.Scale(domain=[0, last + 1], nice=False), axis=alt.Axis(tickCount=5))  # fmt: skip

    lines = named_lines(
        series, x, _cosine(t(pt="cosseno", en="cosine")), ("kept", "bound", "tail"), ((1, 0), (6, 4), (2, 3)), 3
    )
    lines.layer[0].mark.strokeJoin = "round"  # a mitre on a jagged line is a spike
    columns = [
        Column("distance", t(pt="distância", en="distance"), "0"),
        Column("least", t(pt="menor", en="least"), "3"),
        Column("mean", t(pt="médio", en="mean"), "3"),
        Column("most", t(pt="maior", en="largest"), "3"),
        Column("many", t(pt="pares", en="pairs"), "0"),
    ]
    return figure(
        "positions", id, title, {"cosines": kept.positions.tolist()}, [Range("distance", *words, value, 1, last)],
        lines.properties(height=260, width="container"), columns, said=said, caption=caption,
        alt=t(pt="Três curvas de cosseno sobre a distância entre posições. À distância {distance|0}: menor {least|3}, médio {mean|3}, maior {most|3}.",
              en="Three curves of the cosine over the distance between positions. At distance {distance|0}: least {least|3}, mean {mean|3}, largest {most|3}."),
    )  # fmt: skip


def _cosine(title: str) -> alt.Y:
    return alt.Y("value:Q", title=title, scale=alt.Scale(domain=[-1, 1]), axis=alt.Axis(tickCount=5))


@cache
def _scores(variant: str, size: int, base: float) -> list[dict]:
    """The curve, by `core`, which looks at distances alone."""
    import torch  # imported when a lesson runs, not before

    from core.course.rotary import score

    q, k = (torch.from_numpy(one[:size].reshape(-1, 2).T.ravel().copy()) for one in pairs()[variant])  # pairs to halves
    length = (q.norm() * k.norm()).item()
    turned = score(q, k, torch.arange(FARTHEST + 1), base) / length
    plain = (q @ k).item() / length
    return [{"x": x, "score": one, "plain": plain} for x, one in enumerate(turned.tolist())]


@oracle("rotary")
def _rotary(data: dict, settings: dict) -> Sets:
    from core.course.rotary import frequencies

    size, base, n, distance = (settings[name] for name in ("size", "base", "shift", "distance"))
    curve = _scores(settings["variant"], size, base)
    sums = {"distance": distance, "m": n + distance, "n": n, "turns": distance / (2 * pi),
            "slow": distance * frequencies(size, base)[-1].item() / (2 * pi)}  # fmt: skip
    return {"rows": [curve[distance] | sums], "curve": curve}


def rotary(
    id: str, title: str, *, distance: int = 8, size: int = 64, base: int = 10_000, said: str, caption: str = ""
) -> Figure:
    """The score of a turned query and a turned key over their distance, both divided by their length.

    Controls: variant (the vectors), size (components used), base, shift (the key's position), distance. In `said`: {m},
    {n} (positions of query and key), {score}, {plain} (without turning), {distance}, {turns} (of the first pair, the angle
    between query and key in whole turns), {slow} (the same of the last pair).
    """
    names = {
        "equal": t(pt="consulta igual à chave", en="query equal to the key"),
        "other": t(pt="duas ao acaso", en="two at random"),
    }
    controls = [
        choice_control("variant", t(pt="Vetores", en="Vectors"), t(pt="Sempre os mesmos números; só a posição muda.", en="The same numbers throughout; only the position changes."), names),
        stops_control("size", t(pt="Componentes, d", en="Components, d"), t(pt="Metade disso é o número de pares que giram.", en="Half of it is the number of pairs that turn."), size, SIZES),
        stops_control("base", t(pt="Base b", en="Base b"), t(pt="Quanto maior, mais devagar giram os últimos pares.", en="The larger, the more slowly the last pairs turn."), base, BASES, number),
        stops_control("shift", t(pt="Posição da chave, n", en="Position of the key, n"), t(pt="A consulta fica em n mais a distância.", en="The query stands at n plus the distance."), 0, SHIFTS, number),
        Range("distance", t(pt="Distância m − n", en="Distance m − n"), t(pt="Da chave até a consulta.", en="From the key to the query."), distance, 0, FARTHEST),
    ]  # fmt: skip
    series = {
        "score": t(pt="com a rotação", en="with the rotation"),
        "plain": t(pt="sem rotação", en="without rotation"),
    }

    def x() -> alt.X:
        return alt.X("x:Q", title=t(pt="distância m − n", en="distance m − n"), scale=alt.Scale(domain=[0, FARTHEST], nice=False),
                     axis=alt.Axis(values=[0, 64, 128, 192, 256]))  # fmt: skip

    y = _cosine(t(pt="pontuação (cosseno)", en="score (cosine)"))
    lines = named_lines(series, x, y, ("kept", "tail"), ((1, 0), (2, 3)), 2)
    columns = [
        Column("m", t(pt="consulta em", en="query at"), "0"),
        Column("n", t(pt="chave em", en="key at"), "0"),
        Column("distance", t(pt="distância", en="distance"), "0"),
        Column("score", t(pt="com rotação", en="turned"), "6"),
        Column("plain", t(pt="sem rotação", en="not turned"), "6"),
    ]
    data = {"pairs": {name: [one.tolist() for one in both] for name, both in pairs().items()}, "farthest": FARTHEST}
    return figure(
        "rotary", id, title, data, controls, lines.properties(height=260, width="container"), columns, said=said, caption=caption,
        alt=t(pt="A pontuação sobre a distância, com rotação e sem. À distância {distance|0}: {score|6} com, {plain|6} sem.",
              en="The score over the distance, with rotation and without. At distance {distance|0}: {score|6} with, {plain|6} without."),
    )  # fmt: skip


def expected(variant: str, size: int, base: float, distance: int) -> tuple[float, float]:
    """Score with the rotation and without, by `core`."""
    row = _scores(variant, size, base)[distance]
    return row["score"], row["plain"]
