"""Who wins among N draws, step by step."""

import math
from collections.abc import Sequence

from core import best_of_n
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations, in_lines, probability


def best_of_n_by_hand(
    id: str, title: str, probs: Sequence[float], scores: Sequence[float], counts: Sequence[int]
) -> Derivation:
    """P(i) = F(s_i)^N − F(s_i−)^N, one case per N; candidates by increasing score, no two alike."""
    assert list(scores) == sorted(set(scores))
    return Derivation(id, title, [Case(f"N = {n}", _steps(probs, scores, n)) for n in counts])


def _steps(probs: Sequence[float], scores: Sequence[float], n: int) -> list[Step]:
    up_to = [math.fsum(probs[: i + 1]) for i in range(len(probs))]
    powers = [f**n for f in up_to]
    won = [b - a for a, b in zip([0.0, *powers[:-1]], powers, strict=True)]
    right = best_of_n(probs, scores, n).tolist()
    assert max(abs(a - b) for a, b in zip(won, right, strict=True)) < 1e-12
    index = range(1, len(probs) + 1)
    expected = math.fsum(p * s for p, s in zip(won, scores, strict=True))
    terms = [rf"{short(s, tex=True)} \cdot {digits(p)}" for s, p in zip(scores, won, strict=True)]
    return [
        Step(
            t(
                pt="Da pior nota à melhor, acumule as probabilidades",
                en="From the worst score to the best, add up the probabilities",
            ),
            equations([f"F_{i}" for i in index], [digits(f, 2) for f in up_to]),
        ),
        Step(
            t(
                pt=f"Eleve à potência {n}: nenhum dos {n} sorteios passou dessa nota",
                en=f"Raise to the power {n}: none of the {n} draws is above that score",
            ),
            equations(
                [f"F_{i}^{{{n}}}" for i in index],
                [rf"{digits(f, 2)}^{{{n}}}" for f in up_to],
                [digits(x) for x in powers],
            ),
        ),
        Step(
            t(
                pt="Subtraia a linha de cima: o melhor tem exatamente essa nota",
                en="Subtract the line above: the best one has exactly that score",
            ),
            equations(
                [f"P({i})" for i in index],
                [f"{digits(b)} - {digits(a)}" for a, b in zip([0.0, *powers[:-1]], powers, strict=True)],
                [probability(p) for p in won],
            ),
        ),
        Step(
            t(pt="A nota esperada do vencedor", en="The expected score of the winner"),
            r"\begin{aligned}& "
            + r" \\ & \quad + ".join(in_lines(terms, 2))
            + rf" \\ & = {digits(expected)}\end{{aligned}}",
        ),
        Step(
            t(pt="Confira: a soma das probabilidades é 1", en="Check: the probabilities add up to 1"),
            rf"\sum_i P(i) = {digits(math.fsum(won))}",
        ),
    ]
