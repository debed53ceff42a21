"""The timeline: one row per event, oldest on top, filtered by who, what kind and whether the weights are open."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import choice_control, finished, legend_columns, parameters
from dashboard.language import number, t
from dashboard.timeline import KINDS, WEIGHTS, Entry

ROW = 24  # px per event
OFTEN = 3  # an organisation with fewer events is found under "others"


def kinds() -> dict[str, str]:
    """The words for KINDS."""
    return dict(zip(KINDS, t(pt="ideia|modelo de linguagem|multimodal|raciocínio", en="idea|language model|multimodal|reasoning").split("|"), strict=True))  # fmt: skip


def weights() -> dict[str, str]:
    """The words for WEIGHTS."""
    return dict(zip(WEIGHTS, t(pt="pesos abertos|pesos fechados|sem pesos: uma ideia", en="open weights|closed weights|no weights: an idea").split("|"), strict=True))  # fmt: skip


def timeline(id: str, title: str, entries: Sequence[Entry], *, said: str, caption: str = "") -> OldFigure:
    """Every entry as a point at its month with its name beside it. In `said`: {total} entries, {since}, {until} (years)."""
    many = {one.organisation for one in entries}
    often = sorted(who for who in many if sum(one.organisation == who for one in entries) >= OFTEN)
    controls = [
        _filter("who", t(pt="Organização", en="Organisation"), {**{who: who for who in often}, "others": t(pt="outras", en="others")}),
        _filter("kind", t(pt="Tipo", en="Kind"), kinds()),
        _filter("open", t(pt="Pesos", en="Weights"), weights()),
    ]  # fmt: skip
    words = {**kinds(), **weights()}
    values = [
        {"at": i, "x": one.time, "label": one.name, "date": one.date, "who": one.organisation,
         "group": one.organisation if one.organisation in often else "others", "what": one.kind, "state": one.weights,
         "kind_word": words[one.kind], "weights_word": words[one.weights], "brought": one.brought}
        for i, one in enumerate(entries)
    ]  # fmt: skip
    first, last = int(entries[0].year), int(entries[-1].year) + 1
    nothing = {"at": len(entries), "x": (first + last) / 2 - 1, "label": t(pt="nada com esses filtros", en="nothing under these filters"),
               "date": "—", "who": "—", "group": "", "what": "", "state": "", "kind_word": "—", "weights_word": "—", "brought": "—"}  # fmt: skip
    base = (
        alt.Chart(alt.Data(values=[*values, nothing]), height=alt.Step(ROW), width="container")
        .transform_calculate(
            shown="datum.group != '' && (who == 'all' || who == datum.group) && (kind == 'all' || kind == datum.what)"
            " && (open == 'all' || open == datum.state) ? 1 : 0"
        )
        .transform_joinaggregate(total="sum(shown)")
        .transform_filter("datum.shown == 1 || (datum.group == '' && datum.total == 0)")
        .transform_joinaggregate(low="min(x)", high="max(x)")
        .transform_calculate(name="datum.label", since="'' + floor(datum.low)", until="'' + floor(datum.high)", left=f"datum.x > {first + 0.52 * (last - first)}")
    )  # fmt: skip
    x = alt.X("x:Q", title=None, scale=alt.Scale(domain=[first, last], nice=False),
              axis=alt.Axis(format="d", values=list(range(first, last)), orient="top", labelAlign="left", labelOverlap=True, labelSeparation=10))  # fmt: skip
    y = alt.Y("at:O", title=None, axis=None, sort="ascending")
    names = list(weights().values())
    points = base.mark_point(
        filled=True, size=90, opacity=1
    ).encode(
        x=x, y=y,
        color=alt.Color("weights_word:N", title=None, scale=alt.Scale(domain=names, range=[theme.colour(c) for c in ("kept", "cut", "tail")]),
                        legend=alt.Legend(orient="top", columns=legend_columns(3, 1), labelLimit=0)),
        shape=alt.Shape("weights_word:N", title=None, scale=alt.Scale(domain=names, range=["circle", "square", "diamond"])),
    )  # fmt: skip
    right = base.transform_calculate(text="datum.left ? '' : datum.name").mark_text(align="left", dx=10).encode(
        x=x, y=y, text="text:N")  # fmt: skip
    left = base.transform_calculate(text="datum.left ? datum.name : ''").mark_text(align="right", dx=-10).encode(
        x=x, y=y, text="text:N")  # fmt: skip
    chart = alt.layer(points, right, left).add_params(*parameters(controls))
    rows = [[one.name, one.date, one.organisation, words[one.kind], words[one.weights], one.brought] for one in entries]
    opened = sum(one.weights == "open" for one in entries)
    return OldFigure(
        id=id, title=title, spec=finished(chart), controls=controls, said=said, caption=caption, rows=rows,
        alt=t(
            pt=f"Linha do tempo de {first} a {last - 1}, de cima para baixo: {number(len(entries))} marcos, {number(opened)} deles modelos de pesos abertos. O primeiro é {entries[0].name}; o último, {entries[-1].name}.",
            en=f"A timeline from {first} to {last - 1}, from top to bottom: {number(len(entries))} events, {number(opened)} of them models with open weights. The first is {entries[0].name}; the last, {entries[-1].name}.",
        ),
        columns=[
            Column("name", t(pt="nome", en="name")),
            Column("date", t(pt="mês", en="month")),
            Column("who", t(pt="organização", en="organisation")),
            Column("kind_word", t(pt="tipo", en="kind")),
            Column("weights_word", t(pt="pesos", en="weights")),
            Column("brought", t(pt="o que trouxe", en="what it brought")),
        ],
    )  # fmt: skip


def _filter(name: str, label: str, words: dict[str, str]) -> Control:
    return choice_control(name, label, t(pt="Mostra só o que você escolher.", en="Shows only what you choose."), {"all": t(pt="todas", en="all") if name == "who" else t(pt="todos", en="all"), **words})  # fmt: skip
