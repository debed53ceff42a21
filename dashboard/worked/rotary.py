"""A query and a key of four components turned by their positions, then multiplied: one case per pair of positions."""

import math
from collections.abc import Sequence

import torch

from core.course.rotary import frequencies, score
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import short, t
from dashboard.worked.lines import digits, equations


def rotary_by_hand(
    id: str, title: str, q: Sequence[float], k: Sequence[float], places: Sequence[tuple[int, int]], base: float
) -> Derivation:
    """Turn q at m and k at n for each (m, n) of `places`; components 2i and 2i + 1 are a pair."""
    cases = [Case(typeset_places(m, n), _steps(q, k, m, n, base)) for m, n in places]
    return Derivation(id, title, cases)


def typeset_places(m: int, n: int) -> str:
    return f"m = {m}, n = {n}"


def _steps(q: Sequence[float], k: Sequence[float], m: int, n: int, base: float) -> list[Step]:
    d = len(q)
    theta, many = frequencies(d, base).tolist(), range(d // 2)
    halves = [torch.tensor([*x[::2], *x[1::2]], dtype=torch.float64) for x in (q, k)]
    turned_q, q_sums = _turned(q, m, theta)
    turned_k, k_sums = _turned(k, n, theta)
    total = math.fsum(a * b for a, b in zip(turned_q, turned_k, strict=True))
    parts = [
        (q[2 * i] * k[2 * i] + q[2 * i + 1] * k[2 * i + 1], q[2 * i] * k[2 * i + 1] - q[2 * i + 1] * k[2 * i])
        for i in many
    ]
    direct = [a * math.cos((m - n) * theta[i]) + b * math.sin((m - n) * theta[i]) for i, (a, b) in enumerate(parts)]
    assert abs(total - score(*halves, torch.tensor(m - n), base).item()) < 1e-12
    assert abs(total - math.fsum(direct)) < 1e-12
    lengths = [math.hypot(*x) for x in (q, turned_q)]
    assert abs(lengths[0] - lengths[1]) < 1e-12
    return [
        Step(
            t(pt="Quanto gira cada par por posição, em radianos", en="How far each pair turns per position, in radians"),
            equations([rf"\theta_{i}" for i in many], [rf"{short(base, tex=True)}^{{-{2 * i}/{d}}}" for i in many], [digits(x) for x in theta]),
        ),
        Step(
            t(pt="O ângulo da consulta e o da chave", en="The angle of the query and that of the key"),
            equations([rf"m\,\theta_{i}" for i in many] + [rf"n\,\theta_{i}" for i in many], [digits(m * x) for x in theta] + [digits(n * x) for x in theta]),
        ),
        Step(
            t(pt="Gire a consulta, par a par: (a cos − b sen; a sen + b cos)", en="Turn the query, pair by pair: (a cos − b sin, a sin + b cos)"),
            _sums([f"q'_{j}" for j in range(d)], q_sums, turned_q),
        ),
        Step(
            t(pt="Gire a chave do mesmo modo", en="Turn the key in the same way"),
            _sums([f"k'_{j}" for j in range(d)], k_sums, turned_k),
        ),
        Step(
            t(pt="O comprimento não mudou", en="The length has not changed"),
            equations([r"\lVert q \rVert", r"\lVert q' \rVert"], [digits(x) for x in lengths]),
        ),
        Step(
            t(pt="O produto é a pontuação, ainda sem dividir por √d", en="The product is the score, not yet divided by √d"),
            equations(["q' \\cdot k'"], [digits(total)]),
        ),
        Step(
            t(pt=f"Pela fórmula da distância, com m − n = {m - n}", en=f"By the formula of the distance, with m − n = {m - n}"),
            r"\begin{aligned}s &= "
            + r" \\ &\quad + ".join(
                rf"{short(a, tex=True)}\cos {digits((m - n) * x)} {'+' if b >= 0 else '-'} {short(abs(b), tex=True)}\,{_sine()} {digits((m - n) * x)}"
                for x, (a, b) in zip(theta, parts, strict=True)
            )
            + rf" \\ &= {digits(math.fsum(direct))}\end{{aligned}}",
        ),
    ]  # fmt: skip


def _turned(x: Sequence[float], at: int, theta: Sequence[float]) -> tuple[list[float], list[str]]:
    """The turned components, and each as a sum on paper."""
    values, sums = [], []
    for i, one in enumerate(theta):
        a, b, c, s = x[2 * i], x[2 * i + 1], math.cos(at * one), math.sin(at * one)
        values += [a * c - b * s, a * s + b * c]
        sums += [_sum(a, c, "-", b, s), _sum(a, s, "+", b, c)]
    return values, sums


def _sum(a: float, x: float, sign: str, b: float, y: float) -> str:
    return rf"{short(a, tex=True)} \cdot {_factor(x)} {sign} {short(b, tex=True)} \cdot {_factor(y)}"


def _factor(x: float) -> str:
    return f"({digits(x)})" if x < 0 else digits(x)


def _sums(names: Sequence[str], sums: Sequence[str], values: Sequence[float]) -> str:
    """Each sum with its value on a line of its own: a telephone is narrow."""
    rows = [rf"{name} &= {one} \\ &= {digits(x)}" for name, one, x in zip(names, sums, values, strict=True)]
    return r"\begin{aligned}" + r" \\[0.4em] ".join(rows) + r"\end{aligned}"


def _sine() -> str:
    return t(pt=r"\operatorname{sen}", en=r"\sin")
