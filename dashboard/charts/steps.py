"""A text as it was written: the probability of each token at its step, and which tokens complete a repetition."""

from collections.abc import Mapping, Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, OldFigure
from dashboard.charts.old import choice_control, finished, parameters, share_axis
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, quoted, say, t
from dashboard.recorded.continuations import STEPS, Continuation, repeated

NGRAM = 4


def steps(
    id: str, title: str, texts: Sequence[Mapping[str, Continuation]], *, said: str, caption: str = ""
) -> OldFigure:
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
    words = {True: t(pt="repete", en="repeats"), False: t(pt="novo", en="new")}
    values = [
        {
            "text": f"t{i}",
            "way": f"w{j}",
            "step": k + 1,
            "word": visible(token),
            "p": p,
            "again": int(again),
            "state": words[again],
        }
        for i, written in enumerate(texts)
        for j, one in enumerate(written.values())
        for k, (token, p, again) in enumerate(zip(one.tokens, one.probs, repeated(one.ids, NGRAM), strict=True))
    ]
    mean = "isValid(datum.{0}) ? format(datum.{0}, '.1%') : '—'"
    base = (
        alt.Chart(alt.Data(values=values), height=260, width="container")
        .transform_filter("datum.text == variant && datum.way == way")
        .transform_calculate(p_if_again="datum.again ? datum.p : null", p_if_new="datum.again ? null : datum.p")
        .transform_joinaggregate(
            n="count()", n_again="sum(again)", mean_again="mean(p_if_again)", mean_new="mean(p_if_new)"
        )
        .transform_calculate(
            token="datum.word",
            share=f"datum.n_again / max(datum.n - {NGRAM - 1}, 1)",
            p_again=mean.format("mean_again"),
            p_new=mean.format("mean_new"),
        )
    )
    x = alt.X(
        "step:Q",
        title=t(pt="passo", en="step"),
        scale=alt.Scale(domain=[0, STEPS + 1], nice=False),
        axis=alt.Axis(grid=False),
    )
    y = alt.Y("p:Q", **share_axis(say("axis.probability")))
    order = [words[False], words[True]]
    colours = [theme.colour("kept"), theme.colour("cut")]
    stems = base.mark_rule(stroke=theme.colour("line"), strokeWidth=1.5).encode(x=x, y=y, y2=alt.datum(0))
    points = base.mark_point(filled=True, size=55, opacity=1).encode(
        x=x,
        y=y,
        fill=alt.Color(
            "state:N",
            sort=order,
            scale=alt.Scale(domain=order, range=colours),
            title=None,
            legend=alt.Legend(orient="top"),
        ),
        shape=alt.Shape("state:N", sort=order, scale=alt.Scale(domain=order, range=["circle", "square"]), title=None),
    )
    chart = alt.layer(stems, points).add_params(*parameters(controls))
    first = [row for row in values if row["text"] == "t0" and row["way"] == "w0"]
    share = sum(row["again"] for row in first) / max(len(first) - NGRAM + 1, 1)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"Um ponto por token, na altura da sua probabilidade, ao longo de {len(first)} passos depois de {prompts['t0']}, "
            f"{ways['w0']}: {percent(share)} dos trechos de {NGRAM} tokens já tinham aparecido.",
            en=f"One point per token, at the height of its probability, over {len(first)} steps after {prompts['t0']}, "
            f"{ways['w0']}: {percent(share)} of the stretches of {NGRAM} tokens had already appeared.",
        ),
        columns=[
            Column("step", t(pt="passo", en="step"), "0"),
            Column("token", say("column.token")),
            Column("p", say("axis.probability"), "%1"),
            Column("state", t(pt=f"trecho de {NGRAM} tokens", en=f"stretch of {NGRAM} tokens")),
        ],
        rows=[[number(row["step"]), row["word"], percent(row["p"], 1), row["state"]] for row in first],
    )
