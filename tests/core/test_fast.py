"""The fused draw: the same kept sets and the same distribution as the composed functions, without statistics."""

import time
from itertools import product
from math import inf

import numpy as np
import oracles
import pytest
import torch

import core
from benchmarks.fuzz import kept_values
from core import Context, History, SamplingParams
from core.fused import draw as fast
from core.fused import kernels
from core.validation import at_least_float32

LAST = 1 - 2**-53
CHAINS = [
    {},
    {"temperature": 0.8},
    {"temperature": 0.8, "top_k": 50},
    {"temperature": 0.8, "top_k": 2000},  # more than there are blocks
    {"temperature": 0.8, "top_p": 0.9},
    {"temperature": 0.8, "top_k": 50, "top_p": 0.9},
    {"min_p": 0.05},
    {"typical_p": 0.9},
    {"temperature": 1.3, "top_k": 40, "top_p": 0.95, "min_p": 0.05, "typical_p": 0.9, "order": "llama.cpp"},
    {"temperature": 0.9, "repetition_penalty": 1.3, "frequency_penalty": 0.2, "logit_bias": {3: 2.0}, "top_p": 0.8},
]
CONTEXT = Context([1, 2, 3, 3], [5, 3, 2])


@pytest.mark.parametrize("size, many", [(300, 4000), (5003, 3000)])  # 5003: blocks, and a tail
@pytest.mark.parametrize(
    "family, dtype", [("normal 1", torch.float32), ("zipf", torch.bfloat16), ("ties", torch.float64)]
)
@pytest.mark.parametrize("chain", CHAINS, ids=str)
def test_evenly_spread_uniforms_give_every_token_its_share_within_one(chain, family, dtype, size, many):
    params, points = SamplingParams(**chain), ((np.arange(many) + 0.5) / many).tolist()
    assert fast.covers(params)
    u = torch.tensor(oracles.make_logits(family, size, 5, True)).to(dtype)
    ids = fast.sample(u.expand(many, size), params, points, CONTEXT)
    probs = core.probabilities(u.double(), params, CONTEXT)
    counts = torch.bincount(ids, minlength=size)
    assert (counts - many * probs).abs().max() <= 1 + 1e-4
    assert counts[probs == 0].sum() == 0


def test_the_token_is_that_of_the_composed_functions_but_for_numbers_at_a_border():
    rng, drawn, at_border = np.random.default_rng(2), 0, 0
    dtypes = (torch.float32, torch.float64, torch.bfloat16)
    for seed, (chain, size, dtype) in enumerate(product(CHAINS, (4, 300, 1024, 5003), dtypes)):
        family, params = oracles.FAMILIES[rng.integers(len(oracles.FAMILIES))], SamplingParams(**chain)
        u = torch.tensor(oracles.make_logits(family, size, seed, seed % 2 == 1)).to(dtype)
        u[:4] = u[u > -inf][0]  # four that tie
        context, points = Context([1, 2], [1, 3]), np.concatenate([rng.random(600), [0, 2**-53, 0.5, LAST]])
        ids = fast.sample(u.expand(len(points), -1), params, points.tolist(), context)
        probs = core.probabilities(
            at_least_float32(u) if chain.get("logit_bias") else u.double(), params, context
        ).double()
        borders = probs.cumsum(-1) / probs.sum()
        for i in (ids != core.draw(probs, points)).nonzero().flatten().tolist():
            assert (borders - points[i]).abs().min() <= 2e-6, (family, size, dtype, params, points[i])
            at_border += 1
        drawn += len(points)
    assert drawn > 70_000 and at_border < drawn / 5000


def test_the_kept_sets_are_those_of_the_composed_functions():
    rng, decided, cases = np.random.default_rng(0), 0, 1000
    for seed in range(cases):
        size = int(rng.choice([1, 2, 7, 300, 4096, 5003]))
        family = oracles.FAMILIES[rng.integers(len(oracles.FAMILIES))]
        dtype = [torch.float32, torch.float64, torch.bfloat16, torch.float16][rng.integers(4)]
        u = torch.tensor(oracles.make_logits(family, size, seed, seed % 2 == 1)).clamp(min=-6e4).to(dtype)
        u[torch.tensor(oracles.make_logits(family, size, seed, seed % 2 == 1)) == -inf] = -inf
        names = rng.permutation(["temperature", "top_k", "top_p", "min_p", "typical_p"])[: rng.integers(1, 4)].tolist()
        steps = dict(oracles.make_steps(names, seed))
        steps["temperature"] = min(max(steps.get("temperature", 1), 0.01), 100)
        order = tuple(name for name in steps)
        params = SamplingParams(**steps, order=order)
        assert fast.covers(params)
        ours = kept_values(u, params)
        if ours is None:
            assert params.stages in ((), ("temperature",))
            continue
        sizes = []
        for nudge in (-1e-6, 1e-6):  # a mass within 1e-6 of p, or a share within 1e-6 of m, may fall on either side
            near = {
                name: min(max(v + nudge, 0), 1) for name, v in steps.items() if name in ("top_p", "typical_p") and v < 1
            }
            if 0 < steps.get("min_p", 0) < 1:
                near["min_p"] = steps["min_p"] * (1 - nudge)
            composed = core.apply(u.double(), SamplingParams(**steps | near, order=order))
            sizes.append(int((composed > -inf).sum()))
        exact = core.apply(u.double(), params) > -inf
        if sizes[0] == sizes[1]:
            decided += 1
            assert ours == sorted(u[exact].tolist(), reverse=True), (seed, size, family, dtype, params)
    assert decided > 0.9 * cases * 0.9


