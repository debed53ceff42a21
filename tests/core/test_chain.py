"""The ordered chain: params, what is drawn from, and the trace."""

import dataclasses
from itertools import pairwise
from math import inf

import numpy as np
import pytest
import torch

import core
from core import SamplingParams

U = [[3.0, 1.0, 0.0, -1.0, -inf], [0.0, 0.0, 2.0, 2.0, 5.0]]


def kept(weights, **params) -> list[int]:
    return core.probabilities(np.log(weights), SamplingParams(**params)).nonzero().flatten().tolist()


def test_the_defaults_change_nothing():
    assert torch.equal(core.probabilities(U, SamplingParams()), core.softmax(U))


def test_params_are_frozen_hashable_and_normalised():
    params = SamplingParams(temperature=1, top_k=2.0, order=["top_k", "temperature"])
    assert params == SamplingParams(top_k=2, order=("top_k", "temperature")) and len({params, params}) == 1
    assert isinstance(params.temperature, float) and isinstance(params.top_k, int)
    with pytest.raises(dataclasses.FrozenInstanceError):
        params.top_k = 3


def test_an_engine_name_is_its_order():
    four = {"temperature": 0.8, "top_k": 4, "top_p": 0.9, "min_p": 0.05}
    assert SamplingParams(**four).stages == SamplingParams(**four, order="transformers").stages
    assert SamplingParams(**four, order="transformers").stages == ("temperature", "top_k", "top_p", "min_p")
    assert SamplingParams(**four, order="vllm").stages == ("temperature", "min_p", "top_k", "top_p")
    assert SamplingParams(**four, order="llama.cpp").stages == ("top_k", "top_p", "min_p", "temperature")
    assert SamplingParams(**four, order="openai").stages == ("temperature", "top_p")


def test_what_an_order_leaves_out_is_ignored_and_said():
    params = SamplingParams(0.8, 4, 0.9, 0.05, "openai")
    assert params.ignored == ("top_k", "min_p")
    assert SamplingParams(0.8, 4, 0.9, 0.05).ignored == ()
    assert set(core.params.DEFAULT_ORDER) == set(core.STAGES)


def test_a_stage_left_out_of_the_order_does_not_run():
    assert kept([0.4, 0.3, 0.2, 0.1], top_k=1, order=[]) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "params, first, second",
    [
        ({"temperature": 2, "top_p": 0.7}, [0, 1, 2], [0, 1]),
        ({"top_k": 2, "top_p": 0.55}, [0], [0, 1]),
        ({"temperature": 3, "min_p": 0.3}, [0, 1, 2, 3], [0, 1, 2]),
    ],
)
def test_the_order_matters(params, first, second):
    weights, names = [0.4, 0.3, 0.2, 0.1], list(params)
    assert kept(weights, **params, order=names) == first
    assert kept(weights, **params, order=names[::-1]) == second


@pytest.mark.parametrize("order", ["transformers", "vllm", "llama.cpp", ("min_p", "temperature")])
def test_the_trace_tells_every_stage_and_ends_where_the_chain_does(order):
    params = SamplingParams(0.8, 4, 0.9, 0.05, order)
    stages = core.trace(U, params)
    assert [stage.name for stage in stages] == ["logits", *params.stages]
    assert torch.equal(stages[0].logits, torch.tensor(U, dtype=torch.float64))
    assert torch.equal(stages[-1].logits, core.apply(U, params))
    assert torch.equal(stages[-1].probs, core.probabilities(U, params))
    assert stages[0].mass_removed.tolist() == [0, 0]
    for before, stage in pairwise(stages):
        assert torch.equal(stage.probs, core.softmax(stage.logits))
        assert torch.equal(stage.kept, stage.logits > -inf)
        assert torch.equal(stage.mass_removed, core.kept_mass(before.probs, before.kept & ~stage.kept))
        assert torch.equal(stage.entropy, core.entropy(stage.probs))
        assert torch.equal(stage.effective_choices, core.effective_choices(stage.probs))


def test_stages_that_are_off_do_not_appear():
    assert [stage.name for stage in core.trace(U, SamplingParams())] == ["logits"]
    assert [stage.name for stage in core.trace(U, SamplingParams(top_p=0.9, top_k=3))] == ["logits", "top_k", "top_p"]


def test_temperature_zero_survives_every_order():
    for order in ("transformers", "vllm", "llama.cpp"):
        probs = core.probabilities([1, 5, 5, -inf], SamplingParams(0, 3, 0.9, 0.1, order))
        assert probs.tolist() == [0, 0.5, 0.5, 0]


def test_half_precision_is_raised_to_float32_once():
    u = torch.randn(2000, generator=torch.Generator().manual_seed(0)).mul(5).bfloat16()
    params = SamplingParams(0.7, 200, 0.9, 0.01)
    assert core.apply(u, params).dtype == torch.float32
    assert torch.equal(core.apply(u, params), core.apply(u.float(), params))


def test_the_chain_never_modifies_its_input():
    u = torch.tensor(U)
    for call in (core.apply, core.probabilities, core.trace, core.sample):
        call(u, SamplingParams(0.5, 2, 0.5, 0.5))
        assert torch.equal(u, torch.tensor(U))
