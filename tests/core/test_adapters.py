"""Parameters and bytes of the ways to tune a model."""

import pytest
import torch
from torch import nn

import core
from core.course import adapters


def test_low_rank_updates_are_counted_as_the_matrices_they_are():
    shapes = [(6, 4), (4, 9)]
    built = sum(torch.empty(m, 3).numel() + torch.empty(3, n).numel() for m, n in shapes)
    assert adapters.lora_parameters(shapes, 3) == built


def test_an_adapter_is_two_linear_maps_with_biases():
    one = nn.Sequential(nn.Linear(12, 5), nn.GELU(), nn.Linear(5, 12))
    assert adapters.adapter_parameters(3, 12, 5) == 3 * 2 * sum(p.numel() for p in one.parameters())


def test_the_matrices_are_those_of_a_phi_that_transformers_builds():
    from transformers import PhiConfig, PhiForCausalLM

    with torch.device("meta"):
        network = PhiForCausalLM(PhiConfig(vocab_size=50, hidden_size=16, intermediate_size=40, num_hidden_layers=3,
                                           num_attention_heads=4))  # fmt: skip
    found = [tuple(p.shape) for name, p in network.model.layers.named_parameters() if p.ndim == 2]
    ours = adapters.gpt_matrices(3, 16, 40)
    assert sorted(map(sorted, found)) == sorted(map(sorted, ours))


def test_a_trained_parameter_costs_sixteen_bytes_and_a_frozen_one_what_it_is_kept_in():
    assert adapters.tuning_bytes(0, 10, 2) == 160 and adapters.tuning_bytes(100, 10, 0.5) == 210
    assert pytest.approx(4 + 0.127, abs=5e-4) == 8 * adapters.NF4  # bits, as QLoRA says


def test_what_is_out_of_range_is_said():
    for call in (
        lambda: adapters.lora_parameters([(2, 2)], 0),
        lambda: adapters.soft_prompt_parameters(-1, 4),
        lambda: adapters.tuning_bytes(1, 1, -1),
    ):
        with pytest.raises(core.ParameterError):
            call()
