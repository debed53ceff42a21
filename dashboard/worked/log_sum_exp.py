"""Softmax and log-probabilities by way of log-sum-exp, step by step."""

import math
from collections.abc import Sequence

from core import softmax
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import say, short, t
from dashboard.worked.lines import digits, equations, total_of


def log_sum_exp_by_hand(id: str, title: str, logits: Sequence[float], shifts: Sequence[float]) -> Derivation:
    """ln p_i = u_i − LSE(u) with the maximum subtracted first, one case per constant added to every logit."""
    return Derivation(id, title, [Case(f"c = {short(c)}", _steps([u + c for u in logits])) for c in shifts])


def _steps(logits: Sequence[float]) -> list[Step]:
    top = max(logits)
    gaps = [u - top for u in logits]
    exponentials = [math.exp(d) for d in gaps]
    total = math.fsum(exponentials)
    lse = top + math.log(total)
    log_probs = [u - lse for u in logits]
    right = softmax(logits).tolist()
    assert max(abs(math.exp(a) - b) for a, b in zip(log_probs, right, strict=True)) < 1e-12
    assert max(abs(e / total - b) for e, b in zip(exponentials, right, strict=True)) < 1e-12
    index = range(1, len(logits) + 1)
    u, d, m = ([short(v, tex=True) for v in row] for row in (logits, gaps, [top]))
    minus = [f"{a} - {m[0]}" if top >= 0 else f"{a} + {short(-top, tex=True)}" for a in u]
    lines = r"\begin{{aligned}}\mathrm{{LSE}} &= {} + \ln {} \\ &= {}\end{{aligned}}"
    return [
        Step(t(pt="Ache o máximo", en="Find the maximum"), f"m = {m[0]}"),
        Step(
            t(
                pt="Subtraia o máximo: a partir daqui, c não aparece mais",
                en="Subtract the maximum: from here on, c is gone",
            ),
            equations([f"u_{i} - m" for i in index], minus, d),
        ),
        Step(
            t(pt="Exponencie: a maior parcela é exatamente 1", en="Exponentiate: the largest term is exactly 1"),
            equations([f"e^{{{v}}}" for v in d], [digits(e) for e in exponentials]),
        ),
        Step(say("step.sum"), total_of([digits(e) for e in exponentials], digits(total), "S")),
        Step(
            t(pt="Tire o logaritmo e devolva o máximo", en="Take the logarithm and give the maximum back"),
            lines.format(m[0], digits(total), digits(lse)),
        ),
        Step(
            t(
                pt="A log-probabilidade é o logit menos o log-sum-exp",
                en="The log-probability is the logit minus the log-sum-exp",
            ),
            equations(
                [rf"\ln p_{i}" for i in index], [f"{a} - {digits(lse)}" for a in u], [digits(v) for v in log_probs]
            ),
        ),
        Step(
            t(
                pt="Para as probabilidades, um programa divide: perde menos casas do que exponenciando de volta",
                en="For the probabilities, a program divides: it loses fewer digits than by exponentiating back",
            ),
            equations(
                [f"p_{i}" for i in index],
                [rf"\frac{{{digits(e)}}}{{{digits(total)}}}" for e in exponentials],
                [digits(p) for p in right],
            ),
        ),
        Step(say("step.check"), rf"\sum_i p_i = {digits(math.fsum(right))}"),
    ]
