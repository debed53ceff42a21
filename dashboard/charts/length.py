"""How long a text gets: the probability of end-of-text along real texts, and the law when it is constant, with its cost."""

import json
import math
from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Control, OldFigure
from dashboard.charts.old import choice_control, expression, finished, parameters, share_axis
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, quoted, say
from dashboard.recorded.growing import Walk

ENDS = (0.0, *(round(r * 10.0**e, 6) for e in (-5, -4, -3, -2, -1) for r in (1, 2, 5)), 1.0)
"""Probabilities of end-of-text for a slider."""
FAR, FLOOR = 1000, 1e-8  # how many steps the curve shows; the lowest probability on the axis


def end_control(value: float) -> Control:
    """The probability of end-of-text at every step, one of ENDS."""
    labels = [percent(v, next(d for d in range(6) if round(v * 100, d) == v * 100)) for v in ENDS]
    return Control(
        "end_stop",
        say("control.end"),
        say("control.end.help"),
        "stops",
        ENDS.index(value),
        values=list(ENDS),
        labels=labels,
    )


def length_controls(end: float, limit: int, tokens_in: int, price_in: float, price_out: float) -> list[Control]:
    """The probability of the end, the token limit, and what a request costs."""
    price = {"kind": "range", "maximum": 100, "step": 0.5, "digits": 1}
    return [
        end_control(end),
        Control(
            "limit", say("control.limit"), say("control.limit.help"), "range", limit, minimum=10, maximum=FAR, step=10
        ),
        Control(
            "tokens_in",
            say("control.tokens_in"),
            say("control.tokens_in.help"),
            "range",
            tokens_in,
            maximum=10_000,
            step=100,
        ),
        Control("price_in", say("control.price_in"), say("control.price.help"), value=price_in, **price),
        Control("price_out", say("control.price_out"), say("control.price.help"), value=price_out, **price),
    ]


def length(id: str, title: str, controls: Sequence[Control], *, said: str, caption: str = "") -> OldFigure:
    """P(T > t) where every step ends the text with one probability; the area up to the limit is the expected length.

    In `said`: {end}, {limit}, {mean} (tokens), {cut} (share of texts that the limit cuts), {cost_in}, {cost_out} and
    {cost} of a thousand requests.
    """
    start = {control.name: control.value for control in controls}
    survival = "(end == 0 || {0} == 0 ? 1 : end == 1 ? 0 : exp({0} * log(1 - end)))"
    mean = f"(end == 0 ? limit : (1 - {survival.format('limit')}) / end)"
    curve = alt.Chart(alt.sequence(0, FAR + 1, 2, as_="t"), height=240, width="container").transform_calculate(
        alive=survival.format("datum.t")
    )
    x = alt.X(
        "t:Q", title=say("axis.so_many"), scale=alt.Scale(domain=[0, FAR], nice=False), axis=alt.Axis(tickCount=5)
    )
    y = share_axis(say("axis.alive"))
    kept, cut, ink = (theme.colour(name) for name in ("kept", "cut", "ink"))
    area = (
        curve.transform_filter("datum.t <= limit")
        .mark_area(fill=kept, fillOpacity=0.25)
        .encode(x=x, y=alt.Y("alive:Q", **y))
    )
    line = curve.mark_line(stroke=kept, strokeWidth=2.5).encode(x=x, y=alt.Y("alive:Q", **y))
    here = (
        alt.Chart(alt.Data(values=[{}]))
        .transform_calculate(t="limit", limit="limit", end="end", mean=mean, cut=survival.format("limit"))
        .transform_calculate(
            cost_in="tokens_in * price_in / 1000", cost_out="datum.mean * price_out / 1000", alive="datum.cut"
        )
        .transform_calculate(cost="datum.cost_in + datum.cost_out")
    )
    rule = here.mark_rule(stroke=cut, strokeWidth=2, strokeDash=[5, 3]).encode(x=x)
    point = here.mark_point(filled=True, fill=ink, size=80, opacity=1).encode(x=x, y=alt.Y("alive:Q", **y))
    stops = alt.param(name="end", expr=f"{expression(ENDS)}[end_stop]")
    chart = alt.layer(area, line, rule, point).add_params(*parameters(controls), stops)
    row = _length_row(
        ENDS[start["end_stop"]], *(start[name] for name in ("limit", "tokens_in", "price_in", "price_out"))
    )
    return OldFigure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=list(controls),
        said=said,
        caption=caption,
        alt=say("alt.length", limit=row[1], mean=row[2], cut=row[3]),
        columns=[
            Column("end", say("column.end"), "%3"),
            Column("limit", say("column.limit"), "0"),
            Column("mean", say("column.mean"), "2"),
            Column("cut", say("column.cut"), "%2"),
            Column("cost", say("column.cost"), "2"),
        ],
        rows=[row],
    )


def _length_row(end: float, limit: int, tokens_in: int, price_in: float, price_out: float) -> list[str]:
    """The table of `length` as first drawn, computed by `core`."""
    from core.course.lengths import cost, expected_length, survival

    mean = expected_length(end, limit)
    return [
        percent(end, 3),
        number(limit),
        number(mean, 2),
        percent(survival(end, limit), 2),
        number(1000 * cost(tokens_in, mean, price_in, price_out), 2),
    ]


