"""A temperature that moves: what a rule does at each step of a real text, and to a text of two steps as a whole."""

from collections.abc import Sequence
from math import log

import altair as alt

from dashboard import theme
from dashboard.blocks import Column, Control, Figure
from dashboard.charts.frame import BAR, choice_control, finished, parameters
from dashboard.charts.vocabulary import visible
from dashboard.language import number, percent, say, t
from dashboard.recorded.real_texts import LogitsAtStep

EDT_BASE = 0.8
DIVIDED = "({1} == 0 ? ({0} == 0 ? 0 : -1/0) : {0} / {1})"  # (u − max u)/τ, and its limit at τ = 0
WIDEST = 3.6  # where the axis of τ ends: the highest temperature of the sliders, and room for a label

TAU = {
    "entropy": "datum.low + (datum.high - datum.low) * pow(datum.share, exponent)",
    "edt": f"temp * pow({EDT_BASE}, exponent / datum.H)",
    "linear": "datum.high + (datum.low - datum.high) * datum.x",
    "cosine": "datum.high + (datum.low - datum.high) * (1 - cos(PI * datum.x)) / 2",
}


def rules() -> dict[str, str]:
    """The names of the rules in the reader's language."""
    return {
        "entropy": t(pt="pela entropia (dynatemp)", en="by entropy (dynatemp)"),
        "edt": t(pt="pela entropia (EDT)", en="by entropy (EDT)"),
        "linear": t(pt="cronograma linear, do quente ao frio", en="linear schedule, hot to cold"),
        "cosine": t(pt="cronograma em cosseno, do quente ao frio", en="cosine schedule, hot to cold"),
    }


