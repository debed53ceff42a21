"""A text as a model read it: what each token cost in bits, and what the text has cost so far."""

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Figure, Range
from dashboard.charts.frame import Sets, choice_control, figure, oracle, rows
from dashboard.charts.vocabulary import visible
from dashboard.language import say, t
from dashboard.recorded.readings import Reading

STEP = 28  # px per token


@oracle("readings")
def _rows(data: dict, settings: dict) -> Sets:
    from core.course.arithmetic_code import code_length  # torch: imported when a lesson runs, not before

    tokens, probs, sizes, guesses = (data[name][settings["text"]] for name in ("tokens", "probs", "sizes", "guesses"))
    n = min(settings["read"], len(tokens))
    costs = [code_length([p]) for p in probs]
    dearest = max(costs[:n])
    bits, size = code_length(probs[:n]), sum(sizes[:n])
    sums = {"all": len(tokens), "n": n, "bits": bits, "bytes": size, "per_byte": bits / size,
            "least": tokens[costs.index(dearest)], "least_bits": dearest}  # fmt: skip
    table = enumerate(zip(tokens, probs, costs, guesses, strict=True), 1)
    return {
        "rows": [
            {"place": k, "token": token, "p": p, "cost": cost, "guess": guess, "seen": k <= n, **sums}
            for k, (token, p, cost, guess) in table
        ]
    }


def readings(id: str, title: str, texts: dict[str, Reading], *, value: int, said: str, caption: str = "") -> Figure:
    """Horizontal bars of −log₂ p, one per token, solid as far as the text has been read; the first `value` tokens at first.

    `texts` are named as the choice shows them. In `said`: {n} (tokens read), {all}, {bits} (−log₂ of the probability of
    what was read), {bytes} (of what was read), {per_byte}, {least} (the dearest token read) and {least_bits}.
    """
    names = {f"t{i}": label for i, label in enumerate(texts)}
    every = dict(zip(names, texts.values(), strict=True))
    most = max(len(one.tokens) for one in texts.values())
    controls = [
        choice_control("text", t(pt="Texto", en="Text"), t(pt="O que o modelo lê.", en="What the model reads."), names),
        Range("read", t(pt="Tokens lidos", en="Tokens read"),
              t(pt="Do começo do texto até aqui.", en="From the start of the text up to here."), value, 1, most),
    ]  # fmt: skip
    data = {
        "tokens": {name: [*map(visible, one.tokens)] for name, one in every.items()},
        "probs": {name: list(one.probs) for name, one in every.items()},
        "sizes": {name: [len(token.encode()) for token in one.tokens] for name, one in every.items()},
        "guesses": {name: [*map(visible, one.guesses)] for name, one in every.items()},
    }
    return figure(
        "readings", id, title, data, controls, _picture(),
        [Column("place", say("column.number"), "0"), Column("token", say("column.token")),
         Column("p", say("axis.probability"), "%2"), Column("cost", "bits", "2"),
         Column("guess", t(pt="o mais provável", en="the most likely"))],
        said=said, caption=caption,
        alt=t(pt="Uma barra por token com o seu custo em bits: [{token} {cost|2}].",
              en="One bar per token with its cost in bits: [{token} {cost|2}]."),
    )  # fmt: skip


def _picture() -> alt.LayerChart:
    told = "(data('rows')[datum.value - 1] || {}).token"  # tokens of a text repeat: their places do not
    y = alt.Y("place:O", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=140, labelExpr=told))
    room = alt.Scale(domainMin=0, domainMax=alt.ExprRef("20 * (1 + 40 / max(width - 40, 40))"), nice=False)
    bits, marks = t(pt="custo do token (bits)", en="cost of the token (bits)"), alt.Axis(values=[0, 5, 10, 15, 20])
    x = alt.X("cost:Q", stack=None, title=bits, scale=room, axis=marks)
    kept = alt.value(theme.colour("kept"))
    fill = alt.condition("datum.seen", kept, alt.value("transparent"))
    stroke = alt.condition("datum.seen", kept, alt.value(theme.colour("tail")))
    solid = rows().mark_bar(height=14, cornerRadiusEnd=2, strokeDash=[3, 2], clip=True)
    label = rows().mark_text(align="left", dx=6, fontSize=13).encode(y=y, x=x, text=alt.Text("cost:Q", format=".1f"))
    picture = alt.layer(solid.encode(y=y, x=x, fill=fill, stroke=stroke), label)
    return picture.properties(height=alt.Step(STEP), width="container")
