"""A temperature read off the entropy, step by step."""

import math
from collections.abc import Sequence

from core import dynamic_temperature, entropy, softmax
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import say, short, t
from dashboard.worked.lines import digits, equations, probability, total_of


def dynamic_temperature_by_hand(
    id: str, title: str, cases: dict[str, Sequence[float]], low: float, high: float
) -> Derivation:
    """τ = low + (high − low)·H/ln V and the distribution it leaves, one case per row of logits (exponent 1)."""
    return Derivation(id, title, [Case(label, _steps(logits, low, high)) for label, logits in cases.items()])


def _steps(logits: Sequence[float], low: float, high: float) -> list[Step]:
    raw = softmax(logits).tolist()
    terms = [-p * math.log(p) for p in raw]
    nats = math.fsum(terms)
    most = math.log(len(logits))
    tau = low + (high - low) * nats / most
    after = [math.exp(u / tau) for u in logits]
    total = math.fsum(after)
    quotients = [e / total for e in after]
    right = softmax(dynamic_temperature(logits, low, high)).tolist()
    assert max(abs(a - b) for a, b in zip(quotients, right, strict=True)) < 1e-12
    assert abs(nats - entropy(raw, "nats").item()) < 1e-12
    index = range(1, len(logits) + 1)
    a, b = short(low, tex=True), short(high - low, tex=True)
    return [
        Step(
            t(pt="O softmax comum, τ = 1", en="The plain softmax, τ = 1"),
            equations([f"p_{i}" for i in index], [probability(p) for p in raw]),
        ),
        Step(
            t(pt="A entropia em nats: some −p ln p", en="The entropy in nats: add up −p ln p"),
            total_of([digits(x) for x in terms], digits(nats), "H"),
        ),
        Step(
            t(
                pt=f"Divida pela maior possível com {len(logits)} tokens",
                en=f"Divide by the largest with {len(logits)} tokens",
            ),
            rf"\frac{{H}}{{\ln {len(logits)}}} = \frac{{{digits(nats)}}}{{{digits(most)}}} = {digits(nats / most)}",
        ),
        Step(
            t(pt="Ponha na faixa de temperaturas", en="Place it in the range of temperatures"),
            rf"\tau = {a} + {b} \cdot {digits(nats / most)} = {digits(tau)}",
        ),
        Step(
            t(
                pt="Divida os logits por esse τ, exponencie e some",
                en="Divide the logits by that τ, exponentiate and add up",
            ),
            equations(
                [*(rf"e^{{u_{i}/\tau}}" for i in index), "Z"],
                [*(rf"e^{{{short(u / tau, tex=True)}}}" for u in logits), r"\textstyle\sum_i e^{u_i/\tau}"],
                [*map(digits, after), digits(total)],
            ),
        ),
        Step(
            say("step.quotients"),
            equations(
                [f"p_{i}" for i in index],
                [rf"\frac{{{digits(e)}}}{{{digits(total)}}}" for e in after],
                [probability(p) for p in quotients],
            ),
        ),
    ]
