"""A text as it was written: the probability of each token at its step, and which tokens complete a repetition."""

from collections.abc import Mapping, Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure
from dashboard.charts.frame import Sets, choice_control, figure, oracle, rows, share_axis
from dashboard.charts.vocabulary import visible
from dashboard.language import quoted, say, t
from dashboard.recorded.continuations import STEPS, Continuation, repeated

NGRAM = 4


@oracle("steps")
def _rows(data: dict, settings: dict) -> Sets:
    one = data["texts"][settings["variant"]][settings["way"]]
    means = {}
    for name, kind in (("again", True), ("new", False)):
        some = [p for p, again in zip(one["probs"], one["again"], strict=True) if again == kind]
        means |= {f"mean_{name}": sum(some) / len(some) if some else None, f"none_{name}": "" if some else "—"}
    sums = {"n": len(one["probs"]), "share": sum(one["again"]) / max(len(one["again"]) - NGRAM + 1, 1), **means}
    table = enumerate(zip(one["words"], one["probs"], one["again"], strict=True), 1)
    return {
        "rows": [
            {"step": k, "token": token, "p": p, "state": data["state"][again], **sums} for k, (token, p, again) in table
        ]
    }


def steps(id: str, title: str, texts: Sequence[Mapping[str, Continuation]], *, said: str, caption: str = "") -> Figure:
    """A live chart of texts after several prompts, each written in the same ways: {a way's label: its continuation}.

    In `said`: {share} (of the 4-grams, those that had already come), {p_again} and {p_new} (the mean probability of
    the tokens that complete a repetition, and of the others; texts), {n_again}, {n}.
    """
    prompts = {f"t{i}": quoted(next(iter(ways.values())).prompt) for i, ways in enumerate(texts)}
    ways = {f"w{j}": label for j, label in enumerate(texts[0])}
    controls = [
        choice_control("variant", say("control.prompt"), say("control.prompt.help"), prompts),
        choice_control(
            "way",
            t(pt="Escolha", en="Choice"),
            t(pt="Como cada token foi escolhido.", en="How each token was chosen."),
            ways,
        ),
    ]
    data = {
        "texts": {
            f"t{i}": {f"w{j}": {"words": [*map(visible, one.tokens)], "probs": list(one.probs), "again": [*map(bool, repeated(one.ids, NGRAM))]}
                      for j, one in enumerate(written.values())}
            for i, written in enumerate(texts)
        },
        "state": [t(pt="novo", en="new"), t(pt="repete", en="repeats")],
    }  # fmt: skip
    columns = [
        Column("step", t(pt="passo", en="step"), "0"),
        Column("token", say("column.token")),
        Column("p", say("axis.probability"), "%1"),
        Column("state", t(pt=f"trecho de {NGRAM} tokens", en=f"stretch of {NGRAM} tokens")),
    ]
    return figure(
        "steps", id, title, data, controls, _picture(data["state"]), columns, said=said, caption=caption,
        alt=t(
            pt=f"Um ponto por token, na altura da sua probabilidade, ao longo de {{n|0}} passos depois de {{variant}}, {{way}}: {{share|%1}} dos trechos de {NGRAM} tokens já tinham aparecido.",
            en=f"One point per token, at the height of its probability, over {{n|0}} steps after {{variant}}, {{way}}: {{share|%1}} of the stretches of {NGRAM} tokens had already appeared.",
        ),
        labels={"p_again": "{mean_again|%1}{none_again}", "p_new": "{mean_new|%1}{none_new}"},
    )  # fmt: skip


def _picture(states: list[str]) -> alt.LayerChart:
    wide = alt.Scale(domain=[0, STEPS + 1], nice=False)
    x = alt.X("step:Q", title=t(pt="passo", en="step"), scale=wide, axis=alt.Axis(grid=False))
    y = alt.Y("p:Q", **share_axis(say("axis.probability")))
    colours = alt.Scale(domain=states, range=[theme.colour("kept"), theme.colour("cut")])
    fill = alt.Color("state:N", sort=states, scale=colours, title=None, legend=alt.Legend(orient="top"))
    shape = alt.Shape("state:N", sort=states, scale=alt.Scale(domain=states, range=["circle", "square"]), title=None)
    stems = rows().mark_rule(stroke=theme.colour("line"), strokeWidth=1.5).encode(x=x, y=y, y2=alt.datum(0))
    points = rows().mark_point(filled=True, size=55, opacity=1).encode(x=x, y=y, fill=fill, shape=shape)
    return alt.layer(stems, points).properties(height=260, width="container")
