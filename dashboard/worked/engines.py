"""The same settings in two engines, stage by stage, each in the engine's own order."""

import math
from collections.abc import Sequence
from dataclasses import replace

from core import SamplingParams, probabilities
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import say, short, t, vector
from dashboard.worked.lines import digits, equations, in_lines


def engines_by_hand(
    id: str, title: str, logits: Sequence[float], params: SamplingParams, engines: Sequence[str]
) -> Derivation:
    """Temperature, top-p and min-p of `params` over distinct logits, largest first; one case per engine."""
    return Derivation(id, title, [Case(engine, _steps(logits, replace(params, order=engine))) for engine in engines])


def _steps(logits: Sequence[float], params: SamplingParams) -> list[Step]:
    left, steps = list(logits), []
    for stage in params.stages:
        left, step = STAGES[stage](left, params)
        steps.append(Step(f"{say(f'stage.{stage}').capitalize()}: {step.text}", step.tex))
    probs = _softmax(left)
    right = [p for p in probabilities(logits, params).tolist() if p > 0]
    assert max(abs(a - b) for a, b in zip(probs, right, strict=True)) < 1e-12
    many = len(left) > 1
    last = Step(
        t(
            pt=f"Sorteia-se deste softmax, entre {len(left)} tokens" if many else "Resta um só token",
            en=f"The draw is from this softmax, among {len(left)} tokens" if many else "A single token is left",
        ),
        rf"P = {vector(probs, tex=True)}",
    )
    return [*steps, last]


def _softmax(logits: Sequence[float]) -> list[float]:
    weights = [math.exp(u - logits[0]) for u in logits]
    return [w / math.fsum(weights) for w in weights]


def _temperature(logits: list[float], params: SamplingParams) -> tuple[list[float], Step]:
    divided = [u / params.temperature for u in logits]
    return divided, Step(
        t(pt="divida os logits", en="divide the logits"),
        rf"\frac{{1}}{{{short(params.temperature, tex=True)}}}\,{vector(logits, tex=True, trim=True)} = {vector(divided, tex=True, trim=True)}",
    )


def _top_p(logits: list[float], params: SamplingParams) -> tuple[list[float], Step]:
    probs = _softmax(logits)
    above = [math.fsum(probs[:i]) for i in range(len(probs))]
    return _cut(
        logits,
        [mass < params.top_p for mass in above],
        t(pt="ficam os tokens com menos que p acima", en="tokens with less than p above them stay"),
        [f"A_{i}" for i in range(1, len(above) + 1)],
        above,
        params.top_p,
        ("<", r"\ge"),
    )


def _min_p(logits: list[float], params: SamplingParams) -> tuple[list[float], Step]:
    probs = _softmax(logits)
    shares = [p / probs[0] for p in probs]
    return _cut(
        logits,
        [share >= params.min_p for share in shares],
        t(
            pt="ficam os tokens com ao menos essa fração do maior",
            en="tokens with at least that share of the largest stay",
        ),
        [rf"\frac{{P_{i}}}{{P_1}}" for i in range(1, len(shares) + 1)],
        shares,
        params.min_p,
        (r"\ge", "<"),
    )


def _cut(logits, keep, text, left, values, limit, signs) -> tuple[list[float], Step]:
    words = t(pt="fica", en="stays"), t(pt="é cortado", en="is cut")
    compared = [
        rf"{digits(value)} {signs[0 if stays else 1]} {short(limit, tex=True)} \;\; \text{{{words[0 if stays else 1]}}}"
        for value, stays in zip(values, keep, strict=True)
    ]
    shown = vector(_softmax(logits), tex=True).split(r"\ ")
    wide = 2 if len(shown) > 3 else 3  # a line that fits a phone
    probs = r" \\ & \qquad ".join(in_lines(shown, wide, r"\ "))
    tex = rf"\begin{{aligned}}&P = {probs} \\[0.6em] &{equations(left, compared)}\end{{aligned}}"
    return [u for u, stays in zip(logits, keep, strict=True) if stays], Step(text, tex)


STAGES = {"temperature": _temperature, "top_p": _top_p, "min_p": _min_p}
