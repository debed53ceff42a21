"""What is drawn has the distribution it should have, for every stage and for common chains of them."""

from math import inf

import oracles
import pytest
import torch
from torch.special import gammaincc

import core
from core import Context, CounterGenerator, SamplingParams

ALPHA = 1e-4  # the false-alarm rate of one G-test; the seeds are fixed, so an alarm is the same at every run
CONTEXT = Context([1, 2, 3, 3, 9], [5, 3, 2, 3, 2])
STAGES = {name: oracle.example for name, oracle in oracles.ORACLES.items()} | {
    "nothing": {},
    "dynamic temperature": {"dynatemp_range": 0.5, "dynatemp_exponent": 1.5},
    "min_tokens_to_keep": {"top_p": 0.1, "min_tokens_to_keep": 12},
    "vllm": {"temperature": 1.4, "min_p": 0.01, "top_k": 30, "top_p": 0.9, "order": "vllm"},
    "llama.cpp": {"temperature": 1.4, "top_n_sigma": 2, "top_k": 30, "xtc_probability": 0.5, "order": "llama.cpp"},
}
every_stage = pytest.mark.parametrize("stage", STAGES)


def test_every_stage_is_here():
    for stage, oracle in oracles.ORACLES.items():
        assert stage in SamplingParams(**oracle.example).stages
    assert set(oracles.ORACLES) == set(core.STAGES)


def make(family: str, size: int = 120) -> torch.Tensor:
    u = torch.tensor(oracles.make_logits(family, size, 5, True), dtype=torch.float32)
    u[:3] = torch.tensor([1.0, 0.5, 0.0])  # something for the biases to act on
    return u


def g_test(counts: torch.Tensor, probs: torch.Tensor) -> float:
    """The p-value of the likelihood-ratio test, rare tokens merged so that every bin expects 8 draws or more."""
    expected = (probs * counts.sum()).sort()
    observed = counts[expected.indices].double()
    rare = expected.values < 8
    bins = [(observed[rare].sum(), expected.values[rare].sum())] if expected.values[rare].sum() >= 8 else []
    bins += list(zip(observed[~rare], expected.values[~rare], strict=True))
    if len(bins) < 2:
        return 1.0
    seen, wanted = (torch.stack(side).double() for side in zip(*bins, strict=True))
    g = 2 * torch.special.xlogy(seen, seen / wanted).sum()
    return gammaincc(torch.tensor((len(bins) - 1) / 2, dtype=torch.float64), (g / 2).clamp(min=0)).item()


@every_stage
@pytest.mark.parametrize("family", ["normal 1", "zipf", "ties"])
def test_evenly_spread_uniforms_give_every_token_its_share_within_one(stage, family, monkeypatch):
    many, u, params = 4000, make(family), SamplingParams(**STAGES[stage])
    monkeypatch.setattr(CounterGenerator, "numbers", lambda self, rows: [(j + 0.5) / rows for j in range(rows)])
    counts = torch.bincount(core.sample(u.expand(many, -1), params, 0, CONTEXT), minlength=len(u))
    probs = core.probabilities(u.double(), params, CONTEXT)
    assert (counts - many * probs).abs().max() <= 1 + 1e-3
    assert counts[probs == 0].sum() == 0
    assert (counts[probs > 2 / many] > 0).all()


@every_stage
def test_seeded_draws_pass_a_g_test(stage):
    many, u, params = 8000, make("normal 1"), SamplingParams(**STAGES[stage])
    counts = torch.bincount(core.sample(u.expand(many, -1), params, 7, CONTEXT), minlength=len(u))
    probs = core.probabilities(u.double(), params, CONTEXT)
    assert counts[probs == 0].sum() == 0
    assert g_test(counts, probs) > ALPHA


def test_the_g_test_has_the_power_to_see_a_wrong_temperature():
    many, u = 8000, make("normal 1")
    counts = torch.bincount(core.sample(u.expand(many, -1), SamplingParams(0.8), 7), minlength=len(u))
    assert g_test(counts, core.probabilities(u.double(), SamplingParams(1.0))) < ALPHA


@pytest.mark.parametrize(
    "stage", [name for name in STAGES if name not in oracles.ORACLES or not oracles.ORACLES[name].by_id]
)
def test_permuting_the_vocabulary_permutes_the_distribution(stage):
    u, params = make("ties"), SamplingParams(**STAGES[stage])
    order = torch.randperm(len(u), generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(core.probabilities(u[order], params), core.probabilities(u, params)[order])


def test_xtc_is_a_mixture_over_its_coin():
    u, params = torch.tensor([2.0, 1.5, 1.0, -1.0]), SamplingParams(xtc_probability=0.25, xtc_threshold=0.2)
    acts, rests = core.softmax(core.apply(u, params, coin=0.2)), core.softmax(core.apply(u, params, coin=0.25))
    torch.testing.assert_close(core.probabilities(u, params), 0.25 * acts + 0.75 * rests)
    assert acts[0] == 0 and rests[0] > 0
    coins = core.apply(u.expand(2, 4), params, coin=[0.0, 0.9])
    assert torch.equal(coins > -inf, torch.stack([acts > 0, rests > 0]))
