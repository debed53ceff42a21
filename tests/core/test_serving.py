"""The arithmetic of serving, against closed forms."""

import itertools

import pytest

from core.serving import Machine, Served, decode_step, largest_batch

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
