"""Best-of-N as N grows: how far it goes from the model, and what a flawed score does to it."""

from collections.abc import Sequence
from math import log

import altair as alt

from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BOUND, finished, named_lines, parameters
from dashboard.language import number, percent, t

NS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
SIZES = (2, 4, 8, 16, 32, 64, 128, 256)
EXPLOITS = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def n_control(value: int = 1) -> Control:
    """The N slider over NS; the parameter `n_stop` is a position."""
    return Control(
        "n_stop",
        "N",
        t(pt="Quantas respostas são sorteadas.", en="How many answers are drawn."),
        "stops",
        NS.index(value),
        values=list(NS),
        labels=[number(n) for n in NS],
    )


def _n_axis() -> alt.X:
    return alt.X(
        "N:Q",
        title=t(pt="N (escala logarítmica)", en="N (logarithmic scale)"),
        scale=alt.Scale(type="log", base=2, domain=[1, NS[-1]], nice=False),
        axis=alt.Axis(values=[1, 4, 16, 64, 256, 1024], format=",d", labelOverlap=False),
    )


def divergence(id: str, title: str, *, size: int, value: int, said: str, caption: str = "") -> OldFigure:
    """KL(best-of-N ‖ p) in nats over N, its bound ln N − (N−1)/N and its ceiling, for M equally likely answers.

    In `said`: {now} (N), {size} (M), {kl}, {bound}, {ceiling}.
    """
    controls = [
        Control(
            "m_stop",
            t(pt="Respostas possíveis, M", en="Possible answers, M"),
            t(
                pt="Todas com a mesma probabilidade e notas diferentes.",
                en="All equally likely, with different scores.",
            ),
            "stops",
            SIZES.index(size),
            values=list(SIZES),
            labels=[number(m) for m in SIZES],
        ),
        n_control(value),
    ]
    base = (
        alt.Chart(alt.sequence(len(NS), as_="at"), height=260, width="container")
        .transform_calculate(N="ns[datum.at]", size="sizes[m_stop]")
        .transform_calculate(i="sequence(1, datum.size + 1)")
        .transform_flatten(["i"])
        .transform_calculate(p="pow(datum.i / datum.size, datum.N) - pow((datum.i - 1) / datum.size, datum.N)")
        .transform_calculate(cost="datum.p > 0 ? datum.p * log(datum.p * datum.size) : 0")
        .transform_aggregate(kl="sum(cost)", size="min(size)", groupby=["at", "N"])
        .transform_calculate(bound=BOUND.format("datum.N"), ceiling="log(datum.size)")
    )
    now = base.transform_filter("datum.at == n_stop").transform_calculate(now="datum.N")
    series = {"kl": t(pt="KL verdadeira", en="true KL"), "bound": "ln N − (N − 1)/N", "ceiling": "ln M"}
    y = alt.Y("value:Q", title="nats", scale=alt.Scale(domain=[0, 6.5], nice=False))
    chart = named_lines(base, now, series, _n_axis, y, ("kept", "kept", "cut"), ((1, 0), (6, 4), (2, 3)), 3).add_params(
        alt.param(name="ns", value=list(NS)), alt.param(name="sizes", value=list(SIZES)), *parameters(controls)
    )
    kl = exact_divergence(size, value)
    bound = log(value) - (value - 1) / value
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"A divergência KL cresce com N sob a cota ln N − (N − 1)/N, tracejada, e para em ln M. Com M = {size} e N = {value}: {number(kl, 3)} nats, cota {number(bound, 3)}.",
            en=f"The KL divergence grows with N under the bound ln N − (N − 1)/N, dashed, and levels off at ln M. With M = {size} and N = {value}: {number(kl, 3)} nats, bound {number(bound, 3)}.",
        ),
        columns=[
            Column("now", "N", "0"),
            Column("kl", series["kl"], "4"),
            Column("bound", series["bound"], "4"),
            Column("ceiling", series["ceiling"], "4"),
        ],
        rows=[[number(value), number(kl), number(bound), number(log(size))]],
    )


def exact_divergence(size: int, n: int) -> float:
    """KL(best-of-N ‖ p) in nats for `size` equally likely answers with different scores, by `core`."""
    from core import best_of_n, kl_divergence

    probs = [1 / size] * size
    return kl_divergence(best_of_n(probs, list(range(size)), n), probs, "nats").item()


