"""How long a text gets: the probability of end-of-text along real texts, and the law when it is constant, with its cost."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure, Input, Range
from dashboard.charts.frame import Sets, choice_control, figure, oracle, rows, share_axis, stops_control
from dashboard.charts.vocabulary import visible
from dashboard.language import percent, quoted, say
from dashboard.recorded.growing import Walk

ENDS = (0.0, *(round(r * 10.0**e, 6) for e in (-5, -4, -3, -2, -1) for r in (1, 2, 5)), 1.0)
"""Probabilities of end-of-text for a slider."""
FAR, FLOOR = 1000, 1e-8  # how many steps the curve shows; the lowest probability on the axis


def length_controls(end: float, limit: int, tokens_in: int, price_in: float, price_out: float) -> list[Input]:
    """The probability of the end (one of ENDS), the token limit, and what a request costs."""

    def exact(share: float) -> str:
        return percent(share, next(d for d in range(6) if round(share * 100, d) == share * 100))

    price = {"maximum": 100, "step": 0.5, "digits": 1}
    return [
        stops_control("end", say("control.end"), say("control.end.help"), end, ENDS, exact),
        Range("limit", say("control.limit"), say("control.limit.help"), limit, 10, FAR, 10),
        Range("tokens_in", say("control.tokens_in"), say("control.tokens_in.help"), tokens_in, 0, 10_000, 100),
        Range("price_in", say("control.price_in"), say("control.price.help"), price_in, **price),
        Range("price_out", say("control.price_out"), say("control.price.help"), price_out, **price),
    ]


@oracle("length")
def _length(data: dict, settings: dict) -> Sets:
    from core.course.lengths import cost, expected_length, survival

    end, limit, tokens_in, price_in, price_out = (
        settings[name] for name in ("end", "limit", "tokens_in", "price_in", "price_out")
    )
    mean, cut = expected_length(end, limit), survival(end, limit)
    curve = [{"t": at, "alive": survival(end, at)} for at in range(0, FAR + 1, 2)]
    row = {"t": limit, "limit": limit, "end": end, "mean": mean, "cut": cut, "alive": cut,
           "cost_in": 1000 * cost(tokens_in, 0, price_in, price_out), "cost_out": 1000 * cost(0, mean, price_in, price_out),
           "cost": 1000 * cost(tokens_in, mean, price_in, price_out)}  # fmt: skip
    return {"rows": [row], "curve": curve, "under": [one for one in curve if one["t"] <= limit]}


def length(id: str, title: str, controls: Sequence[Input], *, said: str, caption: str = "") -> Figure:
    """P(T > t) where every step ends the text with one probability; the area up to the limit is the expected length.

    In `said`: {end}, {limit}, {mean} (tokens), {cut} (share of texts that the limit cuts), {cost_in}, {cost_out} and
    {cost} of a thousand requests.
    """
    long = alt.Scale(domain=[0, FAR], nice=False)
    x = alt.X("t:Q", title=say("axis.so_many"), scale=long, axis=alt.Axis(tickCount=5))
    y = alt.Y("alive:Q", **share_axis(say("axis.alive")))
    kept, cut, ink = (theme.colour(name) for name in ("kept", "cut", "ink"))
    area = rows("under").mark_area(fill=kept, fillOpacity=0.25).encode(x=x, y=y)
    line = rows("curve").mark_line(stroke=kept, strokeWidth=2.5).encode(x=x, y=y)
    rule = rows().mark_rule(stroke=cut, strokeWidth=2, strokeDash=[5, 3]).encode(x=x)
    point = rows().mark_point(filled=True, fill=ink, size=80, opacity=1).encode(x=x, y=y)
    columns = [
        Column("end", say("column.end"), "%3"),
        Column("limit", say("column.limit"), "0"),
        Column("mean", say("column.mean"), "2"),
        Column("cut", say("column.cut"), "%2"),
        Column("cost", say("column.cost"), "2"),
    ]
    words = say("alt.length", limit="{limit|0}", mean="{mean|2}", cut="{cut|%2}")
    picture = alt.layer(area, line, rule, point).properties(height=240, width="container")
    return figure("length", id, title, {}, controls, picture, columns, said=said, caption=caption, alt=words)


def bias_control(value: float = 0) -> Range:
    """A logit bias on end-of-text."""
    return Range("bias", say("control.bias"), say("control.bias.help"), value, -5, 15, 0.5, 1)


@oracle("endings")
def _endings(data: dict, settings: dict) -> Sets:
    from core.course.lengths import path_survival

    variant = settings["variant"]
    words, after = data["words"][variant], np.array(data["breaks"][variant], bool)
    ends = 1 / (1 + np.exp(-(np.array(data["odds"][variant]) + settings.get("bias", 0))))
    sums = {
        "p_max": ends.max(),
        "mean": ends.mean(),
        "alive": path_survival(ends)[-1],
        "steps": len(ends),
        "broken": ends[after].mean() if after.any() else 0,
        "unbroken": ends[~after].mean(),
        "likeliest": words[int(ends.argmax())],
    }
    return {
        "rows": [
            {"t1": i + 1, "before": words[i], "q": q, "kind": "after" if after[i] else "elsewhere", "floor": FLOOR,
             "shown": max(q, FLOOR), **sums}
            for i, q in enumerate(ends)
        ]
    }  # fmt: skip


def endings(
    id: str, title: str, walks: Sequence[Walk], controls: Sequence[Input], *, said: str, caption: str = ""
) -> Figure:
    """The probability of end-of-text before every token of real texts, on a logarithmic axis, under a logit bias.

    Steps after a line break have a mark of their own. In `said`: {p_max} and {likeliest} (the largest, and the token it
    comes after), {mean}, {alive} (the probability that this text gets through all {steps} steps), {broken} and
    {unbroken} (the mean after a line break, and elsewhere).
    """
    names = {f"w{i}": quoted(walk.prompt) for i, walk in enumerate(walks)}
    before = {name: (walk.prompt, *walk.words[:-1]) for name, walk in zip(names, walks, strict=True)}
    data = {
        "odds": {name: [float(v) for v in walk.odds] for name, walk in zip(names, walks, strict=True)},
        "words": {name: [*map(visible, words)] for name, words in before.items()},
        "breaks": {name: [int(word.endswith("\n")) for word in words] for name, words in before.items()},
        "floor": FLOOR,
    }
    columns = [
        Column("t1", say("column.number"), "0"),
        Column("before", say("column.comes_after")),
        Column("q", say("column.end"), "%4"),
    ]
    words = say("alt.endings", steps="{steps|0}", p_max="{p_max|%3}", word="{likeliest}", alive="{alive|%1}")
    choice = choice_control("variant", say("control.prompt"), say("control.prompt.help"), names)
    picture = _endings_picture(len(walks[0].odds))
    return figure(
        "endings", id, title, data, [choice, *controls], picture, columns, said=said, caption=caption, alt=words
    )


def _endings_picture(steps: int) -> alt.LayerChart:
    kinds, told = (
        ["after", "elsewhere"],
        f"datum.label == 'after' ? {say('series.after_break')!r} : {say('series.elsewhere')!r}",
    )
    legend = alt.Legend(orient="top", columns=1, labelLimit=0, labelExpr=told)
    colours = alt.Scale(domain=kinds, range=[theme.colour("cut"), theme.colour("kept")])
    colour = alt.Color("kind:N", title=None, scale=colours, legend=legend)
    shapes = alt.Scale(domain=kinds, range=["diamond", "circle"])
    shape = alt.Shape("kind:N", title=None, scale=shapes, legend=legend)
    wide, log = alt.Scale(domain=[0, steps + 1], nice=False), alt.Scale(type="log", domain=[FLOOR, 1])
    x = alt.X("t1:Q", title=say("axis.position"), scale=wide, axis=alt.Axis(tickCount=6))
    marks = alt.Axis(values=[10.0**-k for k in range(0, 9, 2)], format=".6~%")
    y = alt.Y("shown:Q", title=say("axis.end"), scale=log, axis=marks)
    stems = rows().mark_rule(strokeWidth=1, opacity=0.5)
    heads = rows().mark_point(filled=True, opacity=1, size=45).encode(x=x, y=y, color=colour, shape=shape)
    drawn = stems.encode(x=x, y=alt.Y("floor:Q", scale=log), y2="shown:Q", color=colour)
    return alt.layer(drawn, heads).properties(height=260, width="container")
