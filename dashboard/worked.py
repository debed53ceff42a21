"""Worked examples by hand, every line with its numbers; the last line is held against `core` when it is built."""

import math
from collections.abc import Sequence

from core import softmax, top_k
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import number, say, short, t, vector


def _n(value: float, digits: int = 4) -> str:
    return number(value, digits, tex=True)


def _small(value: float) -> str:
    """A probability; one too small for four decimals keeps its digits: 4.54·10⁻⁵, never a false 0.0000."""
    if value >= 5e-5 or value == 0:
        return _n(value)
    mantissa, exponent = f"{value:.2e}".split("e")
    return rf"{_n(float(mantissa), 2)} \cdot 10^{{{int(exponent)}}}"


def _lines(left: Sequence[str], *right: Sequence[str]) -> str:
    """Aligned equations, one token to a line, so that they fit a phone."""
    rows = zip(left, *right, strict=True)
    return r"\begin{aligned}" + r" \\[0.4em] ".join(f"{row[0]} &= " + " = ".join(row[1:]) for row in rows) + r"\end{aligned}"


def _sum(terms: Sequence[str], total: str, name: str = "Z") -> str:
    """A sum broken into lines that fit a phone."""
    wide = 1 if max(map(len, terms)) > 12 else 2
    pairs = [" + ".join(terms[i : i + wide]) for i in range(0, len(terms), wide)]
    lines = r" \\ &\quad + ".join(pairs)
    return rf"\begin{{aligned}}{name} &= {lines} \\ &= {total}\end{{aligned}}"


def softmax_by_hand(id: str, title: str, logits: Sequence[float], temperatures: Sequence[float]) -> Derivation:
    """softmax(u/τ) in four steps and a check, one case per temperature (Lemma 4 and Theorem 3's examples)."""
    return Derivation(id, title, [Case(f"τ = {short(tau)}", _softmax_steps(logits, tau)) for tau in temperatures])


def _softmax_steps(logits: Sequence[float], tau: float) -> list[Step]:
    scaled = [u / tau for u in logits]
    exponentials = [math.exp(s) for s in scaled]
    total = math.fsum(exponentials)
    quotients = [e / total for e in exponentials]
    assert max(abs(a - b) for a, b in zip(quotients, softmax(logits, tau).tolist(), strict=True)) < 1e-12
    index = range(1, len(logits) + 1)
    s = [short(v, tex=True) for v in scaled]
    divided = [rf"\frac{{{short(u, tex=True)}}}{{{short(tau, tex=True)}}}" for u in logits]
    return [
        Step(say("step.scaled"), _lines([f"u_{i}/\\tau" for i in index], divided, s)),
        Step(say("step.exponentials"), _lines([f"e^{{{v}}}" for v in s], [_n(e) for e in exponentials])),
        Step(say("step.sum"), _sum([_n(e) for e in exponentials], _n(total))),
        Step(say("step.quotients"), _lines([f"p_{i}" for i in index],
                                           [rf"\frac{{{_n(e)}}}{{{_n(total)}}}" for e in exponentials],
                                           [_small(p) for p in quotients])),
        Step(say("step.check"), rf"\sum_i p_i = {_n(math.fsum(quotients))}"),
    ]


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
             _sum([_n(p, 2) for p in kept], _n(total, 2), "P(S)")),
        Step(t(pt="Divida cada um por essa soma", en="Divide each by that sum"),
             _lines([f"p_{i}" for i in range(1, len(kept) + 1)],
                    [rf"\frac{{{_n(p, 2)}}}{{{_n(total, 2)}}}" for p in kept], [_n(p) for p in quotients])),
        Step(say("step.check"), rf"\sum_i p_i = {_n(math.fsum(quotients))}"),
    ]
    return Derivation(id, title, [Case(f"k = {k}", steps)])
