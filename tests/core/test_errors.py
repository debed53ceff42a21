"""Every error names the argument, the value and what is accepted."""

import copy
import pickle
from math import inf, nan

import numpy as np
import pytest
import torch

import core
from core import CounterGenerator, ParameterError, SamplingParams

U = [1.0, 2.0]
NOT_NUMBERS = [True, False, "1", None, [1], 1j]
PARAMETERS = {
    "temperature": (core.temperature, "a number >= 0", [-1, -1e-300, -inf, nan, np.float64("nan")]),
    "top_k": (core.top_k, "a whole number >= 0", [-1, 2.5, inf, nan, -2.0]),
    "top_p": (core.top_p, "a number in [0, 1]", [-0.1, 1.1, 2, inf, nan]),
    "min_p": (core.min_p, "a number in [0, 1]", [-0.1, 1.1, 2, inf, nan]),
}
OUT_OF_RANGE = [(name, bad) for name, (_, _, values) in PARAMETERS.items() for bad in [*values, *NOT_NUMBERS]]
BAD_ROWS = {"NaN": nan, "plus infinity": inf, "nothing possible": -inf}
TAKES_LOGITS = {
    "softmax": core.softmax,
    "temperature": lambda u: core.temperature(u, 2),
    "top_k": lambda u: core.top_k(u, 1),
    "top_p": lambda u: core.top_p(u, 0.5),
    "min_p": lambda u: core.min_p(u, 0.5),
    "apply": lambda u: core.apply(u, SamplingParams()),
    "trace": lambda u: core.trace(u, SamplingParams()),
    "sample": lambda u: core.sample(u, SamplingParams(), 1),
    "theorem": lambda u: core.hot_distance(u, 1),
}


def says(error, argument, value, accepted):
    assert isinstance(error, ValueError)
    assert error.argument == argument and error.accepted == accepted
    for part in (error.value, value):
        assert repr(part) in str(error)  # repr, because NaN equals nothing
    for part in (argument, accepted):
        assert part in str(error)


@pytest.mark.parametrize("name, bad", OUT_OF_RANGE)
def test_a_sampler_and_the_params_refuse_the_same_values(name, bad):
    sampler, accepted, _ = PARAMETERS[name]
    for call in (lambda: sampler(U, bad), lambda: SamplingParams(**{name: bad})):
        with pytest.raises(ParameterError) as caught:
            call()
        says(caught.value, name, bad, accepted)


@pytest.mark.parametrize("name", TAKES_LOGITS)
@pytest.mark.parametrize("fault", BAD_ROWS)
def test_bad_logits_name_their_row(name, fault):
    bad = [BAD_ROWS[fault]] * 2
    accepted = "finite or -inf, with a finite maximum"
    for logits, row, told in (
        (bad, (), "logits must"),
        ([U, U, bad, bad], (2,), "logits (row 2) must"),
        ([[U, U], [U, bad]], (1, 1), "logits (row 1, 1) must"),
    ):
        with pytest.raises(ParameterError) as caught:
            TAKES_LOGITS[name](torch.tensor(logits))
        says(caught.value, "logits", BAD_ROWS[fault], accepted)
        assert caught.value.row == row and told in str(caught.value)


@pytest.mark.parametrize("name", TAKES_LOGITS)
@pytest.mark.parametrize("bad", [[], [[]], 1.0, "text", [[1], [1, 2]], None, torch.tensor([1j])])
def test_what_is_not_an_array_of_logits_is_refused(name, bad):
    with pytest.raises(ParameterError, match="^logits .*must be|^logits must be"):
        TAKES_LOGITS[name](bad)


def test_nan_is_found_beside_an_infinity():
    with pytest.raises(ParameterError, match="nan"):
        core.softmax([inf, nan, 1])


@pytest.mark.parametrize(
    "order", ["", "openai", "top_k", ["top_k", "top_k"], ["beam"], ["temperature", 3], 7, {"top_k"}, [["top_k"]]]
)
def test_an_unknown_engine_and_an_unknown_or_repeated_stage_are_refused(order):
    with pytest.raises(ParameterError) as caught:
        SamplingParams(order=order)
    says(caught.value, "order", order, caught.value.accepted)
    for name in ("transformers", "vllm", "llama.cpp", "temperature", "top_k", "top_p", "min_p"):
        assert name in caught.value.accepted


@pytest.mark.parametrize(
    "call, argument",
    [
        (lambda: core.entropy([1.0], "bit"), "unit"),
        (lambda: core.cold_temperature(U, 1.5), "miss"),
        (lambda: core.continuity_bound(U, 1, -1), "temperature"),
        (lambda: core.draw([0.5, 0.5], 1.0), "u"),
        (lambda: core.draw([0.5, 0.5], -0.1), "u"),
        (lambda: core.draw([0.5, 0.5], nan), "u"),
        (lambda: core.draw([0.0, 0.0], 0.5), "probs"),
        (lambda: core.draw([nan, 0.0], 0.5), "probs"),
        (lambda: CounterGenerator(-1), "seed"),
        (lambda: CounterGenerator(2**128), "seed"),
        (lambda: CounterGenerator(True), "seed"),
        (lambda: CounterGenerator(1, step=0.5), "step"),
        (lambda: core.sample(U, SamplingParams(), "dice"), "seed"),
    ],
)
def test_other_arguments_are_checked_too(call, argument):
    with pytest.raises(ParameterError) as caught:
        call()
    assert caught.value.argument == argument
    assert str(caught.value).startswith(argument)


def test_the_error_travels_between_processes():
    error = ParameterError("top_p", 2, "a number in [0, 1]")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert str(twin) == str(error) == "top_p must be a number in [0, 1]; got 2"
        assert (twin.argument, twin.value, twin.accepted, twin.row) == ("top_p", 2, "a number in [0, 1]", None)
