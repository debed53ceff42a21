"""Sampling in JavaScript is `core`'s: the same kept sets, probabilities, draws and refusals."""

from collections import Counter
from dataclasses import replace
from math import inf, isclose

import numpy as np
import pytest
import torch
from sampling_cases import Call, ask, call_at_a_border, random_call

import core
from core import CounterGenerator, ParameterError, SamplingParams
from core.chain import run_stage
from core.params import CUTS, DEFAULTS, SETTINGS
from core.schedules import entropy_temperature

CLOSE = 1e-12
ULPS = 2.0**-46  # 64 ulps: how far from its threshold a token may be whose fate depends on how exp, log and sums round
THRESHOLDS = CUTS.keys() - {"top_k"} | {"xtc"}


def test_more_than_20000_cases_are_those_of_core():
    calls = [call for index in range(1080) if (call := random_call(index))] + [call_at_a_border(i) for i in range(1500)]
    answers = ask("(calls) => JSON.stringify(calls.map(one))", [call.as_json() for call in calls])
    tally = Counter()
    import time
    t=time.time()
    for call, found in zip(calls, answers, strict=True):
        for row, (ours, theirs) in enumerate(zip(found, call.by_core(), strict=True)):
            tally["cases"] += 1
            compare(call, row, ours, theirs, tally)
    print(dict(tally), time.time()-t)


def compare(call: Call, row: int, ours: dict, theirs: dict | ParameterError, tally: Counter) -> None:
    if isinstance(theirs, ParameterError) or "argument" in ours:
        assert isinstance(theirs, ParameterError) and "argument" in ours, (call.as_json()["params"], row, ours, theirs)
        assert ours["argument"] == theirs.argument, (call.as_json()["params"], ours, theirs)
        tally["refused"] += 1
        return
    assert [stage["name"] for stage in ours["stages"]] == theirs["names"]
    logits = [np.array([-inf if x is None else x for x in stage["logits"]]) for stage in ours["stages"]]
    for k, name in enumerate(theirs["names"]):
        if name == "temperature" and call.params.dynatemp_range and not isclose(ours["tau"], tau_within(call, row, logits[k - 1], 1), rel_tol=1e-13):
            low, high = (tau_within(call, row, logits[k - 1], nudge) for nudge in (1 - ULPS, 1 + ULPS))
            assert low <= ours["tau"] <= high, (call.as_json()["params"], low, ours["tau"], high)
            tally["another temperature, by rounding"] += 1
            return
        if not np.array_equal(logits[k] > -inf, theirs["logits"][k] > -inf):
            assert at_a_threshold(call, row, name, logits[k - 1], logits[k]), (call.as_json()["params"], name, logits[k - 1].tolist())
            tally["kept otherwise at a threshold"] += 1
            return
    for k, stage in enumerate(ours["stages"]):
        np.testing.assert_allclose(logits[k], theirs["logits"][k], rtol=CLOSE)
        np.testing.assert_allclose(stage["probs"], theirs["probs"][k], rtol=0, atol=CLOSE)
        assert stage["kept"] == (theirs["logits"][k] > -inf).tolist()
        for name, key in (("mass_removed", "massRemoved"), ("entropy", "entropy"), ("effective_choices", "effectiveChoices")):
            np.testing.assert_allclose(stage[key], theirs[name][k], rtol=CLOSE, atol=CLOSE)
    np.testing.assert_allclose(ours["probs"], theirs["p"], rtol=0, atol=CLOSE)
    borders = theirs["p"].cumsum() / theirs["p"].sum()
    for token, width, path in zip(theirs["tokens"], (CLOSE, 2e-6), ("composed", "fused"), strict=True):
        if ours["token"] != token:
            assert np.abs(borders - theirs["u"]).min() <= width, (call.as_json()["params"], path)
            tally[f"drawn otherwise at a border, {path}"] += 1


def at_a_threshold(call: Call, row: int, name: str, before: np.ndarray, after: np.ndarray) -> bool:
    """Whether `core` would keep what the page keeps if the setting of this stage were a few ulps larger or smaller."""
    setting = "xtc_threshold" if name == "xtc" else name
    assert name in THRESHOLDS, name
    value, high = getattr(call.params, setting), inf if name == "top_n_sigma" else 1.0
    for nudge in (1 - ULPS, 1 + ULPS):
        near = replace(call.params, **{setting: min(value * nudge, high)})
        kept = run_stage(name, torch.from_numpy(before), near, call.context(row)) > -inf
        if np.array_equal(kept.numpy(), after > -inf):
            return True
    return False


def tau_within(call: Call, row: int, before: np.ndarray, nudge: float) -> float:
    """The dynamic temperature of `core` on the page's logits, the entropy's share times `nudge`."""
    s, u = call.params, torch.from_numpy(before)
    share = entropy_temperature(u, 0, 1).item() * nudge
    low = max(0.0, s.temperature - s.dynatemp_range)
    return low + (s.temperature + s.dynatemp_range - low) * min(share, 1.0) ** s.dynatemp_exponent
