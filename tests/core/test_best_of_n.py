"""Several answers, one chosen."""

from itertools import product
from math import log, prod

import pytest
import torch

import core
from core import Candidate


def test_the_closed_form_is_the_sum_over_all_outcomes():
    probs, scores, n = [0.1, 0.2, 0.3, 0.4], [1.0, 3.0, 1.0, 2.0], 3
    brute = [0.0] * 4
    for draws in product(range(4), repeat=n):
        brute[max(draws, key=lambda i: scores[i])] += prod(probs[i] for i in draws)  # the first among equals
    torch.testing.assert_close(core.best_of_n(probs, scores, n), torch.tensor(brute, dtype=torch.float64))


@pytest.mark.parametrize("n", [1, 2, 7, 1000])
@pytest.mark.parametrize("tied", [False, True])
def test_best_of_n_is_a_distribution_within_its_divergence(n, tied):
    generator = torch.Generator().manual_seed(n)
    for size in (1, 2, 50, 2000):
        probs = torch.softmax(torch.randn(3, size, generator=generator).double() * 3, -1)
        scores = torch.randint(0, 5, (size,), generator=generator) if tied else torch.randn(size, generator=generator)
        chosen = core.best_of_n(probs, scores, n)
        torch.testing.assert_close(chosen.sum(-1), torch.ones(3, dtype=torch.float64))
        assert (core.kl_divergence(chosen, probs, "nats") <= core.best_of_n_kl_bound(n) + 1e-9).all()
        if n == 1:
            torch.testing.assert_close(chosen, probs)


def test_the_bound_is_approached_by_many_small_outcomes():
    size = 20000
    uniform = torch.full((size,), 1 / size, dtype=torch.float64)
    found = core.kl_divergence(core.best_of_n(uniform, torch.arange(size), 4), uniform, "nats").item()
    assert found == pytest.approx(log(4) - 3 / 4, abs=1e-3)


def test_an_impossible_outcome_never_wins():
    assert core.best_of_n([0.5, 0.5, 0.0], [1, 2, 3], 5)[2] == 0
    assert core.best_of_n([0.0, 1.0], [1, 1], 5).tolist() == [0, 1]


def test_scores_choose_the_candidate():
    short, long = Candidate((1,), (-2.0,)), Candidate((1, 2, 3), (-1.0, -1.0, -1.0))
    assert core.best_of([short, long]) is short
    assert core.best_of([short, long], core.length_normalised) is long
    assert core.best_of([short, long], lambda candidate: -candidate.tokens[0]) is short  # the first among equals
    assert core.likelihood(long) == -3 and core.length_normalised(long, 2) == pytest.approx(-1 / 3)


def test_self_consistency_is_a_majority_vote():
    assert core.self_consistency("abcb") == core.Vote("b", 0.5, ("b",))
    assert core.self_consistency([7, 8, 8, 7]) == core.Vote(7, 0.5, (7, 8))
