"""Sampling in JavaScript is `core`'s: the same kept sets, probabilities, draws and refusals."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import inf, isclose, log

import numpy as np
import pytest
import torch
from sampling_cases import BY_THE_PAGE, Answer, Call, ask, call_at_a_border, random_call

import core
from benchmarks.fuzz import kept_values
from core import Context, CounterGenerator, ParameterError, SamplingParams
from core.chain import run_stage
from core.fused import draw as fast
from core.memory import Memory, next_average, next_cap
from core.params import CUTS, DEFAULTS
from core.samplers import ROUNDING
from core.schedules import entropy_temperature

CLOSE = 1e-12
ULPS = 2.0**-46  # 64 ulps of 1: how near to a threshold the fate of a token depends on how exp, log and sums round
BORDER = 2e-6  # as `core.fused` says of its own weights
AT_A_BORDER = 600  # calls
THRESHOLDS = CUTS.keys() - {"top_k", "p_less"} | {"xtc", "mirostat"}


@pytest.fixture
def one_thread():
    """Rows this small are done before a second thread has woken up."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_more_than_20000_cases_are_those_of_core(one_thread):
    calls = [call for index in range(640) if (call := random_call(index))] + [
        call_at_a_border(i) for i in range(AT_A_BORDER)
    ]
    tally = Counter()
    for call, found in zip(calls, ask(BY_THE_PAGE, [call.as_data() for call in calls]), strict=True):
        for rows, theirs in call.by_core():
            tally["cases"] += len(rows)
            ours = [found[row] for row in rows]
            if isinstance(theirs, ParameterError):
                assert ours[0].get("argument") == theirs.argument, (call.params, rows, ours, theirs)
                tally["refused"] += 1
            else:
                compare(call, rows, ours, theirs, tally)
    assert tally["cases"] > 20_000 and tally["refused"] > 200
    by_rounding = sum(many for name, many in tally.items() if " " in name)
    assert by_rounding < AT_A_BORDER / 4, tally  # where a setting stands at a border on purpose, and hardly elsewhere


def compare(call: Call, rows: Sequence[int], ours: list[dict], theirs: Answer, tally: Counter) -> None:
    """Assert that the page says what `core` says, but for rows that rounding decides, which are shown to be such."""
    assert all(one.get("names") == theirs.names for one in ours), (call.params, ours)
    undecided = np.zeros(len(rows), bool)
    for k, name in enumerate(theirs.names):
        logits, measures = (np.array([one[field][k] for one in ours]) for field in ("logits", "measures"))
        moved = name == "temperature" and call.params.dynatemp_range > 0
        for i in np.flatnonzero(~undecided):
            before = np.array(ours[i]["logits"][k - 1])
            if moved and is_another(ours[i]["tau"], dynamic(before, call.params)):
                assert dynamic(before, call.params, -ULPS) <= ours[i]["tau"] <= dynamic(before, call.params, ULPS), (
                    call.params
                )
                undecided[i], tally["another temperature"] = True, tally["another temperature"] + 1
            elif not np.array_equal(logits[i] > -inf, theirs.logits[k][i] > -inf):
                assert at_a_threshold(call, rows[i], name, before, logits[i]), (call.params, name, before.tolist())
                undecided[i], tally["at a threshold"] = True, tally["at a threshold"] + 1
        sure = ~undecided
        np.testing.assert_allclose(
            logits[sure], theirs.logits[k][sure], rtol=CLOSE, atol=CLOSE, err_msg=str(call.params)
        )
        np.testing.assert_allclose(
            measures[sure], theirs.measures[k][sure], rtol=CLOSE, atol=CLOSE, err_msg=str(call.params)
        )
    probs, tokens = (np.array([one[field] for one in ours]) for field in ("probs", "token"))
    np.testing.assert_allclose(probs[sure], theirs.probs[sure], rtol=0, atol=CLOSE, err_msg=str(call.params))
    borders = np.abs(theirs.probs.cumsum(-1) / theirs.probs.sum(-1, keepdims=True) - theirs.u[:, None]).min(-1)
    for i in np.flatnonzero(sure & (tokens != theirs.composed)):
        assert borders[i] <= CLOSE, (call.params, rows[i])
        tally["at a border"] += 1
    for i in np.flatnonzero(sure & (tokens != theirs.sampled) & (tokens == theirs.composed)):
        assert borders[i] <= BORDER or kept_otherwise_by_the_fused_path(call, rows[i]), (call.params, rows[i])
        tally["at a border of the fused path"] += 1


