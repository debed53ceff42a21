"""What is measured on a distribution."""

from math import inf, log

import pytest
import torch

import core


def test_entropy_of_equal_choices_is_the_logarithm_of_their_number():
    assert core.entropy([0.25] * 4).item() == 2
    assert core.entropy([0.25] * 4, "nats").item() == pytest.approx(log(4))
    assert core.effective_choices([0.25] * 4).item() == pytest.approx(4)


def test_a_certain_choice_has_no_entropy_and_no_minus_sign():
    for probs in ([1.0], [0.0, 1.0]):
        assert str(core.entropy(probs).item()) == "0.0"
        assert core.effective_choices(probs) == 1


def test_measures_reduce_the_last_axis_in_float64():
    probs = torch.full((2, 3, 4), 0.25)
    for measure in (core.entropy(probs), core.total_variation(probs, probs), core.kl_divergence(probs, probs)):
        assert measure.shape == (2, 3) and measure.dtype == torch.float64


def test_kl_is_infinite_where_the_second_rules_out_what_the_first_allows():
    assert core.kl_divergence([1, 0], [0.5, 0.5]).item() == 1
    assert core.kl_divergence([0.5, 0.5], [1, 0]).item() == inf
    assert core.kl_divergence([1, 0], [1, 0]).item() == 0


def test_total_variation_goes_from_zero_to_one():
    assert core.total_variation([1, 0], [1, 0]).item() == 0
    assert core.total_variation([1, 0], [0.5, 0.5]).item() == 0.5
    assert core.total_variation([1, 0], [0, 1]).item() == 1


def test_kept_mass_adds_up_what_is_kept():
    assert core.kept_mass([[0.5, 0.25, 0.25]], [[True, False, True]]).tolist() == [0.75]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("size", [5_000, 151_936])
def test_probabilities_of_many_tokens_add_up_to_one(size, dtype):
    generator = torch.Generator().manual_seed(3)
    for scale in (0.01, 1, 4):
        u = (torch.randn(2, size, generator=generator) * scale).to(dtype)
        for params in (
            core.SamplingParams(),
            core.SamplingParams(0.7, xtc_probability=0.5),
            core.SamplingParams(top_a=0.001),
        ):
            assert (core.probabilities(u, params).double().sum(-1) - 1).abs().max() < 2e-7
            for stage in core.trace(u, params):
                assert (stage.probs.double().sum(-1) - 1).abs().max() < 2e-7
        exact = torch.softmax(u.double(), -1)
        assert (core.softmax(u) / exact - 1).abs().max() < 2e-7
