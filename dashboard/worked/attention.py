"""Causal attention over a handful of tokens, step by step, for each position that asks."""

import math
from collections.abc import Sequence

import torch

from core.models.gpt import attend
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import separators, short, t
from dashboard.worked.lines import digits, equations, total_of

Matrix = Sequence[Sequence[float]]


def attention_by_hand(id: str, title: str, x: Matrix, queries: Matrix, keys: Matrix, values: Matrix) -> Derivation:
    """Project x (T, C) by three matrices (C, d), then score, mask, softmax and average: one case per position."""
    q, k, v = (_product(x, matrix) for matrix in (queries, keys, values))
    whole = [torch.tensor(rows, dtype=torch.float64)[None, None] for rows in (q, k, v)]
    outputs, weights = attend(*whole)
    cases = [
        Case(
            t(pt=f"posição {i + 1}", en=f"position {i + 1}"),
            [
                _projection(i, x[i], q[i], dict(zip("QKV", (queries, keys, values), strict=True))),
                *_steps(i, q, k, v, weights[0, 0, i].tolist(), outputs[0, 0, i].tolist()),
            ],
        )
        for i in range(len(x))
    ]
    return Derivation(id, title, cases)


def _steps(i: int, q: Matrix, k: Matrix, v: Matrix, weights: list[float], output: list[float]) -> list[Step]:
    d, T, seen = len(q[0]), len(q), range(i + 1)
    scores = [sum(a * b for a, b in zip(q[i], k[j], strict=True)) for j in range(T)]
    divided = [scores[j] / math.sqrt(d) for j in seen]
    exponentials = [math.exp(s) for s in divided]
    total = math.fsum(exponentials)
    shares = [e / total for e in exponentials]
    mixed = [math.fsum(p * v[j][c] for j, p in zip(seen, shares, strict=True)) for c in range(len(v[0]))]
    assert max(abs(a - b) for a, b in zip([*shares, *mixed], [*weights[: i + 1], *output], strict=True)) < 1e-12
    at = range(1, T + 1)
    dots = [" + ".join(rf"{short(a, tex=True)} \cdot {short(b, tex=True)}" for a, b in zip(q[i], k[j], strict=True)) for j in range(T)]  # fmt: skip
    masked = [
        rf"\frac{{{short(scores[j], tex=True)}}}{{\sqrt{{{d}}}}} = {digits(divided[j])}" if j <= i else r"-\infty"
        for j in range(T)
    ]
    sums = [" + ".join(rf"{digits(p)} \cdot {short(v[j][c], tex=True)}" for j, p in zip(seen, shares, strict=True)) for c in range(len(v[0]))]  # fmt: skip
    return [
        Step(
            t(pt="Do mesmo modo com as outras: a chave e o valor de cada posição", en="In the same way with the others: every position's key and value"),
            equations([*(f"k_{j}" for j in at), *(f"v_{j}" for j in at)], [_row(r) for r in (*k, *v)]),
        ),
        Step(
            t(pt="O produto da consulta com cada chave", en="The product of the query with every key"),
            equations([rf"q_{i + 1} \cdot k_{j}" for j in at], dots, [short(s, tex=True) for s in scores]),
        ),
        Step(
            t(pt="Divida por √d; a máscara proíbe as posições seguintes", en="Divide by √d; the mask forbids the later positions"),
            equations([f"s_{j}" for j in at], masked),
        ),
        Step(
            t(pt="Exponencie; e elevado a −∞ é 0", en="Exponentiate; e to the power −∞ is 0"),
            equations([f"e^{{s_{j + 1}}}" for j in seen], [digits(e) for e in exponentials]),
        ),
        Step(t(pt="Some", en="Add up"), total_of([digits(e) for e in exponentials], digits(total))),
        Step(
            t(pt="Os pesos somam 1", en="The weights add up to 1"),
            equations(
                [f"a_{j + 1}" for j in seen],
                [rf"\frac{{{digits(e)}}}{{{digits(total)}}}" for e in exponentials],
                [digits(p) for p in shares],
            ),
        ),
        Step(
            t(pt="A saída: a média dos valores com esses pesos", en="The output: the average of the values with those weights"),
            equations([rf"o_{{{c + 1}}}" for c in range(len(sums))], sums, [digits(m) for m in mixed]),
        ),
    ]  # fmt: skip


def _projection(i: int, x: Sequence[float], q: Sequence[float], matrices: dict[str, Matrix]) -> Step:
    """The three matrices, and this position's query as its vector times the first."""
    shown = [
        r"\begin{pmatrix}"
        + r" \\ ".join(" & ".join(short(a, tex=True) for a in row) for row in matrix)
        + r"\end{pmatrix}"
        for matrix in matrices.values()
    ]
    terms = [
        " + ".join(
            rf"{short(a, tex=True)} \cdot {short(row[c], tex=True)}" for a, row in zip(x, matrices["Q"], strict=True)
        )
        for c in range(len(q))
    ]
    return Step(
        t(pt="As três matrizes, e a consulta desta posição: o vetor dela vezes a primeira", en="The three matrices, and this position's query: its vector times the first"),
        equations([f"W_{name}" for name in matrices] + [rf"q_{i + 1}" for _ in range(2)], [*shown, _tuple(terms), _row(q)]),
    )  # fmt: skip


def _product(x: Matrix, matrix: Matrix) -> list[list[float]]:
    return [
        [float(sum(a * row[c] for a, row in zip(one, matrix, strict=True))) for c in range(len(matrix[0]))] for one in x
    ]


def _row(values: Sequence[float]) -> str:
    return _tuple([short(value, tex=True) for value in values])


def _tuple(parts: Sequence[str]) -> str:
    """The parts in round brackets; where the decimal mark is a comma, a semicolon separates them."""
    return "(" + (r";\;" if separators()["decimal"] == "," else r",\;").join(parts) + ")"
