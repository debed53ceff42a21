"""Code lengths and the arithmetic code, against brute force and the theorems that the lesson proves."""

import random
from fractions import Fraction
from itertools import product
from math import ceil, log2, prod

import pytest

from core import entropy, kl_divergence
from core.course.arithmetic_code import (
    arithmetic_code,
    arithmetic_decode,
    arithmetic_interval,
    code_length,
    kraft_sum,
    prefix_code,
    shannon_length,
)
from core.validation import ParameterError


def tables(draw: random.Random, steps: int, size: int) -> list[list[Fraction]]:
    rows = []
    for _ in range(steps):
        weights = [draw.choice([0, 1, 2, 7, 50]) for _ in range(size - 1)] + [1]
        rows.append([Fraction(w, sum(weights)) for w in weights])
    return rows


def test_the_length_of_a_text_is_minus_the_logarithm_of_its_probability():
    probs = [0.5, 0.25, 1.0, 0.3]
    assert code_length(probs) == pytest.approx(-log2(prod(probs)), abs=1e-12) and code_length([]) == 0


@pytest.mark.parametrize("p", [0, -0.1, 1.5, float("nan")])
def test_an_impossible_token_has_no_length(p):
    with pytest.raises(ParameterError):
        code_length([0.5, p])


def test_shannon_s_length_is_the_logarithm_rounded_up_also_at_powers_of_two():
    for k in range(60):
        assert shannon_length(2.0**-k) == k == shannon_length(Fraction(1, 2**k))
    draw = random.Random(1)
    for _ in range(300):
        p = draw.random() ** 3
        assert shannon_length(p) == ceil(-log2(p))


def test_words_exist_exactly_when_kraft_s_sum_is_at_most_one():
    for lengths in product(range(1, 5), repeat=4):
        if sum(2.0**-n for n in lengths) > 1:
            with pytest.raises(ParameterError):
                prefix_code(lengths)
            continue
        words = prefix_code(lengths)
        assert [len(word) for word in words] == list(lengths)
        assert not any(a != b and b.startswith(a) for a in words for b in words) and len(set(words)) == 4


def test_the_mean_length_lies_between_the_entropy_and_one_bit_above_the_cross_entropy():
    draw = random.Random(2)
    for _ in range(200):
        p, q = (
            [x / sum(row) for x in row] for row in ([draw.random() ** 4 + 1e-6 for _ in range(6)] for _ in range(2))
        )
        lengths = [shannon_length(x) for x in q]
        mean = sum(a * n for a, n in zip(p, lengths, strict=True))
        assert kraft_sum(lengths) <= 1
        assert entropy(p).item() - 1e-12 <= mean < (entropy(p) + kl_divergence(p, q)).item() + 1


def test_the_intervals_of_all_texts_tile_the_unit_interval():
    rows = tables(random.Random(3), 3, 3)
    parts = [
        arithmetic_interval(rows, chosen)
        for chosen in product(range(3), repeat=3)
        if all(row[i] for row, i in zip(rows, chosen, strict=True))
    ]
    edge = Fraction(0)
    for low, width in sorted(parts):
        assert low == edge
        edge += width
    assert edge == 1


def test_a_text_comes_back_from_its_code_which_is_within_two_bits_of_its_length():
    draw = random.Random(4)
    for _ in range(300):
        steps, size = draw.randint(0, 8), draw.randint(2, 5)
        rows = tables(draw, steps, size)
        chosen = [draw.choice([i for i, p in enumerate(row) if p]) for row in rows]
        low, width = arithmetic_interval(rows, chosen)
        assert width == prod((row[i] for row, i in zip(rows, chosen, strict=True)), start=Fraction(1))
        bits = arithmetic_code(low, width)
        assert len(bits) <= ceil(-log2(width)) + 1
        inside = Fraction(int(bits or "0", 2), 2 ** len(bits))
        assert low <= inside and inside + Fraction(1, 2 ** len(bits)) <= low + width
        assert arithmetic_decode(bits, lambda before, rows=rows: rows[len(before)], steps) == chosen


def test_no_code_of_a_text_of_given_length_begins_another():
    rows = [[Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]] * 4
    words = [arithmetic_code(*arithmetic_interval(rows, chosen)) for chosen in product(range(3), repeat=4)]
    assert not any(a != b and b.startswith(a) for a in words for b in words) and len(set(words)) == len(words)
