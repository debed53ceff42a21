"""Penalties on the axis of the logits: where each token stood, how often it has come, and where it stands now.

The repetition penalty moves a token towards or away from 0, which is a line of the chart; presence moves it one step to
the left, frequency one step per occurrence. The counts are taken inside Vega from the text itself.
"""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Control, Figure
from dashboard.charts.frame import BAR, choice_control, finished, parameters, written
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, say, t
from dashboard.recorded.growing import Growth
from dashboard.words import engine_name

OFF = {"step": 0, "repetition": 1, "frequency": 0, "presence": 0, "shift": 0}


def penalty_controls(
    steps: int, step: int, repetition: float = 1, frequency: float = 0, presence: float = 0
) -> list[Control]:
    """How far the text has come, and the three penalties."""
    return [
        Control("step", say("control.step"), say("control.step.help"), "range", step, maximum=steps),
        Control(
            "repetition",
            say("control.repetition"),
            say("control.repetition.help"),
            "range",
            repetition,
            minimum=0.5,
            maximum=2,
            step=0.05,
            digits=2,
        ),
        Control(
            "frequency",
            say("control.frequency"),
            say("control.frequency.help"),
            "range",
            frequency,
            minimum=-2,
            maximum=2,
            step=0.1,
            digits=1,
        ),
        Control(
            "presence",
            say("control.presence"),
            say("control.presence.help"),
            "range",
            presence,
            minimum=-2,
            maximum=2,
            step=0.1,
            digits=1,
        ),
    ]


def shift_control(value: float = 0, most: float = 10) -> Control:
    """A constant added to every logit before anything else."""
    return Control(
        "shift",
        say("control.shift"),
        say("control.shift.help"),
        "range",
        value,
        minimum=-most,
        maximum=most,
        step=0.5,
        digits=1,
    )


def counting(text: Growth) -> dict[str, dict[str, float]]:
    """Which tokens count, per engine, from `core.engines.facts`: the first position that does (past the end where there is no
    such penalty), and how many of the last ones."""
    from core import ENGINES  # torch: imported when a lesson runs, not before

    first = {"both": 0, "output": text.given, None: len(text.text)}
    return {
        engine.name: {
            "repetition": first[engine.repetition_scope.value],
            "frequency": first[engine.frequency_scope.value],
            "window": engine.window.value or len(text.text),
        }
        for engine in ENGINES.values()
    }


