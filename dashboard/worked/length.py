"""The expected length under a token limit, step by step."""

import math
from collections.abc import Sequence

from core.course.lengths import expected_length, survival
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations, total_of


def length_by_hand(id: str, title: str, cases: Sequence[tuple[float, int]]) -> Derivation:
    """E[min(T, L)] as a sum of survivals and by the closed form, one case per (q, L)."""
    return Derivation(id, title, [Case(f"q = {short(end)}, L = {limit}", _steps(end, limit)) for end, limit in cases])


def _steps(end: float, limit: int) -> list[Step]:
    going = [(1 - end) ** k for k in range(limit)]
    left = (1 - end) ** limit
    mean = math.fsum(going)
    assert abs(mean - expected_length(end, limit)) < 1e-12 and abs(left - survival(end, limit)) < 1e-12
    q, rest = short(end, tex=True), short(1 - end, tex=True)
    return [
        Step(
            t(pt="A probabilidade de chegar a mais um passo", en="The probability of reaching one more step"),
            equations(
                [f"P(T > {k})" for k in range(limit)],
                [f"{rest}^{{{k}}}" for k in range(limit)],
                [digits(s) for s in going],
            ),
        ),
        Step(
            t(pt="Some: cada passo alcançado é um token", en="Add up: each step reached is a token"),
            total_of([digits(s) for s in going], digits(mean), r"E[\min(T, L)]"),
        ),
        Step(
            t(pt="A fórmula fechada dá o mesmo", en="The closed form gives the same"),
            rf"\frac{{1 - {rest}^{{{limit}}}}}{{{q}}} = \frac{{{digits(1 - left)}}}{{{q}}} = {digits((1 - left) / end)}",
        ),
        Step(
            t(pt="E a parte dos textos que bate no limite", en="And the share of the texts that hits the limit"),
            rf"P(T > {limit}) = {rest}^{{{limit}}} = {digits(left)}",
        ),
    ]
