"""From logits to probabilities: one logit moves, or all of them together."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import BAR, finished, parameters, share_axis, written
from dashboard.language import number, percent, say, t


def moved_logits(
    id: str, title: str, tokens: Sequence[str], logits: Sequence[float], *, said: str, caption: str = ""
) -> OldFigure:
    """A live bar chart of the softmax over at least three tokens.

    One control sets the first logit, the other adds a constant to all. In `said`: {p_first}, {odds_first} (how many
    times as likely the first token is as the second) and {odds_rest} (the second as the third).
    """
    controls = [
        Control(
            "first",
            t(pt=f"Logit de «{tokens[0]}»", en=f"Logit of “{tokens[0]}”"),
            t(
                pt="Muda um logit e deixa os outros onde estão.",
                en="Moves one logit and leaves the others where they are.",
            ),
            "range",
            logits[0],
            minimum=-6,
            maximum=6,
            step=0.5,
            digits=1,
        ),
        Control(
            "shift",
            t(pt="Constante c somada a todos", en="Constant c added to all"),
            t(
                pt="Leva todos os logits juntos para cima ou para baixo.",
                en="Takes all the logits up or down together.",
            ),
            "range",
            0,
            minimum=-20,
            maximum=20,
        ),
    ]
    values = [
        {"i": i, "token": token, "given": float(u)} for i, (token, u) in enumerate(zip(tokens, logits, strict=True))
    ]
    base = (
        alt.Chart(alt.Data(values=values), height=alt.Step(BAR), width="container")
        .transform_calculate(u="(datum.i == 0 ? first : datum.given) + shift")
        .transform_joinaggregate(u_max="max(u)")
        .transform_calculate(e="exp(datum.u - datum.u_max)")
        .transform_joinaggregate(sum_e="sum(e)")
        .transform_calculate(p="datum.e / datum.sum_e")
        .transform_calculate(label=written("p"), **{f"p{i}": f"datum.i == {i} ? datum.p : 0" for i in range(3)})
        .transform_joinaggregate(p_first="max(p0)", p_second="max(p1)", p_third="max(p2)")
        .transform_calculate(odds_first="datum.p_first / datum.p_second", odds_rest="datum.p_second / datum.p_third")
    )
    shown = ", ".join(f"format({'first' if i == 0 else float(u)} + shift, '.1~f')" for i, u in enumerate(logits))
    axis = alt.Axis(
        ticks=False, domain=False, labelLimit=160, labelExpr="names[datum.value] + ': ' + shown[datum.value]"
    )
    y = alt.Y("i:O", title=None, axis=axis)
    x = share_axis(say("axis.probability"), labelled=True)
    bars = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("p:Q", **x))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("p:Q", **x), text="label:N")
    words = [alt.param(name="names", value=list(tokens)), alt.param(name="shown", expr=f"[{shown}]")]
    chart = alt.layer(bars, label).add_params(*parameters(controls), *words)
    rows = _first_rows(tokens, logits)
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=say("alt.distribution", what=", ".join(f"{row[0]} {row[2]}" for row in rows)),
        columns=[
            Column("token", say("column.token")),
            Column("u", say("column.logit"), "1"),
            Column("p", say("column.drawn"), "%2"),
        ],
        rows=rows,
    )


def _first_rows(tokens: Sequence[str], logits: Sequence[float]) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import softmax  # torch: imported when a lesson runs, not before

    probs = softmax(logits).tolist()
    return [[token, number(float(u), 1), percent(p, 2)] for token, u, p in zip(tokens, logits, probs, strict=True)]
