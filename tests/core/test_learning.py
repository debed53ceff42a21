"""The gradient of a prediction against autograd, and the step that the theorem promises."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import ParameterError
from core.course.learning import cross_entropy, gradient_step, guaranteed_fall, loss_gradient

pairs = st.lists(st.tuples(st.floats(-30, 30), st.floats(0, 1)), min_size=1, max_size=12)


def split(pair):
    """Logits and shares (V,)."""
    u, y = torch.tensor(pair, dtype=torch.float64).T
    return u, y / y.sum() if y.sum() > 0 else torch.full_like(y, 1 / len(y))


@given(pairs)
def test_loss_and_gradient_are_those_of_autograd(pair):
    u, y = split(pair)
    u.requires_grad_()
    loss = torch.nn.functional.cross_entropy(u[None], y[None])
    loss.backward()
    assert cross_entropy(u.detach(), y).item() == pytest.approx(loss.item(), abs=1e-12)
    assert torch.allclose(loss_gradient(u.detach(), y), u.grad, atol=1e-12)


@given(pairs, st.floats(0.001, 4))
def test_a_step_lowers_the_loss_by_at_least_what_is_guaranteed(pair, rate):
    u, y = split(pair)
    assert cross_entropy(u, y) - cross_entropy(gradient_step(u, y, rate), y) >= guaranteed_fall(u, y, rate) - 1e-9


def test_the_guarantee_is_tight_to_second_order():
    u, y, rate = [0.0, 0.0], [0.6, 0.4], 0.01  # two equal probabilities: the variance reaches its bound
    fall = cross_entropy(u, y) - cross_entropy(gradient_step(u, y, rate), y)
    assert (fall / guaranteed_fall(u, y, rate)).item() == pytest.approx(1, abs=1e-5)


def test_a_long_step_overshoots_where_two_examples_disagree_and_never_with_one():
    u = [2.0, 1.0, 0.0]
    disagree, one = [0.5, 0.5, 0.0], [0.0, 1.0, 0.0]
    losses = {
        name: [cross_entropy(gradient_step(u, y, rate), y).item() for rate in (0, 2, 40)]
        for name, y in (("disagree", disagree), ("one", one))
    }
    assert losses["disagree"][1] < losses["disagree"][0] < losses["disagree"][2]
    assert losses["one"][2] < losses["one"][1] < losses["one"][0]


def test_a_token_that_cannot_come_keeps_its_logit_and_costs_without_end():
    u = [2.0, 1.0, -math.inf]
    assert gradient_step(u, [0.0, 1.0, 0.0], 1.0)[2] == -math.inf
    assert cross_entropy(u, [0.0, 0.0, 1.0]) == math.inf
    assert cross_entropy(u, [0.0, 1.0, 0.0]).isfinite()


@pytest.mark.parametrize("call", [lambda: gradient_step([1.0], [1.0], -0.1), lambda: cross_entropy([math.nan], [1.0]),
                                  lambda: gradient_step([1.0, 2.0], [1.0, 0.0], math.nan)])  # fmt: skip
def test_bad_input_is_refused(call):
    with pytest.raises(ParameterError):
        call()
