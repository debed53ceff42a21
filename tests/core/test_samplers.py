"""The rules of the samplers, one by one."""

from fractions import Fraction
from math import inf, log, nextafter

import hypothesis.strategies as st
import numpy as np
import oracles
import pytest
import torch
from hypothesis import given, settings

import core
from core import Context, SamplingParams
from core.params import DEFAULTS

OFF = {name: DEFAULTS[name] for name in oracles.ONE_NUMBER} | {"xtc": 1}
SAMPLERS = {name: getattr(core, name) for name in OFF}
VALUES = {name: 0.3 for name in OFF} | {"temperature": 0.7, "top_k": 3, "top_p": 0.6, "min_p": 0.2}
DTYPES = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
every_sampler = pytest.mark.parametrize("name", SAMPLERS)


def kept(logits) -> list[int]:
    return (logits > -inf).nonzero().flatten().tolist()


# Equal logits, equal fate


@every_sampler
@settings(max_examples=200, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), dtype=st.sampled_from(DTYPES))
def test_permuting_the_vocabulary_permutes_the_result_and_ties_share_their_fate(name, seed, dtype):
    rng = np.random.default_rng(seed)
    value = rng.uniform() if name == "xtc" else oracles.ORACLES[name].anywhere(rng)
    u = torch.tensor(rng.integers(-2, 3, 40)).to(dtype)
    order = torch.from_numpy(rng.permutation(40))
    result = SAMPLERS[name](u, value)
    assert torch.equal(SAMPLERS[name](u[order], value), result[order])
    for level in u.unique():
        assert len(result[u == level].unique()) == 1


def test_top_k_keeps_every_token_that_ties_with_the_kth():
    assert kept(core.top_k([3, 2, 2, 2, 1], 2)) == [0, 1, 2, 3]


def test_the_nucleus_keeps_a_tied_group_whole():
    assert kept(core.top_p(np.log([0.4, 0.2, 0.2, 0.2]), 0.5)) == [0, 1, 2, 3]


def test_bfloat16_ties_are_kept_whole():
    u = (torch.randn(51200, generator=torch.Generator().manual_seed(0)) * 3).bfloat16()
    fiftieth = u.sort(descending=True).values[49]
    assert torch.equal(core.top_k(u, 50) > -inf, u >= fiftieth)
    nucleus = core.top_p(u, 0.9) > -inf
    assert torch.equal(nucleus, u >= u[nucleus].min())


# The nucleus


def test_the_token_that_crosses_p_stays():
    assert kept(core.top_p(np.log([0.5, 0.3, 0.1, 0.1]), 0.7)) == [0, 1]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_cumulative_mass_equal_to_p_has_reached_it(dtype):
    assert kept(core.top_p(torch.tensor([0.5, 0.3, 0.1, 0.1], dtype=dtype).log(), 0.8)) == [0, 1]


def test_p_counts_as_reached_within_four_units_of_float32_rounding_and_no_further():
    u = np.log([0.5, 0.3, 0.2])
    assert kept(core.top_p(u, 0.8 + 3.9 * 2**-24)) == [0, 1]
    assert kept(core.top_p(u, 0.8 + 4.1 * 2**-24)) == [0, 1, 2]


# Off, and the ends of every range


@every_sampler
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_sampler_that_is_off_changes_nothing(name, dtype):
    u = torch.tensor([[3, 1, -inf, 60, -200]], dtype=dtype)
    assert torch.equal(SAMPLERS[name](u, OFF[name]), u)


def test_top_k_above_the_vocabulary_cuts_nothing():
    assert kept(core.top_k([1, 2, 3], 4)) == kept(core.top_k([1, 2, 3], 10**9)) == [0, 1, 2]


@pytest.mark.parametrize(
    "sampler, value", [(core.top_p, 0), (core.top_h, 0), (core.top_p, 5e-324), (core.min_p, 1), (core.top_k, 1)]
)
def test_the_strictest_cut_keeps_the_tied_maxima(sampler, value):
    assert kept(sampler([1, 5, -inf, 5, 4], value)) == [1, 3]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("tau", [0, 5e-324, 1e-310, 1e-40, 1e-5])
