"""The arithmetic of serving, against closed forms."""

import itertools
import random

import pytest
import torch

from core import softmax, total_variation
from core.course.serving import (
    Machine,
    Served,
    acceptance,
    decode_step,
    largest_batch,
    residual,
    speculative,
    tokens_per_pass,
)

MACHINE = Machine(80e9, 2e12, 3e14)
MODEL = Served(2.78e9, 2, 327_680)


def test_with_no_cache_the_two_times_meet_at_the_ridge():
    free = Served(1e9, 2, 0)
    batch = int(MACHINE.ridge)  # bytes per weight 2, operations per weight and text 2: the ridge is a batch
    step = decode_step(free, MACHINE, batch, 1000)
    assert step.memory == pytest.approx(step.arithmetic)
    assert decode_step(free, MACHINE, batch // 2, 0).latency == step.memory
    assert decode_step(free, MACHINE, 2 * batch, 0).latency == 2 * step.arithmetic


def test_a_larger_batch_never_lowers_throughput_and_never_shortens_a_step():
    steps = [decode_step(MODEL, MACHINE, b, 2048) for b in (1, 2, 8, 64, 512)]
    assert all(a.throughput <= b.throughput and a.latency <= b.latency for a, b in itertools.pairwise(steps))


def test_the_cache_caps_throughput_at_what_memory_can_read():
    cap = MACHINE.bandwidth / (2048 * MODEL.cache_bytes)
    assert decode_step(MODEL, MACHINE, 10**6, 2048).throughput < cap
    assert decode_step(MODEL, MACHINE, 10**6, 2048).throughput == pytest.approx(cap, rel=0.01)


def test_the_largest_batch_fits_and_one_more_does_not():
    most = largest_batch(MODEL, MACHINE, 2048)
    needed = [MODEL.parameters * 2 + b * 2048 * MODEL.cache_bytes for b in (most, most + 1)]
    assert needed[0] <= MACHINE.memory < needed[1]
    assert largest_batch(Served(1e11, 2, 1), MACHINE, 1) == 0


def pairs(seed=5, many=200, size=9):
    draw = torch.Generator().manual_seed(seed)
    return (softmax(4 * torch.randn(many, size, generator=draw, dtype=torch.float64)) for _ in range(2))


def test_a_speculative_draw_has_the_distribution_of_the_large_model():
    p, q = pairs()
    assert torch.allclose(speculative(p, q), p, atol=1e-15)
    certain = torch.eye(4, dtype=torch.float64)  # drafts that are always refused, and one that never is
    assert torch.allclose(speculative(certain[0], certain), certain[0].expand(4, 4))


def test_what_is_accepted_is_all_but_the_total_variation():
    p, q = pairs()
    assert torch.allclose(acceptance(p, q), 1 - total_variation(p, q), atol=1e-15)
    assert torch.equal(residual(p, p), p)


def test_accepting_and_refusing_by_a_coin_gives_the_same_frequencies():
    p, q = [0.5, 0.3, 0.2], [0.2, 0.7, 0.1]
    draw, counts, rest = random.Random(3), [0, 0, 0], residual(p, q).tolist()
    for _ in range(20_000):
        (i,) = draw.choices(range(3), q)
        if draw.random() >= min(1, p[i] / q[i]):
            (i,) = draw.choices(range(3), rest)
        counts[i] += 1
    assert all(
        abs(count / 20_000 - share) < 0.015 for count, share in zip(counts, p, strict=True)
    )  # four standard errors


def test_a_pass_yields_one_token_when_all_drafts_are_refused_and_all_of_them_when_none_is():
    assert tokens_per_pass(0, 5) == 1 and tokens_per_pass(1, 5) == 6
    assert tokens_per_pass(0.8, 4) == pytest.approx((1 - 0.8**5) / (1 - 0.8))
