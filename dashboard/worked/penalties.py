"""Penalties on a handful of tokens, step by step."""

import math
from collections.abc import Sequence

from core import frequency_penalty, presence_penalty, repetition_penalty, softmax
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import say, short, t
from dashboard.worked.lines import digits, equations, probability, total_of

LABELS = {
    "repetition": lambda x: t(pt=f"repetição, θ = {short(x)}", en=f"repetition, θ = {short(x)}"),
    "frequency": lambda x: t(pt=f"frequência {short(x)}", en=f"frequency {short(x)}"),
    "presence": lambda x: t(pt=f"presença {short(x)}", en=f"presence {short(x)}"),
}
APPLY = {"repetition": repetition_penalty, "frequency": frequency_penalty, "presence": presence_penalty}


def penalties_by_hand(
    id: str, title: str, logits: Sequence[float], counts: Sequence[int], cases: dict[str, float]
) -> Derivation:
    """One penalty at a time over the same logits and counts: count, move the logits, softmax."""
    return Derivation(id, title, [Case(LABELS[kind](x), _steps(kind, x, logits, counts)) for kind, x in cases.items()])


def _steps(kind: str, x: float, logits: Sequence[float], counts: Sequence[int]) -> list[Step]:
    ids = [i for i, count in enumerate(counts) for _ in range(count)]
    moved = [_moved(kind, x, u, c) for u, c in zip(logits, counts, strict=True)]
    exponentials = [math.exp(v) for v in moved]
    total = math.fsum(exponentials)
    quotients = [e / total for e in exponentials]
    right = softmax(APPLY[kind](logits, x, ids)).tolist()
    assert max(abs(a - b) for a, b in zip(quotients, right, strict=True)) < 1e-12
    index = range(1, len(logits) + 1)
    return [
        Step(
            t(pt="Conte quantas vezes cada token apareceu", en="Count how often each token has appeared"),
            equations([f"n_{i}" for i in index], [str(c) for c in counts]),
        ),
        Step(
            t(pt="Mova o logit de cada token que apareceu", en="Move the logit of each token that has appeared"),
            equations(
                [f"u'_{i}" for i in index], [_written(kind, x, u, c) for u, c in zip(logits, counts, strict=True)]
            ),
        ),
        Step(
            say("step.exponentials"),
            equations([f"e^{{{short(v, tex=True)}}}" for v in moved], [digits(e) for e in exponentials]),
        ),
        Step(say("step.sum"), total_of([digits(e) for e in exponentials], digits(total))),
        Step(
            say("step.quotients"),
            equations(
                [f"p_{i}" for i in index],
                [rf"\frac{{{digits(e)}}}{{{digits(total)}}}" for e in exponentials],
                [probability(p) for p in quotients],
            ),
        ),
        Step(say("step.check"), rf"\sum_i p_i = {digits(math.fsum(quotients))}"),
    ]


def _moved(kind: str, x: float, u: float, count: int) -> float:
    if kind == "repetition":
        return u if not count else u / x if u > 0 else u * x
    return u - x * (count if kind == "frequency" else min(count, 1))


def _written(kind: str, x: float, u: float, count: int) -> str:
    shown, by, moved = short(u, tex=True), short(x, tex=True), short(_moved(kind, x, u, count), tex=True)
    if not count:
        return shown
    if kind == "repetition":
        return rf"\frac{{{shown}}}{{{by}}} = {moved}" if u > 0 else rf"{shown} \times {by} = {moved}"
    return rf"{shown} - {by} \times {count} = {moved}" if kind == "frequency" else rf"{shown} - {by} = {moved}"
