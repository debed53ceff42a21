"""The cost of believing the wrong probability: cross-entropy over q, for one event of probability p."""

import altair as alt

from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import finished, named_lines, parameters
from dashboard.language import number, percent, t

QS = 99  # q runs over 0.01 … 0.99


def cross_entropy(id: str, title: str, *, p: float, q: float, said: str, caption: str = "") -> OldFigure:
    """H(p) and H(p, q) = −p log₂ q − (1 − p) log₂(1 − q) in bits over q, both probabilities on sliders.

    In `said`: {p}, {here} (q), {entropy}, {cross}, {kl} (their difference).
    """
    controls = [
        Control("p_true", t(pt="p, a frequência verdadeira", en="p, the true frequency"),
                t(pt="Com que frequência a resposta é mesmo «sim».", en="How often the answer really is “yes”."), "range", p,
                minimum=0.01, maximum=0.99, step=0.01, digits=2),
        Control("q_said", t(pt="q, o que o modelo diz", en="q, what the model says"),
                t(pt="A probabilidade que fixa os comprimentos.", en="The probability that sets the lengths."), "range", q,
                minimum=0.01, maximum=0.99, step=0.01, digits=2),
    ]  # fmt: skip
    base = (
        alt.Chart(alt.sequence(1, QS + 1, as_="at"), height=260, width="container")
        .transform_calculate(q="datum.at / 100", p="p_true")
        .transform_calculate(
            entropy="-(datum.p * log(datum.p) + (1 - datum.p) * log(1 - datum.p)) / LN2",
            cross="-(datum.p * log(datum.q) + (1 - datum.p) * log(1 - datum.q)) / LN2",
        )
        .transform_calculate(kl="datum.cross - datum.entropy")
    )
    now = base.transform_filter("datum.at == round(100 * q_said)").transform_calculate(here="datum.q")
    series = {
        "cross": t(pt="entropia cruzada H(p, q)", en="cross-entropy H(p, q)"),
        "entropy": t(pt="entropia H(p)", en="entropy H(p)"),
    }

    def x() -> alt.X:
        return alt.X(
            "q:Q", title="q", scale=alt.Scale(domain=[0, 1], nice=False), axis=alt.Axis(format=".1f", tickCount=5)
        )

    y = alt.Y(
        "value:Q",
        title=t(pt="bits por resposta", en="bits per answer"),
        scale=alt.Scale(domain=[0, 4], nice=False),
    )
    chart = named_lines(base, now, series, x, y, ("kept", "cut"), ((1, 0), (6, 4)), 2).add_params(*parameters(controls))
    for layer in chart.layer:  # near q = 0 and q = 1 the curve leaves the frame
        layer.mark.clip = True
    h, cross = exact(p, q)
    return OldFigure(
        id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption,
        alt=t(pt=f"A entropia cruzada sobre q é uma curva em U que encosta na entropia, tracejada, em q = p. Com p = {percent(p, 0)} e q = {percent(q, 0)}: {number(cross, 3)} contra {number(h, 3)} bits.",
              en=f"The cross-entropy over q is a U-shaped curve that touches the entropy, dashed, at q = p. With p = {percent(p, 0)} and q = {percent(q, 0)}: {number(cross, 3)} against {number(h, 3)} bits."),
        columns=[Column("p", "p", "2"), Column("here", "q", "2"), Column("cross", series["cross"], "4"), Column("entropy", series["entropy"], "4"),
                 Column("kl", t(pt="diferença, KL", en="difference, KL"), "4")],
        rows=[[number(p, 2), number(q, 2), number(cross), number(h), number(cross - h)]],
    )  # fmt: skip


def exact(p: float, q: float) -> tuple[float, float]:
    """H(p) and H(p, q) of a yes-or-no answer, in bits, by `core`."""
    from core import entropy, kl_divergence

    h = entropy([p, 1 - p]).item()
    return h, h + kl_divergence([p, 1 - p], [q, 1 - q]).item()
