"""The nearest tokens of a token: a bar for each cosine, of the vectors as they are or with the mean vector taken off."""

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, choice_control, finished, parameters
from dashboard.charts.vocabulary import visible
from dashboard.language import number, t
from dashboard.recorded.neighbours import NEAREST, Neighbours


def neighbours(id: str, title: str, kept: Neighbours, *, said: str, caption: str = "") -> OldFigure:
    """The recorded neighbours of one token, nearest first. Controls: variant (the token), centred.

    In `said`: {word}, {first} (the nearest token), {top}, {last} (the first and the last cosine), {mean} (of two tokens of
    the vocabulary), {above} (how far the nearest is above that).
    """
    words = [*kept.words]
    names = {f"w{i}": word for i, word in enumerate(words)}
    controls = [
        choice_control("variant", "Token", t(pt="Um token da lista gravada.", en="A token of the recorded list."), names),
        Control("centred", t(pt="Tirar o vetor médio", en="Take the mean vector off"),
                t(pt="Subtrai de cada vetor a média de todo o vocabulário.", en="Subtracts the mean of the whole vocabulary from every vector."),
                "switch", False),
    ]  # fmt: skip
    near = {f"w{i}": list(kept.words[word].values()) for i, word in enumerate(words)}
    data = [
        alt.param(name="words", value=names),
        alt.param(
            name="texts", value={n: [[visible(text) for text, _ in row] for row in rows] for n, rows in near.items()}
        ),
        alt.param(name="cosines", value={n: [[c for _, c in row] for row in rows] for n, rows in near.items()}),
        alt.param(name="means", value=list(kept.mean_cosine.values())),
        alt.param(name="kind", expr="centred ? 1 : 0"),
    ]
    base = (
        alt.Chart(alt.sequence(NEAREST, as_="i"), height=alt.Step(BAR), width="container")
        .transform_calculate(place="datum.i + 1", token="texts[variant][kind][datum.i]", cosine="cosines[variant][kind][datum.i]",
                             mean="means[kind]", word="words[variant]")
        .transform_joinaggregate(top="max(cosine)", last="min(cosine)")
        .transform_calculate(first="texts[variant][kind][0]", above="datum.top - datum.mean", label="format(datum.cosine, '.3f')")
    )  # fmt: skip
    y = alt.Y(
        "i:O",
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr="texts[variant][kind][datum.value]"),
    )
    end = alt.ExprRef("1 + 60 / max(width - 60, 60)")
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f", labelOverlap="greedy", labelSeparation=8)
    x = alt.X(
        "cosine:Q",
        title=t(pt="cosseno", en="cosine"),
        scale=alt.Scale(domainMin=0, domainMax=end, nice=False),
        axis=axis,
    )
    bars = base.mark_bar(fill=theme.colour("kept"), height=18, cornerRadiusEnd=2).encode(y=y, x=x)
    label = base.mark_text(align="left", dx=8).encode(y=y, x=x, text="label:N")
    rule = base.mark_rule(stroke=theme.colour("cut"), strokeWidth=2, strokeDash=[6, 4]).encode(x=alt.X("mean:Q"))
    first = kept.words[words[0]]["raw"]
    rows = [[number(i, 0), visible(text), number(c, 3)] for i, (text, c) in enumerate(first, 1)]
    return OldFigure(
        id=id, title=title, spec=finished(alt.layer(bars, label, rule).add_params(*data, *parameters(controls))),
        controls=controls, said=said, caption=caption, rows=rows,
        alt=t(pt=f"Uma barra por vizinho de «{words[0]}», com o cosseno: ", en=f"One bar per neighbour of “{words[0]}”, with its cosine: ")
        + ", ".join(f"{text} {c}" for _, text, c in rows)
        + t(pt=". A linha tracejada marca o cosseno médio do vocabulário.", en=". The dashed line marks the mean cosine of the vocabulary."),
        columns=[
            Column("place", t(pt="lugar", en="place"), "0"),
            Column("token", t(pt="vizinho", en="neighbour")),
            Column("cosine", t(pt="cosseno", en="cosine"), "3"),
        ],
    )  # fmt: skip
