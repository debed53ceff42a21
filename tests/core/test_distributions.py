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
