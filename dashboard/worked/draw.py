"""A draw, and the error of a frequency, step by step."""

import math
from collections.abc import Sequence

from core import CounterGenerator, SamplingParams, draw, sample, softmax
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import percent, short, t
from dashboard.worked.lines import digits, equations


def draw_by_hand(id: str, title: str, logits: Sequence[float], seeds: Sequence[int]) -> Derivation:
    """One token from one uniform number and the cumulative sums, one case per seed."""
    return Derivation(id, title, [Case(t(pt=f"semente {s}", en=f"seed {s}"), _draw(logits, s)) for s in seeds])


def places(value: float) -> str:
    """Five decimals: the probabilities of the lesson's example, so rounded, add up to the sums, so rounded."""
    return digits(value, 5)


def _draw(logits: Sequence[float], seed: int) -> list[Step]:
    probs = softmax(logits).tolist()
    (u,) = CounterGenerator(seed).numbers(1)
    sums = [math.fsum(probs[: i + 1]) for i in range(len(probs))]
    token = next(i for i, total in enumerate(sums) if total > u)
    assert token == draw(probs, u) == sample(logits, SamplingParams(), generator=seed)
    index = range(1, len(probs) + 1)
    added = [places(probs[0]), *(f"{places(a)} + {places(p)}" for a, p in zip(sums, probs[1:], strict=False))]
    signs = [f"{places(total)} " + (">" if total > u else r"\le") + f" {places(u)}" for total in sums[: token + 1]]
    return [
        Step(
            t(pt="As probabilidades, na ordem do vocabulário", en="The probabilities, in the order of the vocabulary"),
            equations([f"p_{i}" for i in index], [places(p) for p in probs]),
        ),
        Step(
            t(pt="Some da primeira até cada uma", en="Add up from the first to each one"),
            equations([f"F_{i}" for i in index], added, [places(total) for total in sums]),
        ),
        Step(
            t(
                pt="Peça à semente um número uniforme entre 0 e 1",
                en="Ask the seed for a uniform number between 0 and 1",
            ),
            f"r = {places(u)}",
        ),
        Step(
            t(pt="Percorra as somas até a primeira maior que r", en="Go along the sums to the first above r"),
            r"\begin{aligned}"
            + r" \\[0.4em] ".join(f"F_{i} &= {sign}" for i, sign in zip(index, signs, strict=False))
            + r"\end{aligned}",
        ),
        Step(t(pt="O token dessa soma é o sorteado", en="The token of that sum is drawn"), f"i = {token + 1}"),
    ]


def error_band_by_hand(id: str, title: str, p: float, counts: Sequence[int]) -> Derivation:
    """What chance alone does to the frequency of a token of probability p, one case per number of draws."""
    return Derivation(id, title, [Case(f"n = {n}", _band(p, n)) for n in counts])


def within(p: float, n: int, half: float) -> float:
    """P(|K/n − p| ≤ half) for a binomial K, exactly."""
    inside = (k for k in range(n + 1) if abs(k / n - p) <= half)
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in inside)


def _band(p: float, n: int) -> list[Step]:
    variance = p * (1 - p) / n
    sd = math.sqrt(variance)
    exact = within(p, n, 2 * sd)
    assert exact >= 0.75  # Chebyshev with k = 2
    probability, many = digits(p), short(n, tex=True)
    return [
        Step(
            t(pt="Quantas vezes ele deve ser sorteado, em média", en="How often it should be drawn, on average"),
            rf"n p = {many} \cdot {probability} = {digits(n * p, 2)}",
        ),
        Step(
            t(pt="Variância da frequência", en="Variance of the frequency"),
            rf"\begin{{aligned}}\frac{{p(1-p)}}{{n}} &= \frac{{{probability} \cdot {digits(1 - p)}}}{{{many}}} \\[0.4em] "
            rf"&= {digits(variance, 6)}\end{{aligned}}",
        ),
        Step(
            t(pt="Desvio-padrão: a raiz", en="Standard deviation: the root"),
            rf"\sigma = \sqrt{{{digits(variance, 6)}}} = {digits(sd)}",
        ),
        Step(
            t(pt="Faixa: dois desvios para cada lado", en="Band: two deviations on either side"),
            equations(
                [r"p - 2\sigma", r"p + 2\sigma"],
                [
                    rf"{probability} - 2 \cdot {digits(sd)} \\ &= {percent(p - 2 * sd, tex=True)}",
                    rf"{probability} + 2 \cdot {digits(sd)} \\ &= {percent(p + 2 * sd, tex=True)}",
                ],
            ),
        ),
        Step(
            t(
                pt="Probabilidade exata de cair na faixa, somando a binomial",
                en="Exact probability of falling in the band, from the binomial",
            ),
            percent(exact, tex=True),
        ),
    ]