def test_a_tiny_temperature_is_the_limit_and_never_overflows(dtype, tau):
    u = torch.tensor([3, 60000, -inf, 60000, -60000], dtype=dtype)
    assert core.softmax(u, tau).tolist() == [0, 0.5, 0, 0.5, 0]
    result = core.temperature(u, tau)
    assert not result.isnan().any() and result[[1, 3]].tolist() == [0, 0]


def test_temperature_zero_leaves_the_maxima_at_zero_and_the_rest_impossible():
    assert core.temperature([1, 5, -inf, 5], 0).tolist() == [-inf, 0, -inf, 0]


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_huge_temperature_is_uniform_over_what_is_possible(dtype):
    u = torch.tensor([60000, -60000, -inf, 0, 1], dtype=dtype)
    for tau in (1e300, nextafter(inf, 0), inf):
        assert core.softmax(u, tau).tolist() == [0.25, 0.25, 0, 0.25, 0.25]
    assert core.softmax([1.7e308, -1.7e308], inf).tolist() == [0.5, 0.5]
    assert core.temperature([3, -inf, 1], inf).tolist() == [0, -inf, 0]


def test_min_p_is_relative_to_the_maximum():
    u = [0, log(0.5) + 1e-12, log(0.5) - 1e-12, -9]
    assert kept(core.min_p(u, 0.5)) == [0, 1]


# Inputs


@every_sampler
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(7,), (2, 7), (2, 0, 7), (3, 2, 7), (4, 1)])
def test_shape_and_dtype_are_kept_and_rows_are_independent(name, dtype, shape):
    u = torch.randn(shape, generator=torch.Generator().manual_seed(1)).to(dtype)
    result = SAMPLERS[name](u, VALUES[name])
    assert result.shape == u.shape and result.dtype == dtype
    for row in np.ndindex(shape[:-1]):
        assert torch.equal(result[row], SAMPLERS[name](u[row], VALUES[name]))


@every_sampler
@pytest.mark.parametrize("off", [False, True])
def test_the_input_is_never_modified_nor_shared(name, off):
    value = OFF[name] if off else VALUES[name]
    tensor, array = torch.tensor([3.0, 1, 0, -1, -inf]), np.array([3.0, 1, 0, -1, -inf])
    for u in (tensor, array):
        SAMPLERS[name](u, value).fill_(7)
    assert tensor.tolist() == array.tolist() == [3, 1, 0, -1, -inf]


@every_sampler
def test_lists_arrays_and_integer_tensors_become_float64(name):
    expected = SAMPLERS[name](torch.tensor([3.0, 1, 0, -1], dtype=torch.float64), VALUES[name])
    for u in ([3, 1, 0, -1], (3.0, 1, 0, -1), np.array([3, 1, 0, -1], np.float32), torch.tensor([3, 1, 0, -1])):
        result = SAMPLERS[name](u, VALUES[name])
        assert result.dtype == torch.float64 and torch.equal(result, expected)


@pytest.mark.parametrize(
    "sampler, one, other",
    [
        (core.temperature, 2, 2.0),
        (core.top_k, 2, 2.0),
        (core.top_k, 2, np.int64(2)),
        (core.top_p, 1, 1.0),
        (core.top_p, np.float32(0.5), 0.5),
        (core.min_p, 0, 0.0),
        (core.softmax, 2, 2.0),
    ],
)
def test_integers_and_numpy_numbers_are_numbers(sampler, one, other):
    u = [3, 1, 0, -1]
    assert torch.equal(sampler(u, one), sampler(u, other))


def test_half_precision_probabilities_are_float32():
    u = torch.tensor([3, 1, 0, -1]).bfloat16()
    assert core.softmax(u).dtype == torch.float32
    assert torch.equal(core.softmax(u, 0.7), core.softmax(u.float(), 0.7))


