"""A text as a model read it: what each token cost in bits, and what the text has cost so far."""

from collections.abc import Sequence
from math import log2

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import choice_control, finished, parameters
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, say, t
from dashboard.recorded.readings import Reading

STEP = 28  # px per token


def readings(id: str, title: str, texts: dict[str, Reading], *, value: int, said: str, caption: str = "") -> OldFigure:
    """Horizontal bars of −log₂ p, one per token, solid as far as the text has been read; the first `value` tokens at first.

    `texts` are named as the choice shows them. In `said`: {n} (tokens read), {all}, {bits} (−log₂ of the probability of
    what was read), {bytes} (of what was read), {per_byte}, {least} (the dearest token read) and {least_bits}.
    """
    names = {f"t{i}": label for i, label in enumerate(texts)}
    most = max(len(one.tokens) for one in texts.values())
    controls = [
        choice_control("text", t(pt="Texto", en="Text"), t(pt="O que o modelo lê.", en="What the model reads."), names),
        Control(
            "read",
            t(pt="Tokens lidos", en="Tokens read"),
            t(pt="Do começo do texto até aqui.", en="From the start of the text up to here."),
            "range",
            value,
            minimum=1,
            maximum=most,
        ),
    ]
    values = [
        {
            "text": name,
            "place": k + 1,
            "token": visible(token),
            "p": p,
            "size": len(token.encode()),
            "guess": visible(guess),
        }
        for name, one in zip(names, texts.values(), strict=True)
        for k, (token, p, guess) in enumerate(zip(one.tokens, one.probs, one.guesses, strict=True))
    ]
    base = (
        alt.Chart(alt.Data(values=values), height=alt.Step(STEP), width="container")
        .transform_filter("datum.text == text")
        .transform_joinaggregate(all="count()")
        .transform_calculate(cost="-log(datum.p) / LN2", n="min(read, datum.all)")
        .transform_calculate(seen="datum.place <= datum.n ? 1 : 0")
        .transform_calculate(paid="datum.seen * datum.cost", got="datum.seen * datum.size")
        .transform_joinaggregate(bits="sum(paid)", bytes="sum(got)", least_bits="max(paid)")
        .transform_calculate(
            per_byte="datum.bits / datum.bytes", dearest="datum.paid == datum.least_bits ? datum.token : ''"
        )
        .transform_joinaggregate(least="max(dearest)")
        .transform_calculate(label="format(datum.cost, '.1f')")
    )
    y = alt.Y("place:O", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr=_label(values)))
    x = alt.X("cost:Q", stack=None, title=t(pt="custo do token (bits)", en="cost of the token (bits)"),
              scale=alt.Scale(domainMin=0, domainMax=alt.ExprRef("20 * (1 + 40 / max(width - 40, 40))"), nice=False),
              axis=alt.Axis(values=[0, 5, 10, 15, 20]))  # fmt: skip
    fill = alt.condition("datum.seen > 0", alt.value(theme.colour("kept")), alt.value("transparent"))
    stroke = alt.condition("datum.seen > 0", alt.value(theme.colour("kept")), alt.value(theme.colour("tail")))
    bars = base.mark_bar(height=14, cornerRadiusEnd=2, strokeDash=[3, 2], clip=True).encode(
        y=y, x=x, fill=fill, stroke=stroke
    )
    label = base.mark_text(align="left", dx=6, fontSize=13).encode(y=y, x=x, text="label:N")
    chart = alt.layer(bars, label).add_params(*parameters(controls))
    rows = _rows(next(iter(texts.values())))
    return OldFigure(
        id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption,
        alt=t(pt=f"Uma barra por token com o seu custo em bits: {', '.join(f'{row[1]} {row[3]}' for row in rows)}.",
              en=f"One bar per token with its cost in bits: {', '.join(f'{row[1]} {row[3]}' for row in rows)}."),
        columns=[Column("place", say("column.number"), "0"), Column("token", say("column.token")),
                 Column("p", say("axis.probability"), "%2"), Column("cost", "bits", "2"),
                 Column("guess", t(pt="o mais provável", en="the most likely"))],
        rows=rows,
    )  # fmt: skip


def _label(values: Sequence[dict]) -> str:
    """The token at a place of the chosen text, as an expression."""
    words: dict[str, list[str]] = {}
    for row in values:
        words.setdefault(row["text"], []).append(row["token"])
    return f"({words!r})[text][datum.value - 1]"


def _rows(one: Reading) -> list[list[str]]:
    """The table as first drawn."""
    rows = zip(one.tokens, one.probs, one.guesses, strict=True)
    return [
        [number(k), visible(token), percent(p, 2), number(-log2(p), 2), visible(guess)]
        for k, (token, p, guess) in enumerate(rows, 1)
    ]
