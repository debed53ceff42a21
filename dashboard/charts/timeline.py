"""The timeline: one row per event, oldest on top, filtered by who, what kind and whether the weights are open."""

from collections.abc import Sequence

import altair as alt

from dashboard import theme
from dashboard.blocks import Choice, Column, Figure
from dashboard.charts.frame import Sets, choice_control, figure, legend_columns, oracle, rows
from dashboard.language import t
from dashboard.timeline import KINDS, WEIGHTS, Entry

ROW = 24  # px per event
OFTEN = 3  # an organisation with fewer events is found under "others"


def kinds() -> dict[str, str]:
    """The words for KINDS."""
    return dict(zip(KINDS, t(pt="ideia|modelo de linguagem|multimodal|raciocínio", en="idea|language model|multimodal|reasoning").split("|"), strict=True))  # fmt: skip


def weights() -> dict[str, str]:
    """The words for WEIGHTS."""
    return dict(zip(WEIGHTS, t(pt="pesos abertos|pesos fechados|sem pesos: uma ideia", en="open weights|closed weights|no weights: an idea").split("|"), strict=True))  # fmt: skip


@oracle("timeline")
def _rows(data: dict, settings: dict) -> Sets:
    asked = {"who": settings["who"], "kind": settings["kind"], "open": settings["open"]}
    found = [one for one in data["entries"] if all(value in ("all", one["in"][name]) for name, value in asked.items())]
    seen = found or [data["nothing"]]
    sums = {
        "total": len(found),
        "since": str(int(found[0]["x"])) if found else "—",
        "until": str(int(found[-1]["x"])) if found else "—",
        "opened": sum(one["in"]["open"] == "open" for one in found),
        "first": seen[0]["name"],
        "last": seen[-1]["name"],
    }
    return {"rows": [{name: value for name, value in one.items() if name != "in"} | sums for one in seen]}


def timeline(id: str, title: str, entries: Sequence[Entry], *, said: str, caption: str = "") -> Figure:
    """Every entry as a point at its month with its name beside it. In `said`: {total} entries, {since}, {until} (years)."""
    many = {one.organisation for one in entries}
    often = sorted(who for who in many if sum(one.organisation == who for one in entries) >= OFTEN)
    controls = [
        _filter("who", t(pt="Organização", en="Organisation"), {**{who: who for who in often}, "others": t(pt="outras", en="others")}),
        _filter("kind", t(pt="Tipo", en="Kind"), kinds()),
        _filter("open", t(pt="Pesos", en="Weights"), weights()),
    ]  # fmt: skip
    words, first, last = {**kinds(), **weights()}, int(entries[0].year), int(entries[-1].year) + 1
    middle = first + 0.52 * (last - first)
    none = {"at": 0, "x": (first + last) / 2 - 1, "left": False, "name": t(pt="nada com esses filtros", en="nothing under these filters"),
            "date": "—", "who": "—", "kind_word": "—", "weights_word": "—", "brought": "—", "in": {}}  # fmt: skip
    shown = [
        {"at": i, "x": one.time, "left": one.time > middle, "name": one.name, "date": one.date, "who": one.organisation,
         "kind_word": words[one.kind], "weights_word": words[one.weights], "brought": one.brought,
         "in": {"who": one.organisation if one.organisation in often else "others", "kind": one.kind, "open": one.weights}}
        for i, one in enumerate(entries)
    ]  # fmt: skip
    columns = [
        Column("name", t(pt="nome", en="name")),
        Column("date", t(pt="mês", en="month")),
        Column("who", t(pt="organização", en="organisation")),
        Column("kind_word", t(pt="tipo", en="kind")),
        Column("weights_word", t(pt="pesos", en="weights")),
        Column("brought", t(pt="o que trouxe", en="what it brought")),
    ]
    return figure(
        "timeline", id, title, {"entries": shown, "nothing": none}, controls, _picture(first, last), columns, said=said, caption=caption,
        alt=t(
            pt="Linha do tempo de {since} a {until}, de cima para baixo: {total|0} marcos, {opened|0} deles modelos de pesos abertos. O primeiro é {first}; o último, {last}.",
            en="A timeline from {since} to {until}, from top to bottom: {total|0} events, {opened|0} of them models with open weights. The first is {first}; the last, {last}.",
        ),
    )  # fmt: skip


def _picture(first: int, last: int) -> alt.LayerChart:
    x = alt.X("x:Q", title=None, scale=alt.Scale(domain=[first, last], nice=False),
              axis=alt.Axis(format="d", values=list(range(first, last)), orient="top", labelAlign="left", labelOverlap=True, labelSeparation=10))  # fmt: skip
    y, names = alt.Y("at:O", title=None, axis=None, sort="ascending"), list(weights().values())
    colours = alt.Scale(domain=names, range=[theme.colour(c) for c in ("kept", "cut", "tail")])
    shapes = alt.Scale(domain=names, range=["circle", "square", "diamond"])
    colour = alt.Color(
        "weights_word:N",
        title=None,
        scale=colours,
        legend=alt.Legend(orient="top", columns=legend_columns(3, 1), labelLimit=0),
    )
    points = rows().mark_point(filled=True, size=90, opacity=1).encode(
        x=x, y=y, color=colour, shape=alt.Shape("weights_word:N", title=None, scale=shapes))  # fmt: skip
    side = {"align": alt.ExprRef("datum.left ? 'right' : 'left'"), "dx": alt.ExprRef("datum.left ? -10 : 10")}
    label = rows().mark_text(**side).encode(x=x, y=y, text="name:N")
    return alt.layer(points, label).properties(height=alt.Step(ROW), width="container")


def _filter(name: str, label: str, words: dict[str, str]) -> Choice:
    every = t(pt="todas", en="all") if name == "who" else t(pt="todos", en="all")
    return choice_control(
        name, label, t(pt="Mostra só o que você escolher.", en="Shows only what you choose."), {"all": every, **words}
    )
