"""Min-p as a threshold on logits, step by step."""

import math
from collections.abc import Sequence

from core import SamplingParams, min_p_threshold, probabilities
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations, total_of


def min_p_by_hand(id: str, title: str, logits: Sequence[float], m: float, temperatures: Sequence[float]) -> Derivation:
    """Temperature, then min-p with share m: the threshold, the comparison, the renormalisation; a case per temperature."""
    return Derivation(id, title, [Case(f"τ = {short(tau)}", _steps(logits, m, tau)) for tau in temperatures])


def _steps(logits: Sequence[float], m: float, tau: float) -> list[Step]:
    threshold = max(logits) + tau * math.log(m)
    assert abs(threshold - min_p_threshold(logits, m, tau).item()) < 1e-12
    kept = [u for u in logits if u >= threshold]
    weights = [math.exp((u - max(logits)) / tau) for u in kept]
    total = math.fsum(weights)
    quotients = [w / total for w in weights]
    right = [p for p in probabilities(logits, SamplingParams(tau, min_p=m)).tolist() if p > 0]
    assert max(abs(a - b) for a, b in zip(quotients, right, strict=True)) < 1e-12
    top, wide = short(max(logits), tex=True), short(tau, tex=True)
    signs = [r"\ge" if u >= threshold else "<" for u in logits]
    compared = [f"{short(u, tex=True)} {sign} {digits(threshold)}" for u, sign in zip(logits, signs, strict=True)]
    said = [t(pt="fica", en="stays") if u >= threshold else t(pt="é cortado", en="is cut") for u in logits]
    powers = [rf"e^{{({short(u, tex=True)} - {top})/{wide}}}" for u in kept]
    index = range(1, len(kept) + 1)
    return [
        Step(
            t(pt="O limiar sobre os logits", en="The threshold on the logits"),
            rf"\begin{{aligned}}&\max u + \tau \ln m \\ &= {top} + {wide} \cdot ({digits(math.log(m))}) \\ &= {digits(threshold)}\end{{aligned}}",
        ),
        Step(
            t(pt="Compare cada logit com ele", en="Compare each logit with it"),
            r"\begin{aligned}"
            + r" \\[0.3em] ".join(rf"{a} &\quad \text{{{b}}}" for a, b in zip(compared, said, strict=True))
            + r"\end{aligned}",
        ),
        Step(
            t(
                pt="Exponencie só o que ficou, a partir do maior",
                en="Exponentiate only what stayed, counting from the largest",
            ),
            equations(powers, [digits(w) for w in weights]),
        ),
        Step(t(pt="Some", en="Add up"), total_of([digits(w) for w in weights], digits(total))),
        Step(
            t(pt="Divida pela soma", en="Divide by the sum"),
            equations(
                [f"p_{i}" for i in index],
                [rf"\frac{{{digits(w)}}}{{{digits(total)}}}" for w in weights],
                [digits(q) for q in quotients],
            ),
        ),
    ]
