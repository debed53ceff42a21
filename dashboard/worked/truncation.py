"""A cut, and the renormalisation after it, step by step."""

import math
from collections.abc import Sequence

from core import softmax, top_k
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import say, t, vector
from dashboard.worked.lines import digits, equations, total_of


def renormalise_by_hand(id: str, title: str, probs: Sequence[float], k: int) -> Derivation:
    """Top-k over probabilities that are already there: cut, add up what is left, divide by it."""
    logits = [math.log(p) for p in probs]
    kept = [p for p, u in zip(probs, top_k(logits, k).tolist(), strict=True) if u > -math.inf]
    total = math.fsum(kept)
    quotients = [p / total for p in kept]
    right = softmax(top_k(logits, k)).tolist()
    assert max(abs(a - b) for a, b in zip(quotients, right, strict=False)) < 1e-12
    cut = len(probs) - len(kept)
    steps = [
        Step(t(pt=f"Mantenha os {k} maiores; os outros {cut} ficam com probabilidade 0",
               en=f"Keep the {k} largest; the other {cut} get probability 0"),
             rf"S = {vector(kept, 2, tex=True)}"),
        Step(t(pt="Some o que ficou", en="Add up what is left"),
             total_of([digits(p, 2) for p in kept], digits(total, 2), "P(S)")),
        Step(t(pt="Divida cada um por essa soma", en="Divide each by that sum"),
             equations([f"p_{i}" for i in range(1, len(kept) + 1)],
                    [rf"\frac{{{digits(p, 2)}}}{{{digits(total, 2)}}}" for p in kept], [digits(p) for p in quotients])),
        Step(say("step.check"), rf"\sum_i p_i = {digits(math.fsum(quotients))}"),
    ]
    return Derivation(id, title, [Case(f"k = {k}", steps)])
