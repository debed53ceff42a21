"""The samplers and their chain against Hugging Face and a brute-force reference, on the random cases that `oracles` lists."""

from collections import Counter
from math import inf

import numpy as np
import oracles
import pytest
import torch
from hypothesis import HealthCheck, given, settings

from core import Context, SamplingParams
from core.chain import run_stage

CASES = {name: oracles.ORACLES[name].cases for name in oracles.ONE_NUMBER} | {"chain": 2500}


@pytest.mark.parametrize("name", CASES)
def test_kept_sets_and_probabilities_equal_both_oracles(name, record_property):
    tally = Counter()
    names = list(oracles.COMMON) if name == "chain" else [name]
    candidate = oracles.chained if name == "chain" else oracles.composed

    @settings(max_examples=CASES[name], derandomize=True, suppress_health_check=list(HealthCheck))
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
    doubt = max(oracles.ORACLES[one].in_doubt for one in names)
    assert tally["in doubt"] <= doubt * 2 * tally["cases"]  # each case is asked in two precisions
    if all(oracles.ORACLES[one].warper for one in names):
        share = 0.5 if all(oracles.ORACLES[one].tokens > 300 for one in names) else 0.2
        assert tally["against Hugging Face"] >= share * tally["cases"]


@pytest.mark.parametrize("stage", [name for name in oracles.ORACLES if name not in oracles.ONE_NUMBER])
def test_what_looks_at_ids_or_text_equals_its_definition(stage):
    oracle = oracles.ORACLES[stage]
    for seed in range(oracle.cases):
        rng = np.random.default_rng([seed, 2])
        u = oracles.make_logits(oracles.FAMILIES[seed % len(oracles.FAMILIES)], oracles.TEXT + 8, seed, seed % 2 == 1)
        u[-1] = 0.0  # what no text has, so that a token is left
        prompt, output = (
            rng.integers(0, rng.choice([3, oracles.TEXT]), rng.integers(0, 20)).tolist() for _ in range(2)
        )
        fields = oracle.anywhere(rng)
        ours = run_stage(stage, torch.tensor(u), SamplingParams(**fields), Context(prompt, output))
        expected = torch.tensor(oracle.define(u, fields, (prompt, output)))
        assert torch.equal(ours > -inf, expected > -inf), (seed, fields)
        finite = expected > -inf
        torch.testing.assert_close(ours[finite], expected[finite], rtol=1e-12, atol=1e-9, msg=f"{seed} {fields}")


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
