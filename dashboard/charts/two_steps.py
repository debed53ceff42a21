"""A text of two tokens with a temperature for each: the distribution over the whole texts."""

from collections.abc import Sequence
from functools import cache

import altair as alt

from dashboard.blocks import Column, Figure, Input, Stops
from dashboard.charts.frame import (
    BAR,
    STOPS,
    Sets,
    bars,
    figure,
    oracle,
    share_axis,
    stops_control,
    temperature_control,
    token_axis,
)
from dashboard.language import say, t


@oracle("twoSteps")
def _rows(data: dict, settings: dict) -> Sets:
    given, taus = (data["first_logits"], data["second_logits"]), (settings["first"], settings["second"])
    nearest, distance = nearest_constant(*given, *taus)
    p, q, model = (texts_of_two(*given, *pair) for pair in (taus, (nearest, nearest), (1.0, 1.0)))
    winner = data["texts"][next(i for i, x in enumerate(p) if x >= max(p) - 1e-12)]
    sums = {"tau_1": taus[0], "tau_2": taus[1], "nearest": nearest, "distance": distance, "winner": winner}
    table = zip(data["texts"], p, q, model, strict=True)
    return {"rows": [{"text": text, "p": a, "q": b, "p_model": c, "end": max(a, b), **sums} for text, a, b, c in table]}


def two_steps(
    id: str,
    title: str,
    texts: Sequence[str],
    first: Sequence[float],
    second: Sequence[Sequence[float]],
    controls: Sequence[Input],
    *,
    said: str,
    caption: str = "",
) -> Figure:
    """The distribution over whole texts of two tokens, with a temperature for each step, live.

    Two tokens with logits `first` (2,), and after each of them two tokens with logits `second` (2, 2); `texts` are the
    four wholes. The dashed bars are those of the constant temperature, among the stops of the slider, that is nearest in
    total variation. In `said`: {tau_1}, {tau_2}, {nearest}, {distance}, {winner}.
    """
    data = {"texts": list(texts), "first_logits": list(first), "second_logits": [list(row) for row in second],
            "taus": temperature_control().values}  # fmt: skip
    picture = bars(token_axis("text:N"), share_axis(say("axis.probability")), hollow="q")
    columns = [
        Column("text", t(pt="texto", en="text")),
        Column("p", t(pt="com τ₁ e τ₂", en="with τ₁ and τ₂"), "%2"),
        Column("q", t(pt="constante mais próxima", en="nearest constant"), "%2"),
        Column("p_model", say("column.raw"), "%2"),
    ]
    return figure(
        "twoSteps", id, title, data, controls, picture.properties(height=alt.Step(BAR + 6), width="container"), columns,
        said=said, caption=caption, alt=say("alt.distribution", what="[{text} {p|%2}]"), labels={"label": "{p|%~}"},
    )  # fmt: skip


def texts_of_two(first: Sequence[float], second: Sequence[Sequence[float]], tau_1: float, tau_2: float) -> list[float]:
    """The probability of each of the four texts of two tokens, τ₁ at the first and τ₂ at the second, by `core`."""
    from core import softmax

    start = softmax(first, tau_1).tolist()
    return [start[i] * p for i, after in enumerate(second) for p in softmax(after, tau_2).tolist()]


def nearest_constant(
    first: Sequence[float], second: Sequence[Sequence[float]], tau_1: float, tau_2: float
) -> tuple[float, float]:
    """The stop of the slider whose constant temperature is nearest in total variation, and that distance."""
    right = texts_of_two(first, second, tau_1, tau_2)
    constants = _constants(tuple(first), tuple(map(tuple, second)))
    distance = {tau: sum(abs(p - q) for p, q in zip(right, one, strict=True)) / 2 for tau, one in constants.items()}
    least = min(distance.values())
    return next(tau for tau in STOPS if distance[tau] <= least + 1e-12), least


@cache
def _constants(first: tuple[float, ...], second: tuple[tuple[float, ...], ...]) -> dict[float, list[float]]:
    """The four texts at each constant temperature: the same wherever the two sliders stand."""
    return {tau: texts_of_two(first, second, tau, tau) for tau in STOPS}


def step_control(name: str, label: str, help: str, value: float) -> Stops:
    """A τ slider over STOPS for one of the two steps: "first" or "second"."""
    return stops_control(name, label, help, value, STOPS)
