"""Numbers from the engines' own tests, put to the samplers here.

llama.cpp tests/test-sampling.cpp @07e4038; transformers tests/generation/test_logits_process.py @019af3a. Where an engine cuts
inside a tie its number is left out: here a tied group stays or goes as a whole.
"""

import numpy as np
import pytest
import torch

import core
from core import Context, SamplingParams


def after(weights, **params) -> list[float]:
    context = Context(output=params.pop("context", ()))
    return core.probabilities(np.log(weights), SamplingParams(**params), context).tolist()


@pytest.mark.parametrize(
    "weights, ids, expected, multiplier, allowed, breakers",
    [
        ([0.25] * 4, [0, 1], [0.25] * 4, 1.0, 2, []),
        ([0.25] * 4, [0, 1, 2, 0, 1], [0.296923, 0.296923, 0.109232, 0.296923], 1.0, 2, []),
        ([0.2] * 5, [0, 1, 3, 4, 0, 1], [0.2] * 5, 1.0, 2, [3]),
        ([0.2] * 5, [0, 1, 2, 0, 1], [0.241818, 0.241818, 0.032727, 0.241818, 0.241818], 2.0, 2, []),
        ([0.2] * 5, [0, 1, 2, 3, 4, 0, 1], [0.2] * 5, 1.0, 4, []),
    ],
)
def test_dry_is_that_of_llama_cpp(weights, ids, expected, multiplier, allowed, breakers):
    params = {"dry_multiplier": multiplier, "dry_base": 1.1, "dry_allowed_length": allowed, "dry_breakers": breakers}
    assert after(weights, **params, context=ids) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "weights, expected",
    [([0.1, 0.15, 0.2, 0.25, 0.3], [0, 0, 0, 0.45454545, 0.54545455]), ([0.2] * 5, [0.2] * 5)],
)
def test_p_less_is_that_of_llama_cpp(weights, expected):
    assert after(weights, p_less=True) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "threshold, left", [(0.09, [0.1]), (0.19, [0.2, 0.1]), (0.29, [0.3, 0.2, 0.1]), (0.39, [0.4, 0.3, 0.2, 0.1])]
)
def test_xtc_is_that_of_llama_cpp(threshold, left):
    probs = after([0.4, 0.3, 0.2, 0.1], xtc_probability=1, xtc_threshold=threshold)
    assert [p for p in probs if p] == pytest.approx([p / sum(left) for p in left])


@pytest.mark.parametrize(
    "n, expected", [(1, [0, 0, 0.428571, 0.571429]), (0, [0.1, 0.2, 0.3, 0.4]), (3, [0.1, 0.2, 0.3, 0.4])]
)
def test_top_n_sigma_is_that_of_llama_cpp(n, expected):
    assert after([0.1, 0.2, 0.3, 0.4], top_n_sigma=n) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "weights, h, left",
    [
        ([0.97, 0.01, 0.01, 0.01], 0.3, [0]),
        ([0.4, 0.3, 0.2, 0.1], 0.7, [0, 1]),
        ([0.25] * 4, 1.0, [0, 1, 2, 3]),
        ([0.75, 0.25, 0.0, 0.0], 0.4, [0]),
    ],
)
def test_top_h_is_that_of_transformers(weights, h, left):
    kept = core.top_h(torch.tensor(weights).log(), h) > -torch.inf
    assert kept.nonzero().flatten().tolist() == left


def test_a_row_that_would_lose_a_protected_token_is_left_alone_by_xtc():
    u = torch.log(torch.tensor([[0.4, 0.3, 0.2, 0.1], [0.2, 0.3, 0.4, 0.1]], dtype=torch.float64))
    free, spared = core.xtc(u, 0.15, protected=[2])
    assert (free > -torch.inf).tolist() == [False, False, True, True] and torch.equal(spared, u[1])