def at_a_threshold(call: Call, row: int, name: str, before: np.ndarray, after: np.ndarray) -> bool:
    """Whether `core` keeps what the page keeps when the setting of this stage is some ulps larger or smaller."""
    if name == "p_less":
        probs = torch.softmax(torch.from_numpy(before), -1).numpy()
        return bool((np.abs(probs / (probs**2).sum() - 1)[(after > -inf) != (probs >= (probs**2).sum())] <= ULPS).all())
    setting = {"xtc": "xtc_threshold", "mirostat": "mirostat_tau"}.get(name, name)
    assert name in THRESHOLDS, name
    value, most = getattr(call.params, setting), inf if name in ("top_n_sigma", "mirostat") else 1.0
    nearby = [replace(call.params, **{setting: min(value * factor, most)}) for factor in (1 - ULPS, 1 + ULPS)]
    kept = [run_stage(name, torch.from_numpy(before), near, call.context([row])) > -inf for near in nearby]
    return any(np.array_equal(one.numpy(), after > -inf) for one in kept)


def is_another(tau: float, other: float) -> bool:
    """Whether two temperatures differ by more than rounding, or enough for 1, which leaves logits as they are."""
    return not isclose(tau, other, rel_tol=1e-13) or (tau != other and isclose(tau, 1, rel_tol=1e-13))


def dynamic(before: np.ndarray, s: SamplingParams, nudge: float = 0.0) -> float:
    """The dynamic temperature that `core` finds in logits (V,), the entropy's share moved by `nudge`."""
    share = min(max(entropy_temperature(torch.from_numpy(before), 0, 1).item() + nudge, 0.0), 1.0)
    low = max(0.0, s.temperature - s.dynatemp_range)
    return low + (s.temperature + s.dynatemp_range - low) * share**s.dynatemp_exponent


def kept_otherwise_by_the_fused_path(call: Call, row: int) -> bool:
    """Whether `core`'s own two paths keep different tokens of this row: a mass within rounding of p."""
    changes, _ = fast.split(call.params)
    u, context = torch.from_numpy(call.logits[row]), call.context([row])
    kept = core.apply(u, call.params, context)
    changed = core.apply(u, replace(call.params, order=changes), context)
    return kept_values(changed, call.params) != sorted(changed[kept > -inf].tolist(), reverse=True)


