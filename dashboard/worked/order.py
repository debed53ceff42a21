"""Temperature before and after top-p, step by step."""

import math
from collections.abc import Sequence

from core import SamplingParams, probabilities
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import say, short, t
from dashboard.worked.lines import digits, equations, probability


def order_by_hand(id: str, title: str, logits: Sequence[float], tau: float, p: float) -> Derivation:
    """Top-p with temperature, a case for each order; logits from the largest on, without ties."""
    cases = []
    for order, label in (("transformers", "order.first"), ("llama.cpp", "order.last")):
        steps, drawn = _steps(list(logits), tau, p, order == "transformers")
        right = probabilities(logits, SamplingParams(tau, top_p=p, order=order)).tolist()
        assert max(abs(a - b) for a, b in zip(drawn, right, strict=True)) < 1e-12
        cases.append(Case(say(label), steps))
    return Derivation(id, title, cases)


def _softmax(logits: Sequence[float]) -> list[float]:
    weights = [math.exp(u - max(logits)) for u in logits]
    return [w / math.fsum(weights) for w in weights]


def _steps(logits: list[float], tau: float, p: float, first: bool) -> tuple[list[Step], list[float]]:
    index = range(1, len(logits) + 1)
    seen = [u / tau for u in logits] if first else logits
    probs = _softmax(seen)
    size = next(n for n in index if math.fsum(probs[:n]) >= p)
    final = seen[:size] if first else [u / tau for u in logits[:size]]
    drawn = _softmax(final)
    divide = Step(
        say("step.scaled"),
        equations(
            [f"u_{i}/\\tau" for i in range(1, len(seen if first else final) + 1)],
            [short(u, tex=True) for u in (seen if first else final)],
        ),
    )
    sums = [math.fsum(probs[:n]) for n in range(1, size + 1)]
    signs = ["<" if s < p else r"\ge" for s in sums]
    names = [" + ".join(f"P_{i}" for i in range(1, n + 1)) for n in range(1, size + 1)]
    masses = [
        f"{name} &= {digits(s)} {sign} {short(p, tex=True)}" for name, s, sign in zip(names, sums, signs, strict=True)
    ]
    seen_by_cut = Step(
        t(pt="O softmax que o top-p vê", en="The softmax that top-p sees"),
        equations([f"P_{i}" for i in index], [probability(q) for q in probs]),
    )
    cut = Step(
        t(
            pt=f"Some do maior para o menor até alcançar {short(p)}; mantidos: {size} de {len(logits)}",
            en=f"Add up from the largest until {short(p)} is reached; kept: {size} of {len(logits)}",
        ),
        r"\begin{aligned}" + r" \\[0.4em] ".join(masses) + r"\end{aligned}",
    )
    last = Step(
        t(
            pt="O softmax do que ficou é a distribuição do sorteio",
            en="The softmax of what stayed is the distribution of the draw",
        ),
        equations([f"p_{i}" for i in range(1, size + 1)], [probability(q) for q in drawn]),
    )
    steps = [divide, seen_by_cut, cut, last] if first else [seen_by_cut, cut, divide, last]
    return steps, [*drawn, *[0.0] * (len(logits) - size)]