def bias_control(value: float = 0) -> Control:
    """A logit bias on end-of-text."""
    return Control(
        "bias",
        say("control.bias"),
        say("control.bias.help"),
        "range",
        value,
        minimum=-5,
        maximum=15,
        step=0.5,
        digits=1,
    )


def endings(
    id: str, title: str, walks: Sequence[Walk], controls: Sequence[Control], *, said: str, caption: str = ""
) -> OldFigure:
    """The probability of end-of-text before every token of real texts, on a logarithmic axis, under a logit bias.

    Steps after a line break have a mark of their own. In `said`: {p_max} and {before} (the largest, and the token it
    comes after), {mean}, {alive} (the probability that this text gets through all {steps} steps), {broken} and
    {unbroken} (the mean after a line break, and elsewhere).
    """
    names = {f"w{i}": quoted(walk.prompt) for i, walk in enumerate(walks)}
    controls = [choice_control("variant", say("control.prompt"), say("control.prompt.help"), names), *controls]
    odds = {name: [float(v) for v in walk.odds] for name, walk in zip(names, walks, strict=True)}
    words = {
        name: [visible(word) for word in (walk.prompt, *walk.words[:-1])]
        for name, walk in zip(names, walks, strict=True)
    }
    breaks = {
        name: [int(word.endswith("\n")) for word in (walk.prompt, *walk.words[:-1])]
        for name, walk in zip(names, walks, strict=True)
    }
    kinds = {"1": say("series.after_break"), "0": say("series.elsewhere")}
    steps = len(walks[0].odds)
    chart = (
        alt.Chart(alt.sequence(steps, as_="t"), height=260, width="container")
        .transform_calculate(
            q="1 / (1 + exp(-(odds[variant][datum.t] + bias)))",
            b="breaks[variant][datum.t]",
            before="words[variant][datum.t]",
            t1="datum.t + 1",
        )
        .transform_calculate(
            kind=f"({json.dumps(kinds, ensure_ascii=False)})[toString(datum.b)]",
            go="log(1 - datum.q)",
            floor=f"{FLOOR}",
            q_b="datum.b ? datum.q : 0",
            q_u="datum.b ? 0 : datum.q",
            shown_q=f"max(datum.q, {FLOOR})",
        )
        .transform_joinaggregate(
            p_max="max(q)",
            mean="mean(q)",
            gone="sum(go)",
            sum_b="sum(q_b)",
            sum_u="sum(q_u)",
            n_b="sum(b)",
            steps="count()",
        )
        .transform_calculate(at="datum.q == datum.p_max ? datum.t : 1e9")
        .transform_joinaggregate(first="min(at)")
        .transform_calculate(
            alive="exp(datum.gone)",
            broken="datum.n_b ? datum.sum_b / datum.n_b : 0",
            unbroken="datum.sum_u / (datum.steps - datum.n_b)",
            likeliest="words[variant][datum.first]",
        )
    )
    shapes = list(kinds.values())
    look = {
        "color": alt.Color(
            "kind:N",
            title=None,
            scale=alt.Scale(domain=shapes, range=[theme.colour("cut"), theme.colour("kept")]),
            legend=alt.Legend(orient="top", columns=1, labelLimit=0),
        ),
        "shape": alt.Shape("kind:N", title=None, scale=alt.Scale(domain=shapes, range=["diamond", "circle"])),
    }
    x = alt.X(
        "t1:Q",
        title=say("axis.position"),
        scale=alt.Scale(domain=[0, steps + 1], nice=False),
        axis=alt.Axis(tickCount=6),
    )
    log = alt.Scale(type="log", domain=[FLOOR, 1])
    y = alt.Y(
        "shown_q:Q",
        title=say("axis.end"),
        scale=log,
        axis=alt.Axis(
            values=[10.0**-k for k in range(0, 9, 2)],
            format=".6~%",
        ),
    )
    stems = chart.mark_rule(strokeWidth=1, opacity=0.5).encode(
        x=x, y=alt.Y("floor:Q", scale=log), y2="shown_q:Q", color=look["color"]
    )
    heads = chart.mark_point(filled=True, opacity=1, size=45).encode(x=x, y=y, **look)
    data = [
        alt.param(name="odds", value=odds),
        alt.param(name="words", value=words),
        alt.param(name="breaks", value=breaks),
    ]
    start = next((control.value for control in controls if control.name == "bias"), 0)
    ends = 1 / (1 + np.exp(-(walks[0].odds + start)))
    rows = [[number(t + 1), words["w0"][t], percent(q, 4)] for t, q in enumerate(ends)]
    return OldFigure(
        id=id,
        title=title,
        spec=finished(alt.layer(stems, heads).add_params(*data, *parameters(controls, {"bias": 0}))),
        controls=controls,
        said=said,
        caption=caption,
        alt=say(
            "alt.endings",
            steps=steps,
            p_max=percent(ends.max(), 3),
            word=words["w0"][int(ends.argmax())],
            alive=percent(math.prod(1 - ends), 1),
        ),
        columns=[
            Column("t1", say("column.number"), "0"),
            Column("before", say("column.comes_after")),
            Column("q", say("column.end"), "%4"),
        ],
        rows=rows,
    )
