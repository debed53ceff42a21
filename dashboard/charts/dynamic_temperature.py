"""A temperature that moves: what a rule does at each step of a real text, and to a text of two steps as a whole."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from dashboard import theme
from dashboard.blocks import Column, Figure, Input, Range
from dashboard.charts.frame import BAR, Sets, choice_control, figure, oracle, position_axis, rows
from dashboard.charts.vocabulary import visible
from dashboard.language import say, t
from dashboard.recorded.real_texts import LogitsAtStep

EDT_BASE = 0.8
WIDEST = 3.6  # where the axis of τ ends: the highest temperature of the sliders, and room for a label


def rules() -> dict[str, str]:
    """The names of the rules in the reader's language."""
    return {
        "entropy": t(pt="pela entropia (dynatemp)", en="by entropy (dynatemp)"),
        "edt": t(pt="pela entropia (EDT)", en="by entropy (EDT)"),
        "linear": t(pt="cronograma linear, do quente ao frio", en="linear schedule, hot to cold"),
        "cosine": t(pt="cronograma em cosseno, do quente ao frio", en="cosine schedule, hot to cold"),
    }


def _temperature(rule: str, logits, step: int, steps: int, temp: float, spread: float, exponent: float) -> float:
    """τ of one step of a text of `steps` + 1."""
    from core import Schedule, entropy, softmax  # torch: imported when a lesson runs, not before
    from core.schedules import entropy_temperature

    low, high = max(0.0, temp - spread), temp + spread
    if rule == "entropy":
        return entropy_temperature(logits, low, high, exponent).item()
    if rule == "edt":
        return temp * EDT_BASE ** (exponent / entropy(softmax(logits), "nats").item())
    return Schedule(high, low, steps, rule).at(step)


@oracle("overText")
def _rows(data: dict, settings: dict) -> Sets:
    from core import effective_choices, softmax

    rule, temp, spread, exponent = (settings[name] for name in ("rule", "temp", "spread", "exponent"))
    found = []
    for step, (token, below, counts, drawn) in enumerate(
        zip(*(data[x] for x in ("words", "below", "counts", "drawn")), strict=True)
    ):
        logits = np.repeat(np.array(below) / 100, counts)
        place = int((logits == drawn).argmax())
        tau = _temperature(rule, logits, step, len(data["words"]) - 1, temp, spread, exponent)
        raw, after = softmax(logits), softmax(logits, tau)
        found.append(
            {"t": step, "token": token, "before": effective_choices(raw).item(), "p_raw": raw[place].item(), "tau": tau,
             "after": effective_choices(after).item(), "p": after[place].item(), "beyond": max(tau, temp)}
        )  # fmt: skip
    taus = [row["tau"] for row in found]
    sums = {"low": max(0.0, temp - spread), "high": temp + spread, "coldest": min(taus), "hottest": max(taus),
            "mean": sum(taus) / len(taus)}  # fmt: skip
    return {"rows": [row | sums for row in found], "centre": [{"temp": temp}]}


def _controls() -> list[Input]:
    spread_help = t(
        pt="A faixa vai de temp − range, nunca abaixo de 0, a temp + range. A EDT não usa.",
        en="The temperatures run from temp − range, never below 0, to temp + range. EDT does not use it.",
    )
    exponent_help = t(
        pt="Potência a que se eleva a fração da entropia; na EDT, faz o papel de θ. Os cronogramas não usam.",
        en="The power to which the share of the entropy is raised; for EDT it plays the part of θ. The schedules do not use it.",
    )
    return [
        choice_control("rule", t(pt="Regra", en="Rule"), t(pt="O que escolhe τ a cada passo.", en="What picks τ at each step."), rules()),
        Range("temp", t(pt="Temperatura central (temp)", en="Central temperature (temp)"),
              t(pt="O meio da faixa; na EDT, o teto T₀.", en="The middle of the range; for EDT, the ceiling T₀."), 1.0, 0.1, 1.5, 0.1, 1),
        Range("spread", t(pt="Alcance (range)", en="Range"), spread_help, 0.5, 0, 1, 0.1, 1),
        Range("exponent", t(pt="Expoente", en="Exponent"), exponent_help, 1, 0.25, 3, 0.25, 2),
    ]  # fmt: skip


def over_text(id: str, title: str, steps: Sequence[LogitsAtStep], *, said: str, caption: str = "") -> Figure:
    """τ at each step of a real text under a rule, and how many effective choices that leaves.

    The rules: `core.dynamic_temperature` (low = max(0, temp − range), high = temp + range), EDT (τ = temp·0.8^(θ/H), θ in
    the exponent's place), and `core.Schedule` from high to low. In `said`: {coldest}, {hottest}, {mean}, {low}, {high}.
    """
    data = {
        "below": [one.below.tolist() for one in steps],
        "counts": [one.counts.tolist() for one in steps],
        "words": [visible(one.token) for one in steps],
        "drawn": [one.drawn / 100 for one in steps],
    }
    return figure(
        "overText",
        id,
        title,
        data,
        _controls(),
        _picture(data["words"]),
        [
            Column("token", say("column.token")),
            Column("before", t(pt="opções efetivas, τ = 1", en="effective choices, τ = 1"), "2"),
            Column("p_raw", t(pt="probabilidade do token, τ = 1", en="the token's probability, τ = 1"), "%2"),
            Column("tau", say("column.temperature"), "3"),
            Column("after", t(pt="opções efetivas com a regra", en="effective choices under the rule"), "2"),
            Column("p", t(pt="probabilidade com a regra", en="probability under the rule"), "%2"),
        ],
        said=said,
        caption=caption,
        alt=t(
            pt="Barras horizontais com a temperatura de cada passo de um texto: [{token} {tau|3}].",
            en="Horizontal bars with the temperature of each step of a text: [{token} {tau|3}].",
        ),
        labels={"label": "{before|~} → {after|~}", "short": " → {after|~}"},
    )


def _picture(words: Sequence[str]) -> alt.LayerChart:
    axis = {
        "title": t(pt="temperatura τ do passo", en="temperature τ of the step"),
        "scale": alt.Scale(domain=[0, WIDEST], nice=False),
        "axis": alt.Axis(
            values=[0, 0.5, 1, 1.5, 2, 2.5], format=".1f", labelExpr="width < 340 && datum.value % 1 ? '' : datum.label"
        ),
    }
    y, base = position_axis("t", words), rows()
    bars = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("tau:Q", **axis))
    told = alt.condition("width < 340", alt.value(alt.ExprRef("datum.short")), alt.Text("label:N"))
    label = base.mark_text(align="left", dx=8).encode(y=y, x=alt.X("beyond:Q", **axis), text=told)
    centre = rows("centre").mark_rule(stroke=theme.colour("tail"), strokeDash=[3, 2]).encode(x=alt.X("temp:Q", **axis))
    return alt.layer(centre, bars, label).properties(height=alt.Step(BAR), width="container")
