"""The samplers and their chain against Hugging Face and a brute-force reference; 10,500 random cases in all."""

from collections import Counter

import oracles
import pytest
import torch
from hypothesis import HealthCheck, given, settings

CASES = {"temperature": 1000, "top_k": 1000, "top_p": 1500, "min_p": 1000, "chain": 2500} | dict.fromkeys(
    ("typical_p", "epsilon_cutoff", "eta_cutoff", "top_a", "top_n_sigma"), 700
)


@pytest.mark.parametrize("name", CASES)
def test_kept_sets_and_probabilities_equal_both_oracles(name, record_property):
    tally = Counter()
    names = list(oracles.COMMON) if name == "chain" else [name]
    candidate = oracles.chained if name == "chain" else oracles.composed

    @settings(max_examples=CASES[name], deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(oracles.families, oracles.sizes, oracles.seeds)
    def agrees(family, size, seed):
        tally["cases"] += 1
        values = oracles.make_logits(family, size, seed, masked=seed % 2 == 1)
        oracles.check(candidate, values, oracles.make_steps(names, seed), tally)

    agrees()
    for key, count in tally.items():
        record_property(key, count)
    print(name, dict(tally))
    assert tally["cases"] >= CASES[name]
    doubt = 0.25 if name == "typical_p" else 0.05  # a pair at nearly the same distance from typical is common
    assert tally["in doubt"] <= doubt * 2 * tally["cases"]  # each case is asked in two precisions
    if name not in ("top_a", "top_n_sigma"):
        assert tally["against Hugging Face"] >= 0.5 * tally["cases"]


def nucleus_without_the_crossing_token(u, steps):
    (_, p), *rest = steps
    ordered = u.sort(descending=True).values
    count = (ordered.softmax(-1).cumsum(-1) < p).sum().clamp(min=1)
    return oracles.composed(u.masked_fill(u < ordered[count - 1], -torch.inf), rest)


def softmax_after_cutting_to_50(u, steps):
    return oracles.composed(u, [("top_k", 50), *steps])


def top_k_by_position(u, steps):
    (_, k), *rest = steps
    kept = u.topk(min(k, len(u))).indices
    return oracles.composed(torch.full_like(u, -torch.inf).index_copy(0, kept, u[kept]), rest)


def temperature_after_min_p(u, steps):
    return oracles.composed(u, sorted(steps))


@pytest.mark.parametrize(
    "broken, steps",
    [
        (nucleus_without_the_crossing_token, [("top_p", 0.8)]),
        (softmax_after_cutting_to_50, [("temperature", 2)]),
        (top_k_by_position, [("top_k", 5)]),
        (temperature_after_min_p, [("temperature", 2), ("min_p", 0.3)]),
    ],
)
def test_the_same_check_catches_a_broken_sampler(broken, steps):
    inputs = [oracles.make_logits(family, 100, seed, False) for family in ("normal 1", "ties") for seed in range(5)]
    tally = Counter()
    for values in inputs:
        oracles.check(oracles.composed, values, steps, tally)
    assert tally["in doubt"] == 0

    with pytest.raises(AssertionError, match="differ"):
        for values in inputs:
            oracles.check(broken, values, steps, Counter())