def penalties(
    id: str,
    title: str,
    text: Growth,
    controls: Sequence[Control],
    *,
    said: str,
    caption: str = "",
    domain: tuple[float, float],
    engines: Sequence[str] = (),
    step: int = 0,
    shown: int = 10,
) -> Figure:
    """A growing text and the logits of its next token, before the penalties (hollow) and after (solid).

    Controls may move `step`, `repetition`, `frequency`, `presence` and `shift`; what has no control is off, and
    the text stands at `step`. With `engines` a choice named "engine" says which tokens count; without it the whole text
    does. Shown are the tokens of largest probability, before or after. Logits outside `domain` stand at its edge. In `said`: {so_far}, {before},
    {after} (the likeliest token), {p_before}, {p_after} (its probability there), {distinct}, {others}, {tail} (the mass
    of the tokens not shown).
    """
    rules = counting(text)
    everything = {"repetition": 0, "frequency": 0, "window": len(text.text)}
    controls = list(controls)
    if engines:
        controls.insert(
            0,
            choice_control(
                "engine", say("control.engine"), say("control.engine.help"), {e: engine_name(e) for e in engines}
            ),
        )
    tokens, positions, steps = len(text.words), len(text.text), len(text.logits)
    words = [visible(word) for word in text.words]
    data = [
        alt.param(name="text", value=list(text.text)),
        alt.param(name="logits", value=text.logits.tolist()),
        alt.param(name="rest", value=[-1e9 if r == -np.inf else float(r) for r in text.rest]),
        alt.param(name="words", value=words),
        alt.param(name="told", value=[text.so_far(i) for i in range(steps)]),
        alt.param(name="rules", value={**rules, "all": everything}),
    ]
    fixed = {**OFF, "step": step} | ({} if engines else {"engine": "all"})
    now = [alt.param(name="rule", expr="rules[engine]"), alt.param(name="end", expr=f"{text.given} + step")]
    seen = "(text[datum.j] == datum.i && datum.j < end && datum.j >= end - rule.window && datum.j >= rule.{0} ? 1 : 0)"
    place = alt.Y(
        "i:O",
        title=None,
        sort=alt.EncodingSortField("u", op="max", order="descending"),
        axis=alt.Axis(ticks=False, domain=False, labelLimit=110, labelExpr="words[datum.value]"),
    )
    scale = {
        "scale": alt.Scale(domain=list(domain), clamp=True, nice=False),
        "title": say("axis.logit"),
        "axis": alt.Axis(tickCount=6),
    }
    ink, kept, moved = theme.colour("ink"), theme.colour("kept"), theme.colour("cut")
    base = alt.Chart()
    zero = base.mark_rule(stroke=ink, strokeDash=[2, 2]).encode(x=alt.datum(0, **scale))
    path = base.mark_rule(stroke=moved, strokeWidth=3).encode(y=place, x=alt.X("u:Q", **scale), x2="v:Q")
    before = base.mark_point(filled=False, stroke=theme.colour("tail"), strokeWidth=2, size=110).encode(
        y=place, x=alt.X("u:Q", **scale)
    )
    after = base.mark_point(filled=True, fill=kept, size=90, opacity=1).encode(y=place, x=alt.X("v:Q", **scale))
    label = base.mark_text(align="left", dx=10).encode(y=place, x=alt.X("beside:Q", **scale), text="label:N")
    room = f"width * datum.right / {domain[0] - domain[1]}"  # from the marks to the zero on their right, in pixels
    chart = (
        alt.layer(zero, path, before, after, label, data=alt.sequence(tokens * positions, as_="n"))
        .properties(height=alt.Step(BAR), width="container")
        .transform_calculate(i=f"floor(datum.n / {positions})", j=f"datum.n % {positions}")
        .transform_calculate(r=seen.format("repetition"), f=seen.format("frequency"))
        .transform_aggregate(count_r="sum(r)", count="sum(f)", groupby=["i"])
        .transform_calculate(u="logits[step][datum.i] + shift", many="max(datum.count, datum.count_r)")
        .transform_calculate(
            divided="datum.count_r > 0 ? (datum.u > 0 ? datum.u / repetition : datum.u * repetition) : datum.u"
        )
        .transform_calculate(
            v="datum.divided - frequency * datum.count - (datum.count > 0 ? presence : 0)", lump="rest[step] + shift"
        )
        .transform_joinaggregate(u_max="max(u)", v_max="max(v)")
        .transform_calculate(
            u_top="max(datum.u_max, datum.lump)", v_top="max(datum.v_max, datum.lump)", once="datum.many > 0 ? 1 : 0"
        )
        .transform_calculate(e_u="exp(datum.u - datum.u_top)", e_v="exp(datum.v - datum.v_top)")
        .transform_joinaggregate(sum_u="sum(e_u)", sum_v="sum(e_v)", distinct="sum(once)")
        .transform_calculate(
            p_raw="datum.e_u / (datum.sum_u + exp(datum.lump - datum.u_top))",
            p="datum.e_v / (datum.sum_v + exp(datum.lump - datum.v_top))",
            first_u=f"datum.u == datum.u_max ? datum.i : {tokens}",
            first_v=f"datum.v == datum.v_max ? datum.i : {tokens}",
        )
        .transform_calculate(most="max(datum.p_raw, datum.p)")
        .transform_joinaggregate(best_u="min(first_u)", best_v="min(first_v)", p_before="max(p_raw)", p_after="max(p)")
        .transform_window(
            [alt.WindowFieldDef(op="row_number", **{"as": "rank"})], sort=[alt.SortField("most", order="descending")]
        )
        .transform_filter(f"datum.rank <= {shown}")
        .transform_joinaggregate(sum_shown="sum(p)")
        .transform_calculate(
            token="words[datum.i]",
            before="words[datum.best_u]",
            after="words[datum.best_v]",
            so_far="told[step]",
            tail="1 - datum.sum_shown",
            others=f"{tokens + text.others - min(shown, tokens)}",
            right="max(datum.u, datum.v)",
            label=f"{written('p')} + (datum.many > 0 ? '  ×' + datum.many : '')",
        )
        .transform_calculate(beside=f"datum.right < 0 && {room} < 72 ? 0 : datum.right")
        .add_params(*data, *parameters(controls, fixed), *now)
    )
    rows = _first_rows(
        text, {**fixed, **{control.name: control.value for control in controls}}, rules | {"all": everything}, shown
    )
    return Figure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=say("alt.penalties", what=", ".join(f"{row[0]} {row[2]} → {row[3]}" for row in rows)),
        columns=[
            Column("token", say("column.token")),
            Column("many", say("column.times"), "0"),
            Column("u", say("column.logit"), "3"),
            Column("v", say("column.penalised"), "3"),
            Column("p_raw", t(pt="prob. antes", en="prob. before"), "%2"),
            Column("p", t(pt="prob. depois", en="prob. after"), "%2"),
        ],
        rows=rows,
    )


def penalised_logits(text: Growth, start: dict, rule: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, logits and penalised logits of the named tokens (named,) at one setting of the controls, by `core`."""
    from core import frequency_penalty, presence_penalty, repetition_penalty

    end = text.given + start["step"]
    first = max(end - rule["window"], 0)
    for_r, for_f = (text.text[max(first, rule[name]) : end] for name in ("repetition", "frequency"))
    u = text.logits[start["step"]] + start["shift"]
    v = presence_penalty(
        frequency_penalty(repetition_penalty(u, start["repetition"], for_r), start["frequency"], for_f),
        start["presence"],
        for_f,
    )
    seen = np.arange(len(text.words))[:, None]
    return np.maximum((seen == np.array(for_r, int)).sum(1), (seen == np.array(for_f, int)).sum(1)), u, v.numpy()


def _first_rows(text: Growth, start: dict, rules: dict, shown: int) -> list[list[str]]:
    """The table as first drawn, computed by `core`."""
    from core import softmax

    many, u, v = penalised_logits(text, start, rules[start["engine"]])
    rest = text.rest[start["step"]] + start["shift"]
    p_raw, p = (softmax([*row, rest])[:-1].numpy() for row in (u, v))
    best = sorted(np.argsort(-np.maximum(p_raw, p), kind="stable")[:shown])
    return [
        [
            visible(text.words[i]),
            number(int(many[i])),
            number(u[i], 3),
            number(v[i], 3),
            percent(p_raw[i], 2),
            percent(p[i], 2),
        ]
        for i in best
    ]