def of_every_form(values: list[float]) -> dict:
    """The same numbers, exact in a float of eight bits, in every form that holds real numbers."""
    exact = torch.tensor(values, dtype=torch.float64)
    forms = {str(dtype): exact.to(dtype) for dtype in EXACT}
    forms |= {f"tracked {dtype}": exact.to(dtype).requires_grad_() for dtype in (torch.float32, torch.float64)}
    forms |= {f"numpy {kind}": np.array(values, dtype=kind) for kind in ("f2", "f4", "f8", "g", "i1", "i8", "u8", "O")}
    return forms | {
        "list": values,
        "tuple": tuple(values),
        "range": range(int(values[0]), int(values[0]) + len(values)),
        "fractions": [Fraction(value) for value in values],
        "numpy numbers": [np.float16(value) for value in values],
        "tensors": list(exact.bfloat16()),
        "tracked tensors": list(exact.clone().requires_grad_()),
        "strided": torch.stack((exact, exact + 1), -1)[..., 0],
        "negated": torch.complex(exact, -exact).conj().imag,
    }


EXACT = [
    torch.float64,
    torch.float32,
    torch.float16,
    torch.bfloat16,
    torch.int8,
    torch.int64,
    torch.uint16,
    torch.uint64,
]
EXACT += [torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz, torch.float8_e5m2fnuz]


@pytest.mark.parametrize("form", of_every_form([1.0, 2.0, 3.0]))
def test_the_same_numbers_have_the_same_answer_in_every_form(form):
    logits, context = of_every_form([1.0, 2.0, 3.0])[form], Context([0, 1], [2, 2])
    for params in (
        SamplingParams(),
        SamplingParams(repetition_penalty=2, frequency_penalty=0.25, logit_bias={1: 0.5}),
        SamplingParams(no_repeat_ngram=2, top_k=2),
        SamplingParams(dynatemp_range=0.5, top_n_sigma=1.5),
        SamplingParams(greedy=True),
    ):
        exact = core.probabilities(torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64), params, context)
        assert torch.allclose(core.probabilities(logits, params, context).double(), exact, atol=1e-6)
        assert core.trace(logits, params, context)[-1].probs.shape == (3,)
        drawn = [int(core.sample(logits, params, seed, context)) for seed in range(20)]
        assert drawn == [int(core.sample([1.0, 2.0, 3.0], params, seed, context)) for seed in range(20)]
    assert core.draw(logits, 0.4) == 1


def test_penalties_pass_a_gradient_on():
    u = torch.tensor([[1.0, -2.0, 3.0]] * 2, dtype=torch.float64, requires_grad=True)
    params = SamplingParams(repetition_penalty=2, frequency_penalty=0.5, logit_bias={0: 1}, no_repeat_ngram=2)
    (slope,) = torch.autograd.grad(core.apply(u, params, Context([0, 1], [0]))[:, 0].sum(), u)
    assert slope.tolist() == [[0.5, 0, 0]] * 2  # (1 + 1) / 2 − 0.5, from 1


@pytest.mark.parametrize("tail", [[], [-inf], [-inf] * 5])
@pytest.mark.parametrize(
    "threshold, left", [(0, [0.0]), (0.3, [2.0, 1.0, 0.0]), (0.2, [1.0, 0.0]), (1, [2.0, 1.0, 0.0])]
)
def test_tokens_already_cut_are_not_above_the_threshold_of_xtc(threshold, left, tail):
    kept = core.xtc([2.0, 1.0, 0.0, *tail], threshold)
    assert kept[kept > -inf].tolist() == left
    assert (kept[3:] == -inf).all()


@pytest.mark.parametrize("factor", [2.0**-1040, 2.0**-600, 1.0, 2.0**600, 2.0**1022])
def test_the_spread_of_logits_may_be_of_any_size(factor):
    u = torch.tensor([1.5, 1.0, 0.25, -1.5, -inf], dtype=torch.float64)
    for n in (0.5, 1.0, 2.0):
        expected = core.top_n_sigma(u, n) > -inf
        assert torch.equal(core.top_n_sigma(u * factor, n) > -inf, expected) and expected[:4].sum() < 4