def over_text(id: str, title: str, steps: Sequence[LogitsAtStep], *, said: str, caption: str = "") -> Figure:
    """τ at each step of a real text under a rule, and how many effective choices that leaves.

    The rules: `core.dynamic_temperature` (low = max(0, temp − range), high = temp + range), EDT (τ = temp·0.8^(θ/H), θ in
    the exponent's place), and `core.Schedule` from high to low. In `said`: {coldest}, {hottest}, {mean}, {low}, {high}.
    """
    controls = [
        choice_control(
            "rule",
            t(pt="Regra", en="Rule"),
            t(pt="O que escolhe τ a cada passo.", en="What picks τ at each step."),
            rules(),
        ),
        Control(
            "temp",
            t(pt="Temperatura central (temp)", en="Central temperature (temp)"),
            t(pt="O meio da faixa; na EDT, o teto T₀.", en="The middle of the range; for EDT, the ceiling T₀."),
            "range",
            1.0,
            minimum=0.1,
            maximum=1.5,
            step=0.1,
            digits=1,
        ),
        Control(
            "spread",
            t(pt="Alcance (range)", en="Range"),
            t(
                pt="A faixa vai de temp − range, nunca abaixo de 0, a temp + range. A EDT não usa.",
                en="The temperatures run from temp − range, never below 0, to temp + range. EDT does not use it.",
            ),
            "range",
            0.5,
            maximum=1,
            step=0.1,
            digits=1,
        ),
        Control(
            "exponent",
            t(pt="Expoente", en="Exponent"),
            t(
                pt="Potência a que se eleva a fração da entropia; na EDT, faz o papel de θ. Os cronogramas não usam.",
                en="The power to which the share of the entropy is raised; for EDT it plays the part of θ. The schedules do not use it.",
            ),
            "range",
            1,
            minimum=0.25,
            maximum=3,
            step=0.25,
            digits=2,
        ),
    ]
    given = {
        "below": [one.below.tolist() for one in steps],
        "counts": [one.counts.tolist() for one in steps],
        "words": [visible(one.token) for one in steps],
        "drawn": [one.drawn / 100 for one in steps],
    }
    tau = "{" + ", ".join(f"{name}: {formula}" for name, formula in TAU.items()) + "}[rule]"
    base = (
        alt.Chart(alt.sequence(len(steps), as_="t"), height=alt.Step(BAR), width="container")
        .transform_calculate(hundredths="below[datum.t]", n="counts[datum.t]")
        .transform_flatten(["hundredths", "n"])
        .transform_calculate(d="datum.hundredths / 100")
        .transform_calculate(e="datum.n * exp(datum.d)")
        .transform_joinaggregate(Z="sum(e)", groupby=["t"])
        .transform_calculate(h="datum.e / datum.Z * (log(datum.Z) - datum.d)")
        .transform_joinaggregate(H="sum(h)", V="sum(n)", groupby=["t"])
        .transform_calculate(
            share="min(1, datum.H / log(datum.V))",
            low="max(0, temp - spread)",
            high="temp + spread",
            x=f"datum.t / {len(steps) - 1}",
        )
        .transform_calculate(tau=tau)
        .transform_calculate(z=DIVIDED.format("datum.d", "datum.tau"))
        .transform_calculate(w="datum.n * exp(datum.z)")
        .transform_joinaggregate(Z_tau="sum(w)", groupby=["t"])
        .transform_calculate(h_tau="datum.w > 0 ? datum.w / datum.Z_tau * (log(datum.Z_tau) - datum.z) : 0")
        .transform_aggregate(
            H="min(H)",
            H_tau="sum(h_tau)",
            tau="min(tau)",
            Z="min(Z)",
            Z_tau="min(Z_tau)",
            low="min(low)",
            high="min(high)",
            groupby=["t"],
        )
        .transform_joinaggregate(coldest="min(tau)", hottest="max(tau)", mean="mean(tau)")
        .transform_calculate(
            token="words[datum.t]", before="exp(datum.H)", after="exp(datum.H_tau)", d="drawn[datum.t]"
        )
        .transform_calculate(
            p_raw="exp(datum.d) / datum.Z", p=f"exp({DIVIDED.format('datum.d', 'datum.tau')}) / datum.Z_tau"
        )
    )
    y = alt.Y(
        "t:O", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=110, labelExpr="words[datum.value]")
    )
    x = {
        "title": t(pt="temperatura τ do passo", en="temperature τ of the step"),
        "scale": alt.Scale(domain=[0, WIDEST], nice=False),
        "axis": alt.Axis(
            values=[0, 0.5, 1, 1.5, 2, 2.5], format=".1f", labelExpr="width < 340 && datum.value % 1 ? '' : datum.label"
        ),
    }
    bars = base.mark_bar(fill=theme.colour("kept"), height=16, cornerRadiusEnd=2).encode(y=y, x=alt.X("tau:Q", **x))
    many = "format(datum.{0}, datum.{0} < 10 ? '.1f' : ',.0f')"
    label = (
        base.mark_text(align="left", dx=8)
        .transform_calculate(label=f"(width < 340 ? '' : {many.format('before')}) + ' → ' + {many.format('after')}")
        .transform_calculate(beyond="max(datum.tau, temp)")  # past the bar and past the dashed line
        .encode(y=y, x=alt.X("beyond:Q", **x), text="label:N")
    )
    centre = (
        base.mark_rule(stroke=theme.colour("tail"), strokeDash=[3, 2])
        .transform_calculate(centre="temp")
        .encode(x=alt.X("centre:Q", **x))
    )
    params = [alt.param(name=name, value=value) for name, value in given.items()]
    chart = alt.layer(centre, bars, label).add_params(*params, *parameters(controls))
    rows = [_text_row(one) for one in steps]
    told = "; ".join(f"{row[0]} {row[3]}" for row in rows)
    return Figure(
        id=id,
        title=title,
        spec=finished(chart),
        controls=controls,
        said=said,
        caption=caption,
        alt=t(
            pt=f"Barras horizontais com a temperatura de cada passo de um texto: {told}.",
            en=f"Horizontal bars with the temperature of each step of a text: {told}.",
        ),
        columns=[
            Column("token", say("column.token")),
            Column("before", t(pt="opções efetivas, τ = 1", en="effective choices, τ = 1"), "2"),
            Column("p_raw", t(pt="probabilidade do token, τ = 1", en="the token's probability, τ = 1"), "%2"),
            Column("tau", say("column.temperature"), "3"),
            Column("after", t(pt="opções efetivas com a regra", en="effective choices under the rule"), "2"),
            Column("p", t(pt="probabilidade com a regra", en="probability under the rule"), "%2"),
        ],
        rows=rows,
    )


def _text_row(one: LogitsAtStep) -> list[str]:
    """A row of the table of `over_text` as first drawn, computed by `core`."""
    from core import dynamic_temperature, effective_choices, softmax  # torch: imported when a lesson runs, not before

    logits = one.logits
    place = (logits == one.drawn / 100).argmax()
    raw, after = softmax(logits), softmax(dynamic_temperature(logits, 0.5, 1.5))
    tau = 0.5 + (log(effective_choices(raw)) / log(len(logits)))
    return [
        visible(one.token),
        number(effective_choices(raw), 2),
        percent(raw[place], 2),
        number(tau, 3),
        number(effective_choices(after), 2),
        percent(after[place], 2),
    ]
