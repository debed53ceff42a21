"""A mixture of experts at work on real tokens: who works on each, and how the work is shared out."""

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure, Input, Range
from dashboard.charts.frame import (
    Sets,
    bars,
    choice_control,
    figure,
    oracle,
    position_axis,
    rows,
    share_axis,
    stops_control,
)
from dashboard.charts.vocabulary import visible
from dashboard.language import say, t
from dashboard.recorded.routing import Routing

TAUS = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)
ROOM = 1.25  # capacity factor: what an expert takes, in fair shares


def _controls(names: dict[str, str], n: int, k: int) -> list[Input]:
    noise = t(
        pt="σ vezes um sorteio da normal, somado a cada logit antes da escolha.",
        en="σ times a draw from the normal, added to each logit before the choice.",
    )
    return [
        choice_control("router", t(pt="Roteador", en="Router"), t(pt="De onde vêm os logits.", en="Where the logits come from."), names),
        Range("k", "k", t(pt="Quantos especialistas trabalham em cada token.", en="How many experts work on each token."), k, 1, n),
        stops_control("tau_at", t(pt="Temperatura do roteador, τ", en="Temperature of the router, τ"),
                      t(pt="Divide os logits do roteador.", en="Divides the router's logits."), 1.0, TAUS),
        Range("sigma", t(pt="Ruído, σ", en="Noise, σ"), noise, 0, 0, 4, 0.25, 2),
    ]  # fmt: skip


def _given(one: Routing, names: dict[str, str], tokens: int) -> dict:
    return {
        "logits": {name: one.logits[name][:tokens].tolist() for name in names},
        "noise": one.noise[:tokens].tolist(),
        "words": [visible(token) for token in one.tokens[:tokens]],
    }


def _routed(data: dict, settings: dict) -> tuple:
    """Probability (T, N) of every expert for every token, and the weights of those that work, by `core`."""
    from core import softmax, temperature  # torch: imported when a lesson runs, not before
    from core.course.experts import route

    u = np.array(data["logits"][settings["router"]]) + settings["sigma"] * np.array(data["noise"])
    u = temperature(u, settings["tau_at"])
    return softmax(u), route(u, settings["k"])


@oracle("routes")
def _routes(data: dict, settings: dict) -> Sets:
    probs, weights = (table.tolist() for table in _routed(data, settings))
    every = [(at, e) for at, row in enumerate(probs) for e in range(len(row))]
    works = [(at, e) for at, e in every if weights[at][e] > 0]
    drawn = [weights[at][e] for at, e in works]
    sums = {
        "working": len(works),
        "pairs": len(every),
        "share": len(works) / len(every),
        "most": max(drawn),
        "least": min(drawn),
    }
    found = [
        {"at": at, "token": data["words"][at], "expert": e + 1, "prob": probs[at][e], "weight": weights[at][e], **sums}
        for at, e in works
    ]
    return {"rows": found, "rings": [{"at": at, "expert": e + 1, "prob": probs[at][e]} for at, e in every]}


def routes(
    id: str, title: str, one: Routing, names: dict[str, str], *, k: int, said: str, caption: str = "", tokens: int = 14
) -> Figure:
    """Which experts work on each of the first tokens, and with what weight: the dot's area. Rings: before the cut.

    `names` are the routers of `one.logits` to choose from, each with its label. In `said`: {working} and {pairs}, token
    and expert taken together, {share} of the two, {most} and {least} (the largest and the smallest weight drawn).
    """
    data = _given(one, names, tokens)
    above = alt.Axis(orient="top", labelAngle=0, ticks=False)
    x, y = (
        alt.X("expert:O", title=t(pt="especialista", en="expert"), axis=above),
        position_axis("at", data["words"], 120),
    )
    area = {"scale": alt.Scale(domain=[0, 1], range=[0, 480]), "legend": None}
    rings = rows("rings").mark_point(filled=False, stroke=theme.colour("tail"), strokeWidth=1.2)
    dots = rows().mark_circle(fill=theme.colour("kept"), opacity=1).encode(x=x, y=y, size=alt.Size("weight:Q", **area))
    picture = alt.layer(dots, rings.encode(x=x, y=y, size=alt.Size("prob:Q", **area)))
    return figure(
        "routes",
        id,
        title,
        data,
        _controls(names, one.noise.shape[1], k),
        picture.properties(height=alt.Step(26), width="container"),
        [
            Column("token", say("column.token")),
            Column("expert", t(pt="especialista", en="expert"), "0"),
            Column("prob", t(pt="probabilidade entre todos", en="probability among all"), "%1"),
            Column("weight", t(pt="peso entre os que trabalham", en="weight among those that work"), "%1"),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="Uma linha por token, uma coluna por especialista; um disco onde o especialista trabalha: [{token} {expert|0} ({weight|%1})].",
            en="One row per token, one column per expert; a disc where the expert works: [{token} {expert|0} ({weight|%1})].",
        ),
    )


@oracle("expertLoad")
def _load(data: dict, settings: dict) -> Sets:
    from core.course.experts import load, overflow

    probs, weights = _routed(data, settings)
    shares, means = load(weights).tolist(), probs.mean(0).tolist()
    n = len(shares)
    sums = {
        "loss": n * sum(f * p for f, p in zip(shares, means, strict=True)),
        "idle": sum(f == 0 for f in shares),
        "largest": max(shares),
        "spilled": overflow(weights, ROOM),
        "fair": 1 / n,
    }
    return {
        "rows": [
            {"expert": i + 1, "f": f, "P": p, "product": n * f * p, "end": max(f, p, ROOM / n), **sums}
            for i, (f, p) in enumerate(zip(shares, means, strict=True))
        ],
        "marks": [{"fair": 1 / n, "room": ROOM / n}],
    }


def expert_load(
    id: str, title: str, one: Routing, names: dict[str, str], *, k: int, said: str, caption: str = ""
) -> Figure:
    """The load f of each expert over a whole text, its mean probability P (dashed), the fair share and the room.

    In `said`: {loss} (N Σ f P), {largest} (of f), {idle} (experts without work), {spilled} (assignments beyond ROOM fair
    shares), {fair} (1/N).
    """
    tokens, n = one.noise.shape
    named = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -16, "titleY": -10}
    y = alt.Y("expert:O", title=t(pt="especialista", en="expert"), axis=alt.Axis(ticks=False, domain=False, **named))
    x = share_axis(t(pt="parte do trabalho", en="share of the work"), labelled=True)
    fair = rows("marks").mark_rule(stroke=theme.colour("good"), strokeWidth=2).encode(x=alt.X("fair:Q", **x))
    room = rows("marks").mark_rule(stroke=theme.colour("bound"), strokeWidth=2, strokeDash=[6, 4])
    picture = alt.layer(bars(y, x, solid="f", hollow="P"), fair, room.encode(x=alt.X("room:Q", **x)))
    return figure(
        "expertLoad",
        id,
        title,
        _given(one, names, tokens) | {"room": ROOM},
        _controls(names, n, k),
        picture.properties(height=alt.Step(34), width="container"),
        [
            Column("expert", t(pt="especialista", en="expert"), "0"),
            Column("f", t(pt="carga f", en="load f"), "%1"),
            Column("P", t(pt="probabilidade média P", en="mean probability P"), "%1"),
            Column("product", "N f P", "3"),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="A parte do trabalho de cada especialista: [{expert|0}: {f|%1}].",
            en="Each expert's share of the work: [{expert|0}: {f|%1}].",
        ),
        labels={"label": "{f|%1}"},
    )
