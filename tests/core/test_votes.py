"""Votes against every possible outcome, and Condorcet's theorem."""

from collections import Counter
from itertools import pairwise, product
from math import comb, prod

import numpy as np
import pytest

from core.course.votes import majority, plurality
from core.validation import ParameterError


def by_hand(probs, n):
    total = 0.0
    for votes in product(range(len(probs)), repeat=n):
        counts = Counter(votes)
        most = max(counts.values())
        winners = [answer for answer, count in counts.items() if count == most]
        if 0 in winners:
            total += prod(probs[v] for v in votes) / len(winners)
    return total


@pytest.mark.parametrize(
    "probs", [(1.0,), (0.6, 0.4), (0.5, 0.5), (0.4, 0.3, 0.3), (0.4, 0.2, 0.2, 0.2), (0.1, 0.0, 0.9), (0.0, 1.0)]
)
@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_a_vote_is_right_as_often_as_every_outcome_says(probs, n):
    assert plurality(probs, n) == pytest.approx(by_hand(probs, n), abs=1e-12)
    if len(probs) == 2:
        assert majority(probs[0], n) == pytest.approx(by_hand(probs, n), abs=1e-12)


def test_the_two_agree_where_both_apply():
    for p, n in product((0.0, 0.13, 0.5, 0.77, 1.0), (1, 7, 20, 59, 60)):
        assert plurality((p, 1 - p), n) == pytest.approx(majority(p, n), abs=1e-10)


def test_condorcet_the_majority_gains_with_every_two_votes_above_a_half_and_loses_below():
    for p in np.linspace(0, 1, 21):
        for m in range(1, 40):
            gain = majority(p, 2 * m + 1) - majority(p, 2 * m - 1)
            assert gain == pytest.approx(comb(2 * m - 1, m) * (p * (1 - p)) ** m * (2 * p - 1), abs=1e-12)


def test_an_even_number_of_votes_is_worth_the_odd_one_before_it():
    for p in (0.2, 0.5, 0.9):
        assert all(majority(p, 2 * m) == pytest.approx(majority(p, 2 * m - 1), abs=1e-12) for m in range(1, 30))


def test_the_most_frequent_answer_needs_no_majority():
    spread, together = (0.4, *[0.1] * 6), (0.4, 0.6)
    assert all(a < b for a, b in pairwise(plurality(spread, n) for n in (1, 5, 15, 45)))
    assert all(a > b for a, b in pairwise(plurality(together, n) for n in (1, 5, 15, 45)))


def test_what_is_not_a_vote_is_refused():
    for probs, n in (((0.5, 0.4), 3), ((), 3), ((0.5, 0.5), 61), ((0.5, 0.5), 0), ((1.2, -0.2), 3)):
        with pytest.raises(ParameterError):
            plurality(probs, n)
    with pytest.raises(ParameterError):
        majority(1.5, 3)
