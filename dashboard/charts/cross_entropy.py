"""The cost of believing the wrong probability: cross-entropy over q, for one event of probability p."""

import altair as alt

from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import Sets, figure, named_lines, oracle
from dashboard.language import t


@oracle("crossEntropy")
def _rows(data: dict, settings: dict) -> Sets:
    from core import entropy, kl_divergence  # torch: imported when a lesson runs, not before

    p = settings["p_true"]
    h = entropy([p, 1 - p]).item()

    def at(q: float) -> dict:
        kl = kl_divergence([p, 1 - p], [q, 1 - q]).item()
        return {"p": p, "q": q, "here": q, "entropy": h, "cross": h + kl, "kl": kl}

    return {"rows": [at(settings["q_said"])], "curve": [at(i / 100) for i in range(1, 100)]}


def cross_entropy(id: str, title: str, *, p: float, q: float, said: str, caption: str = "") -> Figure:
    """H(p) and H(p, q) = −p log₂ q − (1 − p) log₂(1 − q) in bits over q, both probabilities on sliders.

    In `said`: {p}, {here} (q), {entropy}, {cross}, {kl} (their difference).
    """
    controls = [
        Range("p_true", t(pt="p, a frequência verdadeira", en="p, the true frequency"),
              t(pt="Com que frequência a resposta é mesmo «sim».", en="How often the answer really is “yes”."), p, 0.01, 0.99, 0.01, 2),
        Range("q_said", t(pt="q, o que o modelo diz", en="q, what the model says"),
              t(pt="A probabilidade que fixa os comprimentos.", en="The probability that sets the lengths."), q, 0.01, 0.99, 0.01, 2),
    ]  # fmt: skip
    series = {
        "cross": t(pt="entropia cruzada H(p, q)", en="cross-entropy H(p, q)"),
        "entropy": t(pt="entropia H(p)", en="entropy H(p)"),
    }

    def x() -> alt.X:
        marks = alt.Axis(format=".1f", tickCount=5)
        return alt.X("q:Q", title="q", scale=alt.Scale(domain=[0, 1], nice=False), axis=marks)

    bits = alt.Scale(domain=[0, 4], nice=False)
    y = alt.Y("value:Q", title=t(pt="bits por resposta", en="bits per answer"), scale=bits)
    lines = named_lines(series, x, y, ("kept", "cut"), ((1, 0), (6, 4)), 2)
    for layer in lines.layer:  # near q = 0 and q = 1 the curve leaves the frame
        layer.mark.clip = True
    return figure(
        "crossEntropy", id, title, {}, controls, lines.properties(height=260, width="container"),
        [Column("p", "p", "2"), Column("here", "q", "2"), Column("cross", series["cross"], "4"), Column("entropy", series["entropy"], "4"),
         Column("kl", t(pt="diferença, KL", en="difference, KL"), "4")],
        said=said, caption=caption,
        alt=t(pt="A entropia cruzada sobre q é uma curva em U que encosta na entropia, tracejada, em q = p. Com p = {p|%0} e q = {q|%0}: {cross|3} contra {entropy|3} bits.",
              en="The cross-entropy over q is a U-shaped curve that touches the entropy, dashed, at q = p. With p = {p|%0} and q = {q|%0}: {cross|3} against {entropy|3} bits."),
    )  # fmt: skip
