"""Best-of-N as N grows: how far it goes from the model, and what a flawed score does to it."""

from collections.abc import Sequence
from functools import cache
from math import log

import altair as alt

from dashboard.blocks import Column, Figure, Stops
from dashboard.charts.frame import Sets, figure, named_lines, oracle, stops_control
from dashboard.language import number, percent, t

NS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
SIZES = (2, 4, 8, 16, 32, 64, 128, 256)
EXPLOITS = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def n_control(value: int = 1) -> Stops:
    """The N slider over NS."""
    help = t(pt="Quantas respostas são sorteadas.", en="How many answers are drawn.")
    return stops_control("n", "N", help, value, NS, number)


def _n_axis() -> alt.X:
    return alt.X(
        "N:Q",
        title=t(pt="N (escala logarítmica)", en="N (logarithmic scale)"),
        scale=alt.Scale(type="log", base=2, domain=[1, NS[-1]], nice=False),
        axis=alt.Axis(values=[1, 4, 16, 64, 256, 1024], format=",d", labelOverlap=False),
    )


@oracle("divergence")
def _divergence(data: dict, settings: dict) -> Sets:
    from core import best_of_n_kl_bound  # torch: imported when a lesson runs, not before

    def at(n: int) -> dict:
        size = settings["m"]
        return {
            "N": n,
            "now": n,
            "size": size,
            "kl": exact_divergence(size, n),
            "bound": best_of_n_kl_bound(n),
            "ceiling": log(size),
        }

    return {"rows": [at(settings["n"])], "curve": [at(n) for n in data["ns"]]}


@cache
def exact_divergence(size: int, n: int) -> float:
    """KL(best-of-N ‖ p) in nats for `size` equally likely answers with different scores, by `core`."""
    from core import best_of_n, kl_divergence

    probs = [1 / size] * size
    return kl_divergence(best_of_n(probs, list(range(size)), n), probs, "nats").item()


def divergence(id: str, title: str, *, size: int, value: int, said: str, caption: str = "") -> Figure:
    """KL(best-of-N ‖ p) in nats over N, its bound ln N − (N−1)/N and its ceiling, for M equally likely answers.

    In `said`: {now} (N), {size} (M), {kl}, {bound}, {ceiling}.
    """
    words = (
        t(pt="Respostas possíveis, M", en="Possible answers, M"),
        t(pt="Todas com a mesma probabilidade e notas diferentes.", en="All equally likely, with different scores."),
    )
    series = {"kl": t(pt="KL verdadeira", en="true KL"), "bound": "ln N − (N − 1)/N", "ceiling": "ln M"}
    y = alt.Y("value:Q", title="nats", scale=alt.Scale(domain=[0, 6.5], nice=False))
    lines = named_lines(series, _n_axis, y, ("kept", "kept", "cut"), ((1, 0), (6, 4), (2, 3)), 3)
    return figure(
        "divergence",
        id,
        title,
        {"ns": list(NS)},
        [stops_control("m", *words, size, SIZES, number), n_control(value)],
        lines.properties(height=260, width="container"),
        [
            Column("now", "N", "0"),
            Column("kl", series["kl"], "4"),
            Column("bound", series["bound"], "4"),
            Column("ceiling", series["ceiling"], "4"),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="A divergência KL cresce com N sob a cota ln N − (N − 1)/N, tracejada, e para em ln M. Com M = {size|0} e N = {now|0}: {kl|3} nats, cota {bound|3}.",
            en="The KL divergence grows with N under the bound ln N − (N − 1)/N, dashed, and levels off at ln M. With M = {size|0} and N = {now|0}: {kl|3} nats, bound {bound|3}.",
        ),
    )


@oracle("flawedScore")
def _flawed_score(data: dict, settings: dict) -> Sets:
    share = settings["share"]

    def at(n: int) -> dict:
        score, truth = exact_value(data["kinds"], share, n)
        return {"N": n, "score": score, "truth": truth}

    curve = [at(n) for n in data["ns"]]
    most = max(row["truth"] for row in curve)
    best = next(row["N"] for row in curve if row["truth"] >= most - 1e-12)
    row = at(settings["n"]) | {"now": settings["n"], "share": share, "single": curve[0]["truth"], "best_n": best}
    return {"rows": [row], "curve": curve}


def flawed_score(
    id: str,
    title: str,
    kinds: Sequence[tuple[str, float, float, float]],
    *,
    share: float,
    value: int,
    said: str,
    caption: str = "",
) -> Figure:
    """What the chosen answer is worth over N, by the score that chooses and in truth (closed form of `core.best_of_n`).

    `kinds` are (name, probability, score, truth) by increasing score; the last one is the exploit, whose probability a
    control sets: the others share the rest in proportion. In `said`: {now} (N), {share}, {score}, {truth}, {single} (the
    truth of one draw), {best_n} (the N whose truth is largest).
    """
    words = (
        t(pt="Parte das respostas que engana a nota", en="Share of answers that fool the score"),
        t(pt="A probabilidade da última resposta da tabela.", en="The probability of the last answer of the table."),
    )
    series = {
        "score": t(pt="o que a nota diz", en="what the score says"),
        "truth": t(pt="o que a resposta vale", en="what the answer is worth"),
    }
    y = alt.Y("value:Q", title=t(pt="valor esperado", en="expected value"), scale=alt.Scale(domain=[0, 10], nice=False))
    lines = named_lines(series, _n_axis, y, ("cut", "kept"), ((6, 4), (1, 0)), 2)
    return figure(
        "flawedScore",
        id,
        title,
        {"ns": list(NS), "kinds": [list(kind) for kind in kinds]},
        [stops_control("share", *words, share, EXPLOITS, percent), n_control(value)],
        lines.properties(height=260, width="container"),
        [
            Column("now", "N", "0"),
            Column("share", t(pt="parte que engana", en="share that fools"), "%1"),
            Column("score", series["score"], "2"),
            Column("truth", series["truth"], "2"),
            Column("single", t(pt="quanto vale um sorteio só", en="worth of a single draw"), "2"),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="Duas curvas sobre N. O que a nota diz só cresce; o que a resposta vale sobe e depois cai. Com N = {now|0}: {score|2} e {truth|2}.",
            en="Two curves over N. What the score says only grows; what the answer is worth rises and then falls. At N = {now|0}: {score|2} and {truth|2}.",
        ),
    )


def exact_value(kinds: Sequence[tuple[str, float, float, float]], share: float, n: int) -> tuple[float, float]:
    """The expected score and the expected truth of the best of N by score, with that share of exploits, by `core`."""
    from core import best_of_n

    honest = sum(p for _, p, _, _ in kinds[:-1])
    probs = [*(p / honest * (1 - share) for _, p, _, _ in kinds[:-1]), share]
    scores, truths = [kind[2] for kind in kinds], [kind[3] for kind in kinds]
    won = best_of_n(probs, scores, n).tolist()
    return tuple(sum(p * x for p, x in zip(won, values, strict=True)) for values in (scores, truths))