HALVES = [-k * log(2) for k in (1, 2, 3, 4, 5, 5)]  # of probabilities ½, ¼, …, 1/32, 1/32, exactly
EXACT = [  # logits, settings, output: each at a threshold, with arithmetic that does not round
    (HALVES, {"top_p": 0.5 + ROUNDING}, []),
    (HALVES, {"min_p": 0.5}, []),
    (HALVES, {"epsilon_cutoff": 0.25}, []),
    (HALVES, {"eta_cutoff": 1 / 32}, []),
    (HALVES, {"top_a": 1.0}, []),
    (HALVES, {"xtc_probability": 1.0, "xtc_threshold": 0.25}, []),
    ([-2 * log(2)] * 3 + [-3 * log(2)] * 2, {"typical_p": 0.75 + ROUNDING}, []),
    ([0.0, 1e-9], {"typical_p": 0.3}, []),
    ([1.0, -1.0], {"top_n_sigma": 2.0}, []),
    ([1.0, 2.0, 2.0], {"greedy": True}, []),
    ([1.0, 2.0, 3.0], {"top_k": 1, "min_tokens_to_keep": 2}, []),
    ([-inf, 0.0, 1.0], {"frequency_penalty": -1.7e308}, [0, 0, 0]),
    ([0.0, 0.0], {"dynatemp_range": 0.5, "dynatemp_exponent": inf}, []),
    ([0.0, 0.0, -inf], {"p_less": True}, []),
    (HALVES, {"top_h": 0.0}, []),
    (HALVES, {"mirostat_tau": 1.0}, []),
    ([1.0, 2.0, 3.0], {"dry_multiplier": 0.5, "dry_base": 2.0}, [0, 1, 2, 2, 0, 1, 2]),
    ([1.0, 2.0, 3.0], {"dry_multiplier": 0.5, "dry_base": 2.0, "dry_breakers": [0]}, [1, 2, 0, 1, 2]),
    ([1.0, 2.0, 3.0], {"dry_multiplier": 0.5, "dry_base": 1.0, "dry_allowed_length": 1}, [2, 1, 2]),
    ([1.0, 2.0, 3.0], {"allowed_token_ids": [0, 2], "banned_token_ids": [2]}, []),
    (HALVES, {"xtc_probability": 1.0, "xtc_threshold": 0.25, "xtc_protected": [0]}, []),
]


def test_where_nothing_rounds_a_token_at_a_threshold_has_the_fate_that_core_gives_it():
    found = ask("(calls) => calls.map(([u, params, output]) => core.apply(u, params, { output }))", EXACT)
    for (u, settings, output), ours in zip(EXACT, found, strict=True):
        theirs = core.apply(u, SamplingParams(**settings), Context(output=output)).tolist()
        assert ours == pytest.approx(theirs, rel=CLOSE), settings
    assert (
        ask("() => [core.draw([0.5, 0.5], 0.5), core.draw([0, 1, 0], 0)]") == [core.draw([0.5, 0.5], 0.5), 1] == [1, 1]
    )


def test_what_earlier_draws_left_moves_the_next_one_as_in_core():
    params, u = {"mirostat_tau": 3.0, "adaptive_target": 0.3, "adaptive_decay": 0.5}, [0.0, 1.0, 2.0, 2.0, -1.0]
    function = """(u, params, memories) => memories.map((memory) => core.probabilities(u, params, { memory }))"""
    memories = [
        {"cap": cap, "average": average} for cap in (None, 0.5, 2.0, 9.0) for average in (None, (0.4, 1.5), (2.0, 2.0))
    ]
    for memory, ours in zip(memories, ask(function, u, params, memories), strict=True):
        theirs = core.probabilities(u, SamplingParams(**params), Context(memory=Memory(**memory)))
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=CLOSE)
    function = "() => [core.nextCap(3, 0.25, 3, 0.1), ...core.nextAverage({ average: null }, 0.7, 0.3, 0.5)]"
    theirs = [next_cap(3, 0.25, 3, 0.1), *next_average(Memory(), 0.7, 0.3, 0.5)]
    np.testing.assert_allclose(ask(function), theirs, rtol=CLOSE)


def test_every_cut_of_core_is_a_function_of_the_page():
    camel = {name: re.sub("_(.)", lambda letter: letter[1].upper(), name) for name in CUTS}
    assert ask("(names) => names.filter((name) => typeof core[name] !== 'function')", list(camel.values())) == []


def test_the_stages_settings_and_orders_are_those_of_core():
    stages, orders, defaults = ask("() => [core.STAGES, core.ORDERS, core.samplingParams()]")
    assert {name: tuple(fields) for name, fields in stages.items()} == core.STAGES and list(stages) == list(core.STAGES)
    assert {name: tuple(order) for name, order in orders.items()} == core.ORDERS
    assert {name: tuple(x) if isinstance(x, list) else x for name, x in defaults.items()} == DEFAULTS


