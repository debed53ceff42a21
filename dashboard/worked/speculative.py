"""One draw of speculative decoding, step by step: what is kept, what is left, and that both together are p."""

import math
from collections.abc import Sequence

from core.course.serving import acceptance, residual, speculative
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import t
from dashboard.worked.lines import digits, equations, total_of


def speculative_by_hand(id: str, title: str, target: Sequence[float], drafts: dict[str, Sequence[float]]) -> Derivation:
    """min(1, p/q), the residual and their sum, one case per draft; `target` is p."""
    return Derivation(id, title, [Case(name, _steps(target, draft)) for name, draft in drafts.items()])


def _steps(p: Sequence[float], q: Sequence[float]) -> list[Step]:
    index = range(1, len(p) + 1)
    kept = [min(a, b) for a, b in zip(p, q, strict=True)]
    alpha = math.fsum(kept)
    left = [a - b for a, b in zip(p, kept, strict=True)]
    rest = [x / (1 - alpha) for x in left]
    whole = [a + (1 - alpha) * r for a, r in zip(kept, rest, strict=True)]
    for mine, right in ((rest, residual(p, q)), (whole, speculative(p, q)), ([alpha], acceptance(p, q).reshape(1))):
        assert max(abs(a - b) for a, b in zip(mine, right.tolist(), strict=True)) < 1e-12
    return [
        Step(
            t(pt="O rascunho sorteia o token i com q(i); ele é aceito com", en="The draft draws token i with q(i); it is accepted with"),
            equations([rf"a_{i}" for i in index], [rf"\min\left(1, \tfrac{{{digits(a, 2)}}}{{{digits(b, 2)}}}\right)" for a, b in zip(p, q, strict=True)],
                      [digits(min(1, a / b)) for a, b in zip(p, q, strict=True)]),
        ),
        Step(
            t(pt="Proposto e aceito: q vezes a, o menor dos dois", en="Proposed and accepted: q times a, the smaller of the two"),
            equations([rf"q_{i} a_{i}" for i in index], [digits(x, 2) for x in kept]),
        ),
        Step(t(pt="Aceito, ao todo", en="Accepted, in all"), total_of([digits(x, 2) for x in kept], digits(alpha, 2), r"\alpha")),
        Step(
            t(pt="Recusado: sorteie do que falta a p, dividido pelo total que falta", en="Refused: draw from what p still lacks, divided by all that is lacking"),
            equations([rf"r_{i}" for i in index], [rf"\frac{{{digits(a, 2)} - {digits(b, 2)}}}{{{digits(1 - alpha, 2)}}}" for a, b in zip(p, kept, strict=True)],
                      [digits(x) for x in rest]),
        ),
        Step(
            t(pt="Some os dois caminhos: é p", en="Add up both ways: it is p"),
            equations([rf"{digits(a, 2)} + {digits(1 - alpha, 2)} \cdot {digits(r)}" for a, r in zip(kept, rest, strict=True)], [digits(x, 2) for x in whole]),
        ),
    ]  # fmt: skip