@pytest.mark.parametrize("chain", CHAINS[:8], ids=str)
@pytest.mark.parametrize("u", [0.0, 5e-324, LAST])
def test_a_token_of_probability_zero_never_comes(chain, u):
    for size in (3, 300, 4100):
        x = torch.full((size,), -inf)
        x[size // 2] = 1.0
        assert fast.sample(x[None], SamplingParams(**chain | {"logit_bias": ()}), [u], NOTHING) == size // 2


NOTHING = Context()


def test_a_rows_draw_is_the_same_whatever_the_batch():
    u = torch.randn(16, 5003, generator=torch.Generator().manual_seed(4)) * 3
    for chain in CHAINS[:9]:
        params = SamplingParams(**chain)
        whole = core.sample(u, params, 11)
        for rows in (1, 3, 15):
            assert torch.equal(core.sample(u[:rows], params, 11), whole[:rows])
        assert torch.equal(core.sample(u.reshape(4, 4, -1), params, 11), whole.reshape(4, 4))
        assert core.sample(u[0], params, 11) == whole[0]


def test_strided_and_tracked_logits_are_drawn_from_and_left_alone():
    u = torch.randn(5003, 4, generator=torch.Generator().manual_seed(4))
    before, params = u.clone(), SamplingParams(0.8, top_p=0.9, repetition_penalty=2, logit_bias={0: 9})
    context = Context([1, 2])
    strided = core.sample(u.T.requires_grad_(), params, 3, context)
    assert torch.equal(strided, core.sample(before.T.contiguous(), params, 3, context))
    assert torch.equal(u, before)


@pytest.mark.parametrize("order", ["as they are", "rising", "falling", "organ pipe"])
def test_the_mass_search_finds_what_a_sort_finds(order):
    rng = np.random.default_rng(1)
    for size in (1, 2, 3, 50, 4000):
        for _ in range(20):
            keys, weights = rng.integers(-size, size, size).astype(float), rng.random(size)
            if order != "as they are":
                keys.sort()
            if order == "falling":
                keys = keys[::-1].copy()
            if order == "organ pipe":
                keys = np.concatenate([keys[::2], keys[1::2][::-1]])
            distinct = np.unique(keys)[::-1]
            least = np.array([weights[keys >= key].sum() for key in distinct])
            for share in (0, 0.3, 0.9, 1 - 1e-9, 2):
                place = min(int(least.searchsorted(share * weights.sum())), len(distinct) - 1)
                found, above, mass = kernels.at_mass(keys, weights, share * weights.sum())
                assert found == distinct[place]
                assert abs(mass - least[place]) < 1e-9 > abs(above - (least[place - 1] if place else 0))


def test_powers_of_two_are_those_of_float64():
    y = np.concatenate([-np.logspace(-8, 2.1, 5000), [0, -0.5, -1, -126, -126.4]]).astype(np.float32)
    exact = np.exp2(y.astype(float))
    assert max(abs(kernels.power_of_two(value) / power - 1) for value, power in zip(y, exact, strict=True)) < 3 * 2**-24
    assert kernels.power_of_two(np.float32(-127)) == 0


def test_what_is_not_covered_takes_the_composed_path():
    u = torch.zeros(3, 7)
    for other in (
        {"temperature": 0},
        {"temperature": inf},
        {"top_a": 0.1},
        {"greedy": True},
        {"dynatemp_range": 0.1},
        {"top_k": 2, "min_tokens_to_keep": 2},
        {"logit_bias": {1: 2.0}, "order": ("top_k", "logit_bias")},
    ):
        params = SamplingParams(**other)
        assert not fast.covers(params) or other == {"logit_bias": {1: 2.0}, "order": ("top_k", "logit_bias")}
        assert core.sample(u, params, 3).shape == (3,)


@pytest.mark.parametrize("scope", ["prompt", "output", "both"])
@pytest.mark.parametrize("window", [0, 3])
def test_counts_kept_step_by_step_are_those_of_the_whole_text(scope, window):
    params = SamplingParams(
        repetition_penalty=1.2,
        frequency_penalty=0.3,
        presence_penalty=-0.1,
        top_k=30,
        repetition_scope=scope,
        frequency_scope=scope,
        penalty_window=window,
    )
    u = torch.randn(2, 40, generator=torch.Generator().manual_seed(4))
    history, outputs = History([[1, 2, 2], [3]]), [[], []]
    for step in range(50):
        ids = core.sample(u, params, core.CounterGenerator(5, step), history)
        context = Context([[1, 2, 2], [3]], outputs)
        assert torch.equal(ids, core.sample(u, params, core.CounterGenerator(5, step), context))
        assert history.ids(scope, window) == context.ids(scope, window)
        assert torch.equal(core.probabilities(u, params, history), core.probabilities(u, params, context))
        history.add(ids)
        for row, token in zip(outputs, ids.tolist(), strict=True):
            row.append(token)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize(
    "settings",
    [
        {"frequency_penalty": 1.7e308, "presence_penalty": -1.7e308},
        {"frequency_penalty": 1e308 / 3, "presence_penalty": -1e308},
        {"frequency_penalty": -3e38, "presence_penalty": 3e38},
        {"frequency_penalty": 1e300, "presence_penalty": -0.1},
        {"repetition_penalty": 1.7e308},
        {"repetition_penalty": 1e-300},
        {"repetition_penalty": 1.7, "frequency_penalty": 0.3, "presence_penalty": 0.1, "logit_bias": {1: 0.1, 2: 1e38}},
    ],
    ids=str,
)
def test_huge_penalties_do_the_same_on_both_paths(settings, dtype):
    u = torch.tensor([[1.5, -2.5, 0.0, -inf, 0.3]]).to(dtype)
    params, context = SamplingParams(**settings), Context(output=[0, 0, 0, 1, 2, 3])
    assert fast.covers(params)
    try:
        composed = core.apply(u, params, context)
    except core.ParameterError:
        assert fast.sample(u, params, [0.5], context) is None
        return
    rows = fast._as_table(u).numpy()
    assert np.array_equal(fast.changed(rows, fast.split(params)[0], params, context), composed.numpy())
    many = 301
    ids = core.sample(u.expand(many, -1), params, 3, context)
    assert (core.probabilities(u[0], params, context)[ids] > 0).all()


@pytest.mark.parametrize("dtype, kept", [(torch.float32, {0, 1, 2, 3}), (torch.float64, {0, 1, 2})])
def test_logits_that_a_penalty_makes_equal_in_their_own_type_share_one_fate_on_both_paths(dtype, kept):
    u = torch.tensor([5.0, 3.0, 2.0, 1.0, -1.0]).to(dtype)
    params = SamplingParams(top_k=3, repetition_penalty=1e308)  # 1e-308 is 0 in float32 and a number in float64
    context, points = Context(range(5)), (np.arange(60) + 0.5) / 60
    ids = fast.sample(u.expand(60, -1), params, points.tolist(), context)
    assert set(ids.tolist()) == kept
    assert set(core.probabilities(u, params, context).nonzero().flatten().tolist()) == kept


@pytest.mark.parametrize("gap", [1e-12, 1e-9, 1e-6, 1e-3])
def test_of_two_nearly_equal_tokens_both_paths_keep_the_likelier_as_the_more_typical(gap):
    """|u − E[u]| is p of the other one times the gap: the difference of the two is far below the rounding of ln p."""
    u, params = torch.tensor([0.0, gap], dtype=torch.float64), SamplingParams(typical_p=0.3)
    assert core.probabilities(u, params).tolist() == [0, 1]
    assert fast.sample(u.expand(5, 2), params, [0.0, 0.25, 0.5, 0.75, LAST], CONTEXT).tolist() == [1] * 5


@pytest.mark.parametrize("make", [History, lambda ids: Context(ids, ids)])
def test_ten_times_as_many_rows_take_about_ten_times_as_long_to_count(make):
    params = SamplingParams(presence_penalty=0.9, repetition_penalty=1.1, penalty_window=2)

    def seconds(rows):
        context, u = make([[0, 1, 1]] * rows), torch.zeros(rows, 3)
        start = time.process_time()
        core.sample(u, params, 1, context)
        return time.process_time() - start

    few, many = (min(seconds(rows) for _ in range(3)) for rows in (200, 2000))
    assert many < 40 * few  # a hundred times, if each row went through them all


def test_one_row_of_history_serves_every_row():
    u = torch.zeros(3, 5)
    for params in (SamplingParams(presence_penalty=40), SamplingParams(repetition_penalty=3, top_p=0.9)):
        for one, each in ((History([0, 2]), Context([[0, 2]] * 3)), (Context([0], [2]), Context([[0]] * 3, [[2]] * 3))):
            assert torch.equal(core.sample(u - 1, params, 1, one), core.sample(u - 1, params, 1, each))
            assert torch.equal(core.probabilities(u, params, one), core.probabilities(u, params, each))
    history = History([0])
    for step in range(3):
        core.sample(u, SamplingParams(presence_penalty=0.5), step, history)
        history.add([step])
    assert history.ids() == ((0, 0, 1, 2),)


def test_a_context_tells_as_many_rows_of_output_as_of_prompt():
    for scope in ("prompt", "output", "both"):
        with pytest.raises(core.ParameterError, match="output"):
            core.sample(
                torch.zeros(3, 4),
                SamplingParams(presence_penalty=1, frequency_scope=scope),
                1,
                Context([[0], [1], [2]], [[0], [1]]),
            )
    with pytest.raises(core.ParameterError, match="prompt"):
        History([[0], [1]], rows=3)
