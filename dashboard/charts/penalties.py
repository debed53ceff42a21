"""Penalties on the axis of the logits: where each token stood, how often it has come, and where it stands now.

The repetition penalty moves a token towards or away from 0, which is a line of the chart; presence moves it one step to
the left, frequency one step per occurrence.
"""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure, Input, Range
from dashboard.charts.frame import BAR, Sets, choice_control, figure, oracle, rows, token_axis
from dashboard.charts.vocabulary import visible
from dashboard.language import say, t
from dashboard.recorded.growing import Growth
from dashboard.words import engine_name


def penalty_controls(
    steps: int, step: int, repetition: float = 1, frequency: float = 0, presence: float = 0
) -> list[Input]:
    """How far the text has come, and the three penalties."""
    subtracted = {"minimum": -2, "maximum": 2, "step": 0.1, "digits": 1}
    return [
        Range("step", say("control.step"), say("control.step.help"), step, maximum=steps),
        Range("repetition", say("control.repetition"), say("control.repetition.help"), repetition, 0.5, 2, 0.05, 2),
        Range("frequency", say("control.frequency"), say("control.frequency.help"), frequency, **subtracted),
        Range("presence", say("control.presence"), say("control.presence.help"), presence, **subtracted),
    ]


def shift_control(value: float = 0, most: float = 10) -> Range:
    """A constant added to every logit before anything else."""
    return Range("shift", say("control.shift"), say("control.shift.help"), value, -most, most, 0.5, 1)


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


@oracle("penalties")
def _rows(data: dict, settings: dict) -> Sets:
    from core import softmax  # torch: imported when a lesson runs, not before

    step = settings.get("step", data["step"])
    many, u, v = penalised_logits(data, step, settings)
    rest = data["rest"][step] + settings.get("shift", 0)
    p_raw, p = (softmax([*row, rest])[:-1].numpy() for row in (u, v))
    shown = np.argsort(-np.maximum(p_raw, p), kind="stable")[: data["shown"]]
    sums = {
        "so_far": data["so_far"][step],
        "before": data["words"][int(u.argmax())],
        "after": data["words"][int(v.argmax())],
        "p_before": float(p_raw.max()),
        "p_after": float(p.max()),
        "distinct": int((many > 0).sum()),
        "others": len(u) + data["others"] - len(shown),
        "tail": 1 - float(p[shown].sum()),
    }
    return {
        "rows": [
            {"token": data["words"][i], "many": int(many[i]), "times": f"  ×{many[i]}" if many[i] else "", "u": float(u[i]),
             "v": float(v[i]), "right": float(max(u[i], v[i])), "p_raw": float(p_raw[i]), "p": float(p[i]), **sums}
            for i in sorted(shown, key=lambda i: (-u[i], i))
        ],
    }  # fmt: skip


def penalised_logits(data: dict, step: int, settings: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts, logits and penalised logits of the named tokens (named,) at one setting of the controls, by `core`."""
    from core import frequency_penalty, presence_penalty, repetition_penalty

    rule, end = data["rules"][settings.get("engine", "all")], data["given"] + step
    first = max(end - rule["window"], 0)
    for_r, for_f = (data["text"][max(first, rule[name]) : end] for name in ("repetition", "frequency"))
    u = np.array(data["logits"][step]) + settings.get("shift", 0)
    v = repetition_penalty(u, settings.get("repetition", 1), for_r)
    v = presence_penalty(frequency_penalty(v, settings.get("frequency", 0), for_f), settings.get("presence", 0), for_f)
    seen = np.arange(len(u))[:, None]
    return np.maximum((seen == np.array(for_r, int)).sum(1), (seen == np.array(for_f, int)).sum(1)), u, v.numpy()


def penalties(
    id: str,
    title: str,
    text: Growth,
    controls: Sequence[Input],
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
    does. Shown are the tokens of largest probability, before or after. Logits outside `domain` stand at its edge. In
    `said`: {so_far}, {before}, {after} (the likeliest token), {p_before}, {p_after} (its probability there), {distinct},
    {others}, {tail} (the mass of the tokens not shown).
    """
    asked = {engine: engine_name(engine) for engine in engines}
    choice = [choice_control("engine", say("control.engine"), say("control.engine.help"), asked)] if engines else []
    data = {
        "text": list(text.text),
        "given": text.given,
        "logits": text.logits.tolist(),
        "rest": [-1e9 if r == -np.inf else float(r) for r in text.rest],
        "words": [visible(word) for word in text.words],
        "so_far": [text.so_far(i) for i in range(len(text.logits))],
        "rules": {**counting(text), "all": {"repetition": 0, "frequency": 0, "window": len(text.text)}},
        "others": text.others,
        "step": step,
        "shown": shown,
    }
    return figure(
        "penalties",
        id,
        title,
        data,
        [*choice, *controls],
        _picture(domain),
        [
            Column("token", say("column.token")),
            Column("many", say("column.times"), "0"),
            Column("u", say("column.logit"), "3"),
            Column("v", say("column.penalised"), "3"),
            Column("p_raw", t(pt="prob. antes", en="prob. before"), "%2"),
            Column("p", t(pt="prob. depois", en="prob. after"), "%2"),
        ],
        said=said,
        caption=caption,
        alt=say("alt.penalties", what="[{token} {u|3} → {v|3}]"),
        labels={"label": "{p|%~}{times}"},
    )


def _picture(domain: tuple[float, float]) -> alt.LayerChart:
    axis = {
        "scale": alt.Scale(domain=list(domain), clamp=True, nice=False),
        "title": say("axis.logit"),
        "axis": alt.Axis(tickCount=6),
    }
    y, base, moved = token_axis(limit=110), rows(), theme.colour("cut")
    u, v, right = (alt.X(f"{field}:Q", **axis) for field in ("u", "v", "right"))
    zero = base.mark_rule(stroke=theme.colour("ink"), strokeDash=[2, 2]).encode(x=alt.datum(0, **axis))
    path = base.mark_rule(stroke=moved, strokeWidth=3).encode(y=y, x=u, x2="v:Q")
    before = base.mark_point(filled=False, stroke=theme.colour("tail"), strokeWidth=2, size=110).encode(y=y, x=u)
    after = base.mark_point(filled=True, fill=theme.colour("kept"), size=90, opacity=1).encode(y=y, x=v)
    room = f"width * datum.right / {domain[0] - domain[1]}"  # from the marks to the zero on their right, in pixels
    beside = alt.ExprRef(f"10 + (datum.right < 0 && {room} < 72 ? {room} : 0)")
    label = base.mark_text(align="left", dx=beside).encode(y=y, x=right, text="label:N")
    return alt.layer(zero, path, before, after, label).properties(height=alt.Step(BAR), width="container")
