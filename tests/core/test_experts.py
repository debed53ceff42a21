"""Routing, its load and the counting of parameters."""

from itertools import combinations

import pytest
import torch

import core
from core.course import experts
from core.course.experts import SparseTransformer, parameters

DRAW = torch.Generator().manual_seed(19)


def logits(tokens: int, n: int, spread: float = 2.0) -> torch.Tensor:
    return torch.randn(tokens, n, generator=DRAW).double() * spread


@pytest.mark.parametrize("k", [1, 2, 5, 8])
def test_softmax_then_top_k_then_renormalising_is_top_k_then_softmax(k):
    u = logits(300, 8)
    probs = torch.softmax(u, -1)  # the router of Mixtral in transformers: softmax, topk, divide by the sum
    values, chosen = probs.topk(k, -1)
    right = torch.zeros_like(probs).scatter(-1, chosen, values / values.sum(-1, keepdim=True))
    torch.testing.assert_close(experts.route(u, k), right)


def test_experts_tied_with_the_last_one_work_too():
    assert (experts.route([3.0, 1.0, 1.0, 0.0], 2) > 0).tolist() == [True, True, True, False]


def test_the_loss_is_that_of_transformers_divided_by_k():
    from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

    for k in (1, 2, 4):
        u = logits(200, 8)
        theirs = load_balancing_loss_func((u.float(),), 8, k)
        assert experts.balance_loss(u, k).item() == pytest.approx(theirs.item() / k, rel=1e-5)


def test_the_loss_is_one_where_load_or_probabilities_are_even():
    cyclic = torch.eye(4).double().repeat(5, 1)  # every expert is the favourite of as many tokens
    assert experts.balance_loss(cyclic, 1).item() == pytest.approx(1)
    assert experts.balance_loss(torch.zeros(10, 4).double(), 2).item() == pytest.approx(1)


def test_ordered_alike_the_loss_is_at_least_one_and_otherwise_it_may_be_less():
    for _ in range(300):
        f, p = (torch.softmax(logits(1, 6)[0], -1).sort().values for _ in range(2))
        assert 6 * (f * p).sum() >= 1 - 1e-12
    lukewarm, certain = [1e-9, 0.0], [-50.0, 0.0]
    below = experts.balance_loss([lukewarm] * 3 + [certain], 1).item()
    assert below == pytest.approx(2 * (0.75 * 0.375 + 0.25 * 0.625))  # 0.875, with loads 75% and 25%


def test_what_does_not_fit_is_what_goes_beyond_the_room():
    weights = torch.eye(4).double()[[0, 0, 0, 0, 1, 1, 2, 3]]  # loads 4, 2, 1, 1 of 8; a fair share is 2
    assert experts.overflow(weights, 1) == pytest.approx(2 / 8)
    assert experts.overflow(weights, 1.25) == pytest.approx(1.5 / 8)
    assert experts.overflow(weights, 2) == 0


def test_the_experts_touched_are_those_of_every_equally_likely_choice():
    pairs = list(combinations(range(4), 2))
    mean = sum(len({*a, *b}) for a in pairs for b in pairs) / len(pairs) ** 2
    assert experts.experts_touched(4, 2, 2) == pytest.approx(mean)
    assert experts.experts_touched(8, 2, 1) == pytest.approx(2)


def test_the_counts_are_those_that_mistral_published():
    found = parameters(SparseTransformer())
    assert round(found.total / 1e9, 1) == 46.7 and round(found.active / 1e9, 1) == 12.9


@pytest.mark.parametrize("n, k", [(8, 2), (4, 1)])
def test_the_counts_are_those_of_the_network_that_transformers_builds(n, k):
    from transformers import MixtralConfig, MixtralForCausalLM

    shape = SparseTransformer(100, 3, 32, 4, 2, 48, n, k)
    config = MixtralConfig(
        vocab_size=100,
        num_hidden_layers=3,
        hidden_size=32,
        num_attention_heads=4,
        num_key_value_heads=2,
        intermediate_size=48,
        num_local_experts=n,
        num_experts_per_tok=k,
    )
    with torch.device("meta"):
        network = MixtralForCausalLM(config)
    found = parameters(shape)
    assert found.total == sum(p.numel() for p in network.parameters())
    assert found.total - found.active == (n - k) * found.one_expert
    assert found.shared + n * found.one_expert == found.total


@pytest.mark.parametrize(
    "call",
    [
        lambda: experts.balance_loss([1.0, 2.0], 1),
        lambda: experts.experts_touched(4, 5, 1),
        lambda: SparseTransformer(k=9),
        lambda: experts.overflow([[1.0]], -1),
        lambda: experts.route([[1.0]], -1),
    ],
)
def test_what_is_out_of_range_is_said(call):
    with pytest.raises(core.ParameterError):
        call()
