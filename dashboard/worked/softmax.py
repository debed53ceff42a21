"""softmax(u/τ), step by step."""

import math
from collections.abc import Sequence

from core import softmax
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import say, short
from dashboard.worked.lines import digits, equations, probability, total_of


def softmax_by_hand(id: str, title: str, logits: Sequence[float], temperatures: Sequence[float]) -> Derivation:
    """softmax(u/τ) in four steps and a check, one case per temperature (the temperature lesson's examples)."""
    return Derivation(id, title, [Case(f"τ = {short(tau)}", _softmax_steps(logits, tau)) for tau in temperatures])


def _softmax_steps(logits: Sequence[float], tau: float) -> list[Step]:
    scaled = [u / tau for u in logits]
    exponentials = [math.exp(s) for s in scaled]
    total = math.fsum(exponentials)
    quotients = [e / total for e in exponentials]
    assert max(abs(a - b) for a, b in zip(quotients, softmax(logits, tau).tolist(), strict=True)) < 1e-12
    index = range(1, len(logits) + 1)
    s = [short(v, tex=True) for v in scaled]
    below = (
        "Z" if total > 1e6 else digits(total)
    )  # of long numbers the line above tells: a phone and a projector have no room
    divided = [rf"\frac{{{short(u, tex=True)}}}{{{short(tau, tex=True)}}}" for u in logits]
    return [
        Step(say("step.scaled"), equations([f"u_{i}/\\tau" for i in index], divided, s)),
        Step(say("step.exponentials"), equations([f"e^{{{v}}}" for v in s], [digits(e) for e in exponentials])),
        Step(say("step.sum"), total_of([digits(e) for e in exponentials], digits(total))),
        Step(
            say("step.quotients"),
            equations(
                [f"p_{i}" for i in index],
                [
                    rf"\frac{{{digits(e)}}}{{{below}}} = {probability(p)}"
                    for e, p in zip(exponentials, quotients, strict=True)
                ],
            ),
        ),
        Step(say("step.check"), rf"\sum_i p_i = {digits(math.fsum(quotients))}"),
    ]
