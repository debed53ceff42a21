"""Beam search over two steps, step by step."""

import math
from collections.abc import Sequence

import torch

from core import likelihood
from core.course.beam_search import beam_search
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations

NAMES = "ABCDE"


def beam_by_hand(
    id: str, title: str, first: Sequence[float], second: Sequence[Sequence[float]], widths: Sequence[int]
) -> Derivation:
    """The two steps of a beam search, one case per width; `second` has a row of probabilities per first token."""
    return Derivation(id, title, [Case(f"w = {width}", _steps(first, second, width)) for width in widths])


def _steps(first: Sequence[float], second: Sequence[Sequence[float]], width: int) -> list[Step]:
    starts = sorted(range(len(first)), key=lambda i: -first[i])[:width]
    pairs = {(i, j): first[i] * q for i in starts for j, q in enumerate(second[i]) if q > 0}
    kept = sorted(pairs, key=lambda pair: -pairs[pair])[:width]
    padded = [*first, *[0.0] * (len(second[0]) - len(first))]
    right = beam_search(lambda texts: torch.tensor([second[x[0]] if x else padded for x in texts]).log(), width, 2)
    assert [one.tokens for one in right] == kept
    assert all(abs(math.exp(likelihood(one)) - pairs[pair]) < 1e-6 for one, pair in zip(right, kept, strict=True))
    said = ", ".join(NAMES[i] for i in starts)
    best = ", ".join(NAMES[i] + NAMES[j] for i, j in kept)
    return [
        Step(
            t(pt="As probabilidades do primeiro token", en="The probabilities of the first token"),
            equations([f"P({NAMES[i]})" for i in range(len(first))], [short(p, tex=True) for p in first]),
        ),
        Step(
            t(pt=f"Fique com os {width} melhores começos", en=f"Keep the {width} best beginnings")
            if width > 1
            else t(pt="Fique com o melhor começo", en="Keep the best beginning"),
            rf"\text{{{said}}}",
        ),
        Step(
            t(pt="Estenda cada um por todos os tokens possíveis", en="Extend each by every possible token"),
            equations(
                [f"P({NAMES[i]}{NAMES[j]})" for i, j in pairs],
                [rf"{short(first[i], tex=True)} \cdot {short(second[i][j], tex=True)}" for i, j in pairs],
                [digits(p, 2) for p in pairs.values()],
            ),
        ),
        Step(
            t(
                pt=f"Fique com os {width} melhores textos; o primeiro é a resposta",
                en=f"Keep the {width} best texts; the first is the answer",
            )
            if width > 1
            else t(pt="Fique com o melhor texto", en="Keep the best text"),
            rf"\text{{{best}}}",
        ),
    ]
