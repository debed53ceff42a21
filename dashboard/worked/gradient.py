"""One step of gradient descent on a handful of logits, by hand."""

import math
from collections.abc import Sequence

from core.course.learning import cross_entropy, gradient_step, loss_gradient
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations, probability


def gradient_by_hand(id: str, title: str, logits: Sequence[float], target: int, rates: Sequence[float]) -> Derivation:
    """softmax, loss, gradient, step, loss again: one case per learning rate, for the single example `target`."""
    return Derivation(id, title, [Case(f"η = {short(rate)}", _steps(logits, target, rate)) for rate in rates])


def _softmax(u: Sequence[float]) -> list[float]:
    weights = [math.exp(x) for x in u]
    return [w / math.fsum(weights) for w in weights]


def _steps(u: Sequence[float], target: int, rate: float) -> list[Step]:
    index = range(1, len(u) + 1)
    y = [float(i == target) for i in range(len(u))]
    p = _softmax(u)
    gradient = [a - b for a, b in zip(p, y, strict=True)]
    moved = [x - rate * g for x, g in zip(u, gradient, strict=True)]
    q = _softmax(moved)
    before, after = -math.log(p[target]), -math.log(q[target])
    assert max(abs(a - b) for a, b in zip(gradient, loss_gradient(u, y).tolist(), strict=True)) < 1e-12
    assert abs(after - cross_entropy(gradient_step(u, y, rate), y).item()) < 1e-12
    return [
        Step(t(pt="O softmax: o que o modelo achava", en="The softmax: what the model thought"),
             equations([f"p_{i}" for i in index], [probability(x) for x in p])),
        Step(t(pt="A perda: o que custou o token que veio", en="The loss: what the token that came cost"),
             rf"\begin{{aligned}}L &= -\ln p_{{{target + 1}}} \\ &= -\ln {probability(p[target])} = {digits(before)}\end{{aligned}}"),
        Step(t(pt="O gradiente: cada probabilidade menos 1 no token que veio, menos 0 nos outros",
               en="The gradient: every probability minus 1 at the token that came, minus 0 at the others"),
             equations([f"g_{i}" for i in index], [f"{probability(a)} - {short(b, tex=True)}" for a, b in zip(p, y, strict=True)],
                       [digits(g) for g in gradient])),
        Step(t(pt="O passo: cada logit menos η vezes o seu gradiente", en="The step: every logit minus η times its gradient"),
             equations([f"u'_{i}" for i in index],
                       [rf"{short(x, tex=True)} {'+' if g < 0 else '-'} {short(rate, tex=True)} \cdot {digits(abs(g))}" for x, g in zip(u, gradient, strict=True)],
                       [digits(x) for x in moved])),
        Step(t(pt="O softmax de novo", en="The softmax again"), equations([f"p'_{i}" for i in index], [probability(x) for x in q])),
        Step(t(pt="A perda depois do passo", en="The loss after the step"),
             rf"\begin{{aligned}}L' &= -\ln {probability(q[target])} \\ &= {digits(after)} \\[0.4em]"
             rf" L - L' &= {digits(before)} - {digits(after)} \\ &= {digits(before - after)}\end{{aligned}}"),
    ]  # fmt: skip