def test_every_published_function_has_its_name_in_core():
    snake = {
        name: "".join(f"_{c.lower()}" if c.isupper() else c for c in name) for name in ask("() => Object.keys(core)")
    }
    own = {"appliedTemperature", "ignoredOf", "samplingParams", "stagesOf", "uniform"}
    for name, python in snake.items():
        assert name in own or any(hasattr(place, one) for place in (core, core.memory) for one in (name, python)), name


def test_uniform_numbers_are_those_of_core():
    places = [
        (seed, step) for seed in (0, 5, 2**53, 2**64, 2**128 - 1) for step in (0, 1, 2, 3, 4, 2**70 + 1, 2**128 - 1)
    ]
    function = """(places) => places.map(([seed, step]) =>
      [0, 1, 7].map((row) => core.uniform(BigInt(seed), BigInt(step), row)))"""
    found = ask(function, [[str(seed), str(step)] for seed, step in places])
    for (seed, step), numbers in zip(places, found, strict=True):
        ours = CounterGenerator(seed, step).numbers(8)
        assert numbers == [ours[0], ours[1], ours[7]]


def test_distances_and_masses_are_those_of_core():
    rng, pairs = np.random.default_rng(0), []
    for _ in range(400):
        p, q = rng.dirichlet(np.full(rng.integers(1, 40), rng.choice([0.05, 1.0])), 2)
        p, q = (np.where(rng.random(len(p)) < rng.choice([0, 0.2]), 0, x) for x in (p, q))
        pairs.append((p.tolist(), q.tolist(), (rng.random(len(p)) < 0.5).tolist()))
    function = """(pairs) => pairs.map(([p, q, kept]) => [core.klDivergence(p, q), core.klDivergence(p, q, "nats"),
      core.totalVariation(p, q), core.entropy(p), core.entropy(p, "nats"), core.effectiveChoices(p),
      core.keptMass(p, kept)])"""
    for (p, q, kept), found in zip(pairs, ask(function, pairs), strict=True):
        theirs = [
            core.kl_divergence(p, q),
            core.kl_divergence(p, q, "nats"),
            core.total_variation(p, q),
            core.entropy(p),
        ]
        theirs += [core.entropy(p, "nats"), core.effective_choices(p), core.kept_mass(p, kept)]
        np.testing.assert_allclose(found, [one.item() for one in theirs], rtol=CLOSE, atol=CLOSE)


ODD = [
    -1,
    -0.0,
    0,
    0.5,
    1,
    1.5,
    2.0,
    1e308,
    1.8e308,
    inf,
    -inf,
    float("nan"),
    "1",
    "both",
    True,
    False,
    None,
    [],
    [1],
    {},
    2.0**63,
]
ORDERS = ["vllm", "toString", "top_k", [], ["top_k"], ["top_k", "top_k"], ["temperature", "no_such"], [1], [["top_k"]]]
BIASES = [
    {1: 0.5},
    {-1: 0.5},
    {1.5: 2.0},
    [[1, 0.5], [1, 2.0]],
    [[1]],
    [1],
    {1: inf},
    {1: -inf},
    {1: "2"},
    [[True, 1.0]],
]


def test_a_bad_setting_is_refused_as_core_refuses_it():
    asked = [(name, value) for name in DEFAULTS for value in [*ODD, *(ORDERS if name == "order" else [])]]
    asked = [(name, value) for name, value in asked if name != "logit_bias"] + [
        ("logit_bias", value) for value in BIASES
    ]
    asked = [(name, value) for name, value in asked if not (value == {} and DEFAULTS[name] in (None, ()))]
    function = "(asked) => asked.map(([name, value]) => outcome(() => core.samplingParams({ [name]: value })[name]))"
    as_data = [
        (name, {str(k): v for k, v in value.items()} if isinstance(value, dict) else value) for name, value in asked
    ]
    refused = 0
    for (name, value), found in zip(asked, ask(function, as_data), strict=True):
        try:
            kept = getattr(SamplingParams(**{name: value}), name)
        except ParameterError as error:
            refused += 1
            assert isinstance(found, dict), (name, value, found)
            assert found["argument"] == error.argument and found["accepted"].lower() == error.accepted.lower(), (
                name,
                value,
            )
        else:
            kept = [list(one) if isinstance(one, tuple) else one for one in kept] if isinstance(kept, tuple) else kept
            assert found == kept, (name, value, found)
    assert refused > 200


