"""The optimum of a reward with a KL penalty, and the loss of DPO, step by step."""

import math
from collections.abc import Sequence

from core.course.preferences import dpo_loss, regularised_reward, tilted
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations, total_of


def tilt_by_hand(
    id: str, title: str, probs: Sequence[float], rewards: Sequence[float], betas: Sequence[float]
) -> Derivation:
    """p_β(i) = p(i) e^{r_i/β} / Z, one case per β, checked with β ln Z."""
    return Derivation(
        id, title, [Case(f"β = {short(beta)}", _tilt_steps(list(probs), list(rewards), beta)) for beta in betas]
    )


def _tilt_steps(probs: list[float], rewards: list[float], beta: float) -> list[Step]:
    index = range(1, len(probs) + 1)
    weights = [p * math.exp(r / beta) for p, r in zip(probs, rewards, strict=True)]
    z = math.fsum(weights)
    shares = [w / z for w in weights]
    right = tilted([math.log(p) for p in probs], rewards, beta)
    assert max(abs(a - b) for a, b in zip(shares, right.tolist(), strict=True)) < 1e-12
    expected = math.fsum(a * r for a, r in zip(shares, rewards, strict=True))
    kl = math.fsum(a * math.log(a / p) for a, p in zip(shares, probs, strict=True))
    assert abs(regularised_reward(right, probs, rewards, beta).item() - beta * math.log(z)) < 1e-12
    written = [
        rf"{digits(p, 2)} \cdot e^{{{short(r, tex=True)}/{short(beta, tex=True)}}}"
        for p, r in zip(probs, rewards, strict=True)
    ]
    return [
        Step(
            t(pt="Multiplique cada probabilidade por e elevado a r/β", en="Multiply each probability by e to the r/β"),
            equations([f"w_{i}" for i in index], written, [digits(w) for w in weights]),
        ),
        Step(t(pt="Some", en="Add up"), total_of([digits(w) for w in weights], digits(z))),
        Step(
            t(pt="Divida: a distribuição ótima", en="Divide: the optimal distribution"),
            equations(
                [rf"p_\beta({i})" for i in index],
                [rf"\frac{{{digits(w)}}}{{{digits(z)}}}" for w in weights],
                [digits(s) for s in shares],
            ),
        ),
        Step(
            t(pt="O que se ganha e o que se paga, em nats", en="What is gained and what is paid, in nats"),
            rf"E[r] = {digits(expected)}, \quad \mathrm{{KL}} = {digits(kl)}",
        ),
        Step(
            t(pt="Confira: recompensa menos penalidade é β ln Z", en="Check: reward minus penalty is β ln Z"),
            rf"\begin{{aligned}}{digits(expected)} - {short(beta, tex=True)} \cdot {digits(kl)} &= {digits(expected - beta * kl)}"
            rf" \\ {short(beta, tex=True)} \cdot \ln {digits(z)} &= {digits(beta * math.log(z))}\end{{aligned}}",
        ),
    ]


def dpo_by_hand(id: str, title: str, cases: dict[str, tuple[tuple[float, float], tuple[float, float]]], beta: float):
    """−ln σ of one pair; each case gives (π, p) of the preferred answer and of the other, as probabilities."""
    return Derivation(id, title, [Case(label, _dpo_steps(*pair, beta)) for label, pair in cases.items()])


def _dpo_steps(chosen: tuple[float, float], rejected: tuple[float, float], beta: float) -> list[Step]:
    ratios = [math.log(after / before) for after, before in (chosen, rejected)]
    gap = beta * (ratios[0] - ratios[1])
    loss = math.log1p(math.exp(-gap))
    right = dpo_loss(tuple(map(math.log, chosen)), tuple(map(math.log, rejected)), beta)
    assert abs(loss - right) < 1e-12
    fractions = [
        rf"\ln \frac{{{short(after, tex=True)}}}{{{short(before, tex=True)}}}" for after, before in (chosen, rejected)
    ]
    return [
        Step(
            t(
                pt="Quanto cada resposta subiu ou desceu em relação à referência",
                en="How much each answer rose or fell against the reference",
            ),
            equations(["a", "b"], fractions, [digits(x) for x in ratios]),
        ),
        Step(
            t(pt="A diferença entre as recompensas implícitas", en="The difference of the implicit rewards"),
            rf"\begin{{aligned}}\Delta &= {short(beta, tex=True)} \cdot ({digits(ratios[0])}"
            rf" {'+' if ratios[1] < 0 else '-'} {digits(abs(ratios[1]))}) \\ &= {digits(gap)}\end{{aligned}}",
        ),
        Step(
            t(
                pt="A probabilidade da preferência, por Bradley e Terry",
                en="The probability of the preference, by Bradley and Terry",
            ),
            rf"\sigma(\Delta) = \frac{{1}}{{1 + e^{{-\Delta}}}} = {digits(math.exp(-loss))}",
        ),
        Step(t(pt="A perda", en="The loss"), rf"-\ln {digits(math.exp(-loss))} = {digits(loss)}"),
    ]