def flawed_score(
    id: str,
    title: str,
    kinds: Sequence[tuple[str, float, float, float]],
    *,
    share: float,
    value: int,
    said: str,
    caption: str = "",
) -> OldFigure:
    """What the chosen answer is worth over N, by the score that chooses and in truth (closed form of `core.best_of_n`).

    `kinds` are (name, probability, score, truth) by increasing score; the last one is the exploit, whose probability a
    control sets: the others share the rest in proportion. In `said`: {now} (N), {share}, {score}, {truth}, {single} (the
    truth of one draw), {best_n} (the N whose truth is largest).
    """
    controls = [
        Control(
            "share_stop",
            t(pt="Parte das respostas que engana a nota", en="Share of answers that fool the score"),
            t(
                pt="A probabilidade da última resposta da tabela.",
                en="The probability of the last answer of the table.",
            ),
            "stops",
            EXPLOITS.index(share),
            values=list(EXPLOITS),
            labels=[percent(x) for x in EXPLOITS],
        ),
        n_control(value),
    ]
    honest = sum(p for _, p, _, _ in kinds[:-1])
    values, below = [], 0.0
    for _, p, score, truth in kinds[:-1]:
        values.append({"low": below / honest, "up": (below + p) / honest, "s": score, "w": truth, "fools": 0})
        below += p
    values.append({"low": 1, "up": 1, "s": kinds[-1][2], "w": kinds[-1][3], "fools": 1})
    base = (
        alt.Chart(alt.Data(values=values), height=260, width="container")
        .transform_calculate(N="ns", share="shares[share_stop]")
        .transform_flatten(["N"])
        .transform_calculate(
            top="datum.fools ? 1 : datum.up * (1 - datum.share)", under="datum.low * (1 - datum.share)"
        )
        .transform_calculate(p="pow(datum.top, datum.N) - pow(datum.under, datum.N)")
        .transform_calculate(by_score="datum.p * datum.s", by_truth="datum.p * datum.w")
        .transform_aggregate(score="sum(by_score)", truth="sum(by_truth)", share="min(share)", groupby=["N"])
        .transform_calculate(one="datum.N == 1 ? datum.truth : 0")
        .transform_joinaggregate(single="sum(one)", most="max(truth)")
        .transform_calculate(peak=f"datum.truth == datum.most ? datum.N : {NS[-1]}")
        .transform_joinaggregate(best_n="min(peak)")
    )
    now = base.transform_filter("datum.N == ns[n_stop]").transform_calculate(now="datum.N")
    series = {
        "score": t(pt="o que a nota diz", en="what the score says"),
        "truth": t(pt="o que a resposta vale", en="what the answer is worth"),
    }
    y = alt.Y("value:Q", title=t(pt="valor esperado", en="expected value"), scale=alt.Scale(domain=[0, 10], nice=False))
    chart = named_lines(base, now, series, _n_axis, y, ("cut", "kept"), ((6, 4), (1, 0)), 2).add_params(
        alt.param(name="ns", value=list(NS)), alt.param(name="shares", value=list(EXPLOITS)), *parameters(controls)
    )
    score, truth = exact_value(kinds, share, value)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"Duas curvas sobre N. O que a nota diz só cresce; o que a resposta vale sobe e depois cai. Com N = {value}: {number(score, 2)} e {number(truth, 2)}.",
            en=f"Two curves over N. What the score says only grows; what the answer is worth rises and then falls. At N = {value}: {number(score, 2)} and {number(truth, 2)}.",
        ),
        columns=[
            Column("now", "N", "0"),
            Column("share", t(pt="parte que engana", en="share that fools"), "%1"),
            Column("score", series["score"], "2"),
            Column("truth", series["truth"], "2"),
            Column("single", t(pt="quanto vale um sorteio só", en="worth of a single draw"), "2"),
        ],
        rows=[
            [
                number(value),
                percent(share),
                number(score, 2),
                number(truth, 2),
                number(exact_value(kinds, share, 1)[1], 2),
            ]
        ],
    )


def exact_value(kinds: Sequence[tuple[str, float, float, float]], share: float, n: int) -> tuple[float, float]:
    """The expected score and the expected truth of the best of N by score, with that share of exploits, by `core`."""
    from core import best_of_n

    honest = sum(p for _, p, _, _ in kinds[:-1])
    probs = [*(p / honest * (1 - share) for _, p, _, _ in kinds[:-1]), share]
    scores, truths = [kind[2] for kind in kinds], [kind[3] for kind in kinds]
    won = best_of_n(probs, scores, n).tolist()
    return tuple(sum(p * x for p, x in zip(won, values, strict=True)) for values in (scores, truths))
