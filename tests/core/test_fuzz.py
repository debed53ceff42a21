"""A slice of `benchmarks.fuzz`, and that it finds what it looks for."""

from math import nan

import pytest
import torch

import core
from benchmarks import fuzz
from core import chain
from core.fused import draw as fast


def test_thousands_of_random_calls_are_answered_or_refused_in_words():
    counts, found = fuzz.run(seed=5, first=0, calls=4000)
    assert not found
    kinds = {call.__name__ for call in fuzz.CALLS}
    assert all(counts[kind, "answered"] > 100 and counts[kind, "refused"] > 10 for kind in kinds - {"call_settings"})
    assert counts["call_settings", "answered"] > 100


def test_a_call_is_the_same_whenever_it_is_made():
    def arguments(index):
        inputs = fuzz.Inputs(3, index)
        return repr((inputs.shape(), inputs.number(), inputs.setting("top_p", 5), inputs.values((2, 3)).tolist()))

    assert [arguments(i) for i in range(20)] == [arguments(i) for i in range(20)]
    assert len({arguments(i) for i in range(20)}) == 20


def test_every_field_and_every_sampler_takes_part():
    told, stages = set(), set()
    for index in range(3000):
        try:
            params = fuzz.Inputs(1, index).params(8)
        except core.ParameterError:
            continue
        told |= {name for name in fuzz.DEFAULTS if getattr(params, name) != fuzz.DEFAULTS[name]}
        stages |= set(params.stages)
    assert told == fuzz.DEFAULTS.keys() and stages == core.STAGES.keys()


def test_every_public_function_on_arrays_takes_part():
    on_arrays = {"softmax", "draw", "sample", "trace", "best_of_n", "cut_cost", "xtc", "nucleus_size_bounds", "top_a"}
    assert on_arrays <= set(fuzz.PUBLIC) and len(fuzz.PUBLIC) > 45


@pytest.mark.parametrize(
    "place, name, worse, told",
    [
        (chain.CUTS, "top_k", lambda u, k, least=1: u + nan, "NaN"),
        (chain.CUTS, "top_p", lambda u, p, least=1: 1 / 0, "ZeroDivisionError"),
        (core, "probabilities", lambda u, *others: chain.probabilities(u, *others) * 1.01, "add up"),
        (core, "sample", lambda u, *others: torch.full(torch.as_tensor(u).shape[:-1], 0), "probability 0"),
        (fast, "charge", lambda count, frequency, presence: presence + 0.0 * count, "otherwise"),
    ],
)
def test_it_finds_what_it_looks_for(monkeypatch, place, name, worse, told):
    (monkeypatch.setitem if isinstance(place, dict) else monkeypatch.setattr)(place, name, worse)
    found = (one for first in range(0, 1500, 100) for one in fuzz.run(2, first, calls=100)[1])
    assert any(told in one.what for one in found)