def test_bad_logits_probabilities_and_numbers_are_refused_as_core_refuses_them():
    nan = float("nan")
    logits = [
        [],
        [nan, 1.0],
        [inf, 0.0],
        [-inf, -inf],
        [nan, inf],
        "12",
        None,
        3,
        ["1"],
        [None],
        [[1.0], [2.0, 3.0]],
        {},
    ]
    functions = {name: getattr(core, python) for name, python in [
        ("softmax", "softmax"), ("topK", "top_k"), ("topP", "top_p"), ("minP", "min_p"), ("typicalP", "typical_p"),
        ("etaCutoff", "eta_cutoff"), ("topNSigma", "top_n_sigma"), ("xtc", "xtc"), ("entropy", "entropy"),
        ("draw", "draw"),
    ]}  # fmt: skip
    asked = [(name, [bad, 1]) for name in functions for bad in logits if name not in ("entropy", "draw")]
    asked += [
        (name, [[0.5, 1.0], bad]) for name in functions for bad in (-1, nan, "1", None, -0.5, 1.5) if name != "entropy"
    ]
    asked += [("entropy", [bad]) for bad in (*logits[:7], [-0.1, 1.1])] + [
        ("draw", [bad, 0.5]) for bad in ([0.0, 0.0], [-1.0, 2.0])
    ]
    asked += [("entropy", [[1.0], "bytes"])]
    for (name, given), found in zip(
        asked, ask("(asked) => asked.map(([name, given]) => outcome(() => [core[name](...given)]))", asked), strict=True
    ):
        try:
            functions[name](*given)
        except ParameterError as error:
            assert isinstance(found, dict) and found["argument"] == error.argument, (name, given, found, error)
        else:
            assert isinstance(found, list), (name, given, found)


def test_what_only_the_page_can_be_given_is_refused_in_words():
    function = """() => [
      () => core.samplingParams({ topP: 0.5 }), () => core.samplingParams(null), () => core.sample([1, 2], {}),
      () => core.sample([1, 2], {}, { seed: -1 }), () => core.sample([1, 2], {}, { seed: 2n ** 128n }),
      () => core.apply([1, 2], { presence_penalty: 1 }, { output: [2] }),
      () => core.apply([1, 2], {}, { prompt: "12" }),
      () => core.klDivergence([1], [0.5, 0.5]), () => core.apply([1, 2], { xtc_probability: 1 }, {}, 1),
    ].map((call) => outcome(call).argument)"""
    assert ask(function) == ["topP", "params", "seed", "seed", "seed", "ids", "prompt", "q", "u"]


def test_typed_arrays_are_taken_and_nothing_given_is_changed():
    function = """() => {
      const u = Float32Array.of(0.5, 2, -1), logits = Object.freeze([1, 2, 2]);
      const params = Object.freeze({ top_k: 1, logit_bias: { 0: 3 } });
      return [core.probabilities(u, { top_k: 1 }), core.apply(logits, params), logits,
        core.stagesOf(core.samplingParams(params)),
        core.ignoredOf(core.samplingParams({ top_k: 1, top_a: 0.1, order: "openai" }))];
    }"""
    assert ask(function) == [[0, 1, 0], [4, -inf, -inf], [1, 2, 2], ["logit_bias", "top_k"], ["top_k", "top_a"]]
