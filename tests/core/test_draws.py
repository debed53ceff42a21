"""Draws, without statistics: an inverse cumulative distribution is a function of u."""

from math import inf

import numpy as np
import oracles
import pytest
import torch

import core
from core import CounterGenerator, SamplingParams

LAST = 1 - 2**-53  # the largest uniform number in float64


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("family", ["normal 1", "zipf"])
@pytest.mark.parametrize(
    "params",
    [
        SamplingParams(temperature=0.8),
        SamplingParams(top_k=50),
        SamplingParams(top_p=0.9),
        SamplingParams(min_p=0.05),
        SamplingParams(0.8, 50, 0.9, 0.05, "llama.cpp"),
    ],
)
def test_evenly_spread_uniforms_give_every_token_its_share_within_one(dtype, family, params):
    many = 20_000
    u = torch.tensor(oracles.make_logits(family, 300, 5, True), dtype=dtype)
    probs = core.probabilities(u, params).double()
    probs = probs / probs.sum()
    points = (torch.arange(many, dtype=torch.float64) + 0.5) / many
    counts = torch.bincount(core.draw(probs, points), minlength=300)
    assert (counts - many * probs).abs().max() <= 1 + 1e-6
    assert counts[probs == 0].sum() == 0


@pytest.mark.parametrize("u", [0.0, 5e-324, 0.5, LAST])
@pytest.mark.parametrize("probs", [[0, 0, 1, 0], [0, 0.5, 0, 0.5, 0], [0, 1e-300, 0], [0, 5e-324, 0, 1, 0, 0]])
def test_a_token_of_probability_zero_never_comes(u, probs):
    assert probs[core.draw(probs, u)] > 0


def test_the_ends_of_the_interval_draw_the_ends_of_the_support():
    probs = [0, 0.1, 0.2, 0, 0.7, 0]
    assert core.draw(probs, 0.0) == 1
    assert core.draw(probs, 0.1) == 2  # p_1 > u is strict
    assert core.draw(probs, LAST) == 4


def test_float32_rows_that_do_not_add_up_to_one_still_draw_from_their_support():
    u = torch.randn(200, 300, generator=torch.Generator().manual_seed(3)) * 10
    probs = core.probabilities(u, SamplingParams(top_k=3))
    for point in (0.0, LAST):
        ids = core.draw(probs, np.full(200, point))
        assert (probs.gather(-1, ids[:, None]) > 0).all()


def test_the_same_seed_gives_a_row_the_same_draw_whatever_the_batch():
    u = torch.randn(64, 100, generator=torch.Generator().manual_seed(4))
    params = SamplingParams(temperature=2)
    whole = core.sample(u, params, 11)
    for rows in (1, 3, 63):
        assert torch.equal(core.sample(u[:rows], params, 11), whole[:rows])
    assert core.sample(u[0], params, 11) == whole[0]
    assert torch.equal(core.sample(u.reshape(8, 8, 100), params, 11), whole.reshape(8, 8))


def test_uniforms_depend_on_seed_step_and_row_alone():
    generator = CounterGenerator(5)
    steps = [generator.uniforms(9) for _ in range(3)]
    assert generator.step == 3
    for step, uniforms in enumerate(steps):
        assert torch.equal(CounterGenerator(5, step).uniforms(4), uniforms[:4])
    every = torch.cat([*steps, CounterGenerator(6).uniforms(9)])
    assert len(every.unique()) == len(every) and every.min() >= 0 and every.max() < 1


@pytest.mark.parametrize("seed, step", [(0, 0), (5, 3), (2**128 - 1, 2**70 + 1), (2**64, 2**128 - 1)])
def test_uniforms_are_those_of_numpy(seed, step):
    generator = CounterGenerator(seed, step)
    ours = torch.stack([generator.uniforms(3) for _ in range(11)])
    for row in range(3):
        philox = np.random.Generator(np.random.Philox(key=seed, counter=(row << 128) + step // 4))
        assert ours[:, row].tolist() == philox.random(11 + step % 4)[step % 4 :].tolist()


def test_a_row_that_joins_later_has_the_numbers_it_would_have_had():
    narrow, wide = CounterGenerator(3), CounterGenerator(3)
    for step in range(9):
        assert narrow.numbers(1 + step % 4) == wide.numbers(4)[: 1 + step % 4]


def test_uniforms_are_uniform():
    u = np.sort(np.concatenate([CounterGenerator(7, step).uniforms(10) for step in range(1000)]))
    distance = np.abs(u - (np.arange(10_000) + 0.5) / 10_000).max()
    assert distance < 0.025  # Kolmogorov-Smirnov at about 1e-5; the seed is fixed


def test_every_kind_of_generator_is_accepted():
    u, params = torch.zeros(3, 2, 50), SamplingParams()
    fresh = [core.sample(u, params) for _ in range(2)]
    assert fresh[0].shape == (3, 2) and fresh[0].dtype == torch.int64
    assert not torch.equal(*fresh)  # 50^6 to one
    torches = [core.sample(u, params, torch.Generator().manual_seed(1)) for _ in range(2)]
    assert torch.equal(*torches)
    assert torch.equal(core.sample(u, params, 9), core.sample(u, params, CounterGenerator(9)))
    assert torch.equal(core.sample(u, params, 9), core.sample(u, params, np.int64(9)))


def test_a_counter_generator_moves_on_and_a_seed_does_not():
    u, generator = torch.zeros(20, 50), CounterGenerator(2)
    first, second = (core.sample(u, SamplingParams(), generator) for _ in range(2))
    assert torch.equal(first, core.sample(u, SamplingParams(), 2))
    assert not torch.equal(first, second)


def test_temperature_zero_draws_among_the_maxima_only():
    ids = core.sample(torch.tensor([[1.0, 5, -inf, 5]]).expand(200, 4), SamplingParams(temperature=0), 3)
    assert set(ids.tolist()) == {1, 3}
