"""From logits to probabilities: one logit moves, or all of them together."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import BAR, Sets, figure, oracle, rows, share_axis, token_axis
from dashboard.language import say, t


@oracle("movedLogits")
def _rows(data: dict, settings: dict) -> Sets:
    from core import softmax  # torch: imported when a lesson runs, not before

    u = [x + settings["shift"] for x in (settings["first"], *data["logits"][1:])]
    p = softmax(u).tolist()
    sums = {"p_first": p[0], "odds_first": p[0] / p[1], "odds_rest": p[1] / p[2]}
    return {
        "rows": [{"token": token, "u": x, "p": q, **sums} for token, x, q in zip(data["tokens"], u, p, strict=True)]
    }


def moved_logits(
    id: str, title: str, tokens: Sequence[str], logits: Sequence[float], *, said: str, caption: str = ""
) -> Figure:
    """A live bar chart of the softmax over at least three tokens.

    One control sets the first logit, the other adds a constant to all. In `said`: {p_first}, {odds_first} (how many
    times as likely the first token is as the second) and {odds_rest} (the second as the third).
    """
    controls = [
        Range("first", t(pt=f"Logit de «{tokens[0]}»", en=f"Logit of “{tokens[0]}”"),
              t(pt="Muda um logit e deixa os outros onde estão.", en="Moves one logit and leaves the others where they are."),
              logits[0], -6, 6, 0.5, 1),
        Range("shift", t(pt="Constante c somada a todos", en="Constant c added to all"),
              t(pt="Leva todos os logits juntos para cima ou para baixo.", en="Takes all the logits up or down together."), 0, -20, 20),
    ]  # fmt: skip
    y, x = token_axis("who:N", 160), alt.X("p:Q", **share_axis(say("axis.probability"), labelled=True))
    solid = rows().mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=x)
    label = rows().mark_text(align="left", dx=8).encode(y=y, x=x, text="label:N")
    return figure(
        "movedLogits",
        id,
        title,
        {"tokens": list(tokens), "logits": [float(u) for u in logits]},
        controls,
        alt.layer(solid, label).properties(height=alt.Step(BAR), width="container"),
        [
            Column("token", say("column.token")),
            Column("u", say("column.logit"), "1"),
            Column("p", say("column.drawn"), "%2"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.distribution", what="[{token} {p|%2}]"),
        labels={"label": "{p|%~}", "who": "{token}: {u|short}"},
    )
