"""The nearest tokens of a token: a bar for each cosine, of the vectors as they are or with the mean vector taken off."""

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Switch
from dashboard.charts.frame import BAR, ROOM, Sets, choice_control, figure, oracle, rows, token_axis
from dashboard.charts.vocabulary import visible
from dashboard.language import t
from dashboard.recorded.neighbours import Neighbours


@oracle("neighbours")
def _rows(data: dict, settings: dict) -> Sets:
    kind, variant = int(settings["centred"]), settings["variant"]
    near, mean = data["near"][variant][kind], data["means"][kind]
    cosines = [cosine for _, cosine in near]
    sums = {"word": data["words"][variant], "first": near[0][0], "top": max(cosines), "last": min(cosines), "mean": mean,
            "above": max(cosines) - mean}  # fmt: skip
    return {
        "rows": [{"place": i, "token": token, "cosine": cosine, **sums} for i, (token, cosine) in enumerate(near, 1)],
        "mean": [{"cosine": mean}],
    }


def neighbours(id: str, title: str, kept: Neighbours, *, said: str, caption: str = "") -> Figure:
    """The recorded neighbours of one token, nearest first. Controls: variant (the token), centred.

    In `said`: {word}, {first} (the nearest token), {top}, {last} (the first and the last cosine), {mean} (of two tokens of
    the vocabulary), {above} (how far the nearest is above that).
    """
    names = {f"w{i}": word for i, word in enumerate(kept.words)}
    controls = [
        choice_control("variant", "Token", t(pt="Um token da lista gravada.", en="A token of the recorded list."), names),
        Switch("centred", t(pt="Tirar o vetor médio", en="Take the mean vector off"),
               t(pt="Subtrai de cada vetor a média de todo o vocabulário.", en="Subtracts the mean of the whole vocabulary from every vector."),
               False),
    ]  # fmt: skip
    data = {
        "words": names,
        "near": {
            n: [[[visible(text), c] for text, c in row] for row in kept.words[word].values()]
            for n, word in names.items()
        },
        "means": list(kept.mean_cosine.values()),
    }
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f", labelOverlap="greedy", labelSeparation=8)
    long = alt.Scale(domainMin=0, domainMax=ROOM, nice=False)
    x, y = alt.X("cosine:Q", title=t(pt="cosseno", en="cosine"), scale=long, axis=axis), token_axis()
    solid = rows().mark_bar(fill=theme.colour("kept"), height=18, cornerRadiusEnd=2).encode(y=y, x=x)
    label = rows().mark_text(align="left", dx=8).encode(y=y, x=x, text=alt.Text("cosine:Q", format=".3f"))
    rule = rows("mean").mark_rule(stroke=theme.colour("cut"), strokeWidth=2, strokeDash=[6, 4]).encode(x=x)
    return figure(
        "neighbours", id, title, data, controls, alt.layer(solid, label, rule).properties(height=alt.Step(BAR), width="container"),
        [
            Column("place", t(pt="lugar", en="place"), "0"),
            Column("token", t(pt="vizinho", en="neighbour")),
            Column("cosine", t(pt="cosseno", en="cosine"), "3"),
        ],
        said=said, caption=caption,
        alt=t(pt="Uma barra por vizinho de «{word}», com o cosseno: [{token} {cosine|3}]. A linha tracejada marca o cosseno médio do vocabulário.",
              en="One bar per neighbour of “{word}”, with its cosine: [{token} {cosine|3}]. The dashed line marks the mean cosine of the vocabulary."),
    )  # fmt: skip
