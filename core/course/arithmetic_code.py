"""Probabilities as code lengths: what a text costs in bits, Kraft's sum, and an arithmetic code computed without rounding.

Exact arithmetic on fractions, to be read and checked; a compressor for files would work with machine words.
Sources: Shannon (1948), A Mathematical Theory of Communication; Kraft (1949); Rissanen & Langdon (1979), Arithmetic Coding.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count
from math import fsum, log2

from ..validation import ParameterError

Number = int | float | Fraction


def code_length(probs: Sequence[float]) -> float:
    """−Σ log₂ p, in bits: what a text costs whose tokens had these probabilities, each given those before it.

    Raises:
        ParameterError: a probability outside (0, 1].
    """
    return fsum(-log2(_positive(p)) for p in probs)


def shannon_length(p: Number) -> int:
    """⌈−log₂ p⌉, exact: the least ℓ with 2^−ℓ ≤ p. Raises ParameterError unless 0 < p ≤ 1."""
    p = Fraction(_positive(p))
    return next(bits for bits in count() if p * 2**bits >= 1)


def kraft_sum(lengths: Sequence[int]) -> Fraction:
    """Σ 2^−ℓ. A code in which no word begins another has these lengths only if the sum is at most 1."""
    return sum((Fraction(1, 2**length) for length in lengths), Fraction(0))


def prefix_code(lengths: Sequence[int]) -> list[str]:
    """Words of these lengths, in this order, of which none begins another: intervals of width 2^−ℓ, the widest first.

    Raises:
        ParameterError: no such code exists, since Kraft's sum is above 1.
    """
    if kraft_sum(lengths) > 1:
        raise ParameterError("lengths", list(lengths), "such that the sum of 2^-length is at most 1")
    words, low = [""] * len(lengths), Fraction(0)
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        words[i] = binary(int(low * 2 ** lengths[i]), lengths[i])
        low += Fraction(1, 2 ** lengths[i])
    return words


def arithmetic_interval(tables: Sequence[Sequence[Number]], chosen: Sequence[int]) -> tuple[Fraction, Fraction]:
    """(low, width) of the part of [0, 1) that belongs to a text: each token takes its share of the part before it.

    Args:
        tables: for each step the probabilities (V,) of the tokens, which add up to 1; floats are taken as they are.
        chosen: for each step the token that came; its probability is above 0.

    The width is the probability of the text, exactly.
    """
    low, width = Fraction(0), Fraction(1)
    for table, i in zip(tables, chosen, strict=True):
        low += width * sum(map(Fraction, table[:i]), Fraction(0))
        width *= Fraction(_positive(table[i]))
    return low, width


def arithmetic_code(low: Fraction, width: Fraction) -> str:
    """The shortest bits b such that every number that begins 0.b lies in [low, low + width); no longer than −log₂ width + 2."""
    for bits in count(shannon_length(width)):
        first = -(-low * 2**bits // 1)  # rounded up
        if (first + 1) / Fraction(2**bits) <= low + width:
            return binary(int(first), bits)
    raise AssertionError  # 2^−bits ≤ width / 2 always fits


def arithmetic_decode(bits: str, table: Callable[[list[int]], Sequence[Number]], steps: int) -> list[int]:
    """The text back from its code. `table` gives the probabilities (V,) of the next token after the tokens so far."""
    point, chosen = Fraction(int(bits or "0", 2), 2 ** len(bits)), []
    low, width = Fraction(0), Fraction(1)
    for _ in range(steps):
        for i, p in enumerate(map(Fraction, table(chosen))):  # noqa: B007
            if p and point < low + width * p:
                break
            low += width * p
        width *= p
        chosen.append(i)
    return chosen


def binary(value: int, bits: int) -> str:
    """`value` in binary with `bits` places; no places, no text."""
    return f"{value:0{bits}b}" if bits else ""


def _positive(p: Number) -> Number:
    if not 0 < p <= 1:
        raise ParameterError("p", p, "a probability above 0")
    return p
