"""Every error names the argument, the value and what is accepted."""

import copy
import datetime
import pickle
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
import torch

import core
from core import CounterGenerator, ParameterError, SamplingParams

U = [1.0, 2.0]
NOT_NUMBERS = [True, False, "1", None, [1], 1j]
PARAMETERS = {
    "temperature": (core.temperature, "a number >= 0", [-1, -1e-300, -inf, nan, np.float64("nan")]),
    "top_k": (core.top_k, "a whole number >= 0", [-1, 2.5, inf, nan, -2.0]),
    "top_p": (core.top_p, "a number in [0, 1]", [-0.1, 1.1, 2, inf, nan]),
    **{
        name: (getattr(core, name), "a number in [0, 1]", [-0.1, 1.1, 2, inf, nan])
        for name in ("min_p", "typical_p", "epsilon_cutoff", "eta_cutoff", "top_a", "top_h")
    },
    "top_n_sigma": (core.top_n_sigma, "a number >= 0", [-0.1, -inf, nan]),
    "repetition_penalty": (lambda u, p: core.repetition_penalty(u, p, [0]), "a finite number > 0", [0, -1, inf, nan]),
    "frequency_penalty": (lambda u, p: core.frequency_penalty(u, p, [0]), "a finite number", [inf, -inf, nan]),
    "presence_penalty": (lambda u, p: core.presence_penalty(u, p, [0]), "a finite number", [inf, -inf, nan]),
    "no_repeat_ngram": (lambda u, n: core.no_repeat_ngram(u, n, [0]), "a whole number >= 0", [-1, 2.5, inf, nan]),
    "min_tokens_to_keep": (lambda u, n: core.top_p(u, 0.5, n), "a whole number >= 1", [0, -1, 2.5, nan]),
    "dry_multiplier": (lambda u, m: core.dry(u, m, 2, 2, [0, 0]), "a finite number >= 0", [-1, inf, nan]),
    "dry_base": (lambda u, b: core.dry(u, 1, b, 2, [0, 0]), "a finite number >= 1", [0.5, -1, inf, nan]),
    "dry_allowed_length": (lambda u, a: core.dry(u, 1, 2, a, [0, 0]), "a whole number >= 1", [0, -1, 2.5, nan]),
    "adaptive_target": (core.adaptive_p, "a number in [0, 1]", [-0.1, 1.1, nan]),
    "xtc_threshold": (core.xtc, "a number in [0, 1]", [-0.1, 1.1, nan]),
    "xtc_probability": (lambda u, p: core.xtc(u, 0.1, p), "a number in [0, 1]", [-0.1, 1.1, nan]),
}
OUT_OF_RANGE = [(name, bad) for name, (_, _, values) in PARAMETERS.items() for bad in [*values, *NOT_NUMBERS]]
BAD_ROWS = {"NaN": nan, "plus infinity": inf, "nothing possible": -inf}
TAKES_LOGITS = {
    "softmax": core.softmax,
    "temperature": lambda u: core.temperature(u, 2),
    "top_k": lambda u: core.top_k(u, 1),
    "top_p": lambda u: core.top_p(u, 0.5),
    "min_p": lambda u: core.min_p(u, 0.5),
    "apply": lambda u: core.apply(u, SamplingParams()),
    "trace": lambda u: core.trace(u, SamplingParams()),
    "sample": lambda u: core.sample(u, SamplingParams(), 1),
    "sample top_k": lambda u: core.sample(u, SamplingParams(top_k=1), 1),
    "sample top_p": lambda u: core.sample(u, SamplingParams(top_p=0.5), 1),
    "typical_p": lambda u: core.typical_p(u, 0.5),
    "epsilon_cutoff": lambda u: core.epsilon_cutoff(u, 0.5),
    "eta_cutoff": lambda u: core.eta_cutoff(u, 0.5),
    "top_a": lambda u: core.top_a(u, 0.5),
    "top_h": lambda u: core.top_h(u, 0.5),
    "p_less": core.p_less,
    "mirostat": lambda u: core.mirostat(u, 3),
    "adaptive_p": lambda u: core.adaptive_p(u, 0.3),
    "dry": lambda u: core.dry(u, 1, 2, 1, [0, 0]),
    "token_mask": lambda u: core.token_mask(u, banned=[0]),
    "top_n_sigma": lambda u: core.top_n_sigma(u, 0.5),
    "xtc": lambda u: core.xtc(u, 0.5),
    "greedy": core.greedy,
    "dynamic_temperature": lambda u: core.dynamic_temperature(u, 0.5, 1),
    "logit_bias": lambda u: core.logit_bias(u, {0: 1.0}),
    "repetition_penalty": lambda u: core.repetition_penalty(u, 2, [0]),
    "no_repeat_ngram": lambda u: core.no_repeat_ngram(u, 2, [0]),
    "theorem": lambda u: core.hot_distance(u, 1),
}


def says(error, argument, value, accepted):
    assert isinstance(error, ValueError)
    assert error.argument == argument and error.accepted == accepted
    for part in (error.value, value):
        assert repr(part) in str(error)  # repr, because NaN equals nothing
    for part in (argument, accepted):
        assert part in str(error)


@pytest.mark.parametrize("name, bad", OUT_OF_RANGE)
def test_a_sampler_and_the_params_refuse_the_same_values(name, bad):
    sampler, accepted, _ = PARAMETERS[name]
    for call in (lambda: sampler(U, bad), lambda: SamplingParams(**{name: bad})):
        with pytest.raises(ParameterError) as caught:
            call()
        says(caught.value, name, bad, accepted)


@pytest.mark.parametrize("name", TAKES_LOGITS)
@pytest.mark.parametrize("fault", BAD_ROWS)
def test_bad_logits_name_their_row(name, fault):
    bad = [BAD_ROWS[fault]] * 2
    accepted = "finite or -inf, with a finite maximum"
    for logits, row, told in (
        (bad, (), "logits must"),
        ([U, U, bad, bad], (2,), "logits (row 2) must"),
        ([[U, U], [U, bad]], (1, 1), "logits (row 1, 1) must"),
    ):
        with pytest.raises(ParameterError) as caught:
            TAKES_LOGITS[name](torch.tensor(logits))
        says(caught.value, "logits", BAD_ROWS[fault], accepted)
        assert caught.value.row == row and told in str(caught.value)


@pytest.mark.parametrize("name", TAKES_LOGITS)
@pytest.mark.parametrize("bad", [[], [[]], 1.0, "text", [[1], [1, 2]], None, torch.tensor([1j])])
def test_what_is_not_an_array_of_logits_is_refused(name, bad):
    with pytest.raises(ParameterError, match="^logits .*must be|^logits must be"):
        TAKES_LOGITS[name](bad)


def test_nan_is_found_beside_an_infinity():
    with pytest.raises(ParameterError, match="nan"):
        core.softmax([inf, nan, 1])


@pytest.mark.parametrize(
    "order", ["", "tgi", "top_k", ["top_k", "top_k"], ["beam"], ["temperature", 3], 7, {"top_k"}, [["top_k"]]]
)
def test_an_unknown_engine_and_an_unknown_or_repeated_stage_are_refused(order):
    with pytest.raises(ParameterError) as caught:
        SamplingParams(order=order)
    says(caught.value, "order", order, caught.value.accepted)
    for name in ("transformers", "vllm", "llama.cpp", "temperature", "top_k", "top_p", "min_p"):
        assert name in caught.value.accepted


@pytest.mark.parametrize(
    "call, argument",
    [
        (lambda: core.entropy([1.0], "bit"), "unit"),
        (lambda: core.cold_temperature(U, 1.5), "miss"),
        (lambda: core.continuity_bound(U, 1, -1), "temperature"),
        (lambda: core.draw([0.5, 0.5], 1.0), "u"),
        (lambda: core.draw([0.5, 0.5], -0.1), "u"),
        (lambda: core.draw([0.5, 0.5], nan), "u"),
        (lambda: core.draw([0.0, 0.0], 0.5), "probs"),
        (lambda: core.draw([nan, 0.0], 0.5), "probs"),
        (lambda: CounterGenerator(-1), "seed"),
        (lambda: CounterGenerator(2**128), "seed"),
        (lambda: CounterGenerator(True), "seed"),
        (lambda: CounterGenerator(1, step=0.5), "step"),
        (lambda: core.sample(U, SamplingParams(), "dice"), "seed"),
        (lambda: core.xtc(U, 0.1, u=1.0), "u"),
        (lambda: core.dynamic_temperature(U, 2, 1), "low"),
        (lambda: core.dynamic_temperature(U, 0, inf), "high"),
        (lambda: core.dynamic_temperature(U, 0, 1, -1), "exponent"),
        (lambda: core.Schedule(1, inf, 3), "end"),
        (lambda: core.Schedule(1, 2, 3, "steep"), "shape"),
        (lambda: core.Schedule(1).at(-1), "step"),
        (lambda: core.logit_bias(U, {2: 1.0}), "logit_bias"),
        (lambda: core.logit_bias(U, {0: inf}), "logit_bias"),
        (lambda: core.logit_bias(U, {0: -inf, 1: -inf}), "logits"),
        (lambda: core.logit_bias(U, 3), "logit_bias"),
        (lambda: core.repetition_penalty(U, 2, [2]), "ids"),
        (lambda: core.repetition_penalty(U, 2, [-1]), "ids"),
        (lambda: core.repetition_penalty(U, 2, [[0], [1], [1]]), "ids"),
        (lambda: core.no_repeat_ngram(U, 1, [0, 1]), "logits"),
        (lambda: core.Context([0.5]), "prompt"),
        (lambda: core.Context([[0], [1]], [[0], [1], [1]]).ids(), "output"),
        (lambda: core.Context().ids("all"), "scope"),
        (lambda: core.History([0]).add([1, 2]), "ids"),
        (lambda: core.sample(U, SamplingParams(repetition_penalty=2), 1, core.Context([2])), "ids"),
        (lambda: core.sample([U, U], SamplingParams(repetition_penalty=2), 1, core.Context([[0]] * 3)), "ids"),
        (lambda: core.sample([U, U], SamplingParams(presence_penalty=2), 1, core.History([[0]] * 3)), "ids"),
        (lambda: core.sample(U, SamplingParams(logit_bias={2: 1}), 1), "logit_bias"),
        (lambda: core.sample(U, SamplingParams(logit_bias={0: -inf, 1: -inf}), 1), "logits"),
        (lambda: SamplingParams(greedy=1), "greedy"),
        (lambda: SamplingParams(frequency_scope="all"), "frequency_scope"),
        (lambda: SamplingParams(dynatemp_range=-1), "dynatemp_range"),
        (lambda: core.best_of([]), "candidates"),
        (lambda: core.best_of_n([1.0], [0.0], 0), "n"),
        (lambda: core.self_consistency([]), "answers"),
        (lambda: core.to_engine(SamplingParams(), "tgi"), "engine"),
        (lambda: core.from_engine({}, "tgi"), "engine"),
        (lambda: core.from_engine({"topk": 3}, "vllm"), "settings"),
        (lambda: core.from_engine("{", "openai"), "settings"),
        (lambda: core.from_engine("--temp", "llama.cpp"), "settings"),
        (lambda: core.from_engine({"--samplers": "mirostat"}, "llama.cpp"), "--samplers"),
        (lambda: core.quantisation_kl_bound(-1, 1), "error"),
    ],
)
def test_other_arguments_are_checked_too(call, argument):
    with pytest.raises(ParameterError) as caught:
        call()
    assert caught.value.argument == argument
    assert str(caught.value).startswith(argument)


@pytest.mark.parametrize(
    "huge", [10**400, -(10**400), 10**5000, Fraction(10**400, 3)], ids=["10^400", "-10^400", "10^5000", "fraction"]
)
@pytest.mark.parametrize("name", PARAMETERS)
def test_a_number_that_no_float_holds_is_refused(name, huge):
    for call in (lambda: PARAMETERS[name][0](U, huge), lambda: SamplingParams(**{name: huge})):
        with pytest.raises(ParameterError) as caught:
            call()
        assert caught.value.argument == name and len(str(caught.value)) < 400


@pytest.mark.parametrize("huge", [2**63, 2**70, 10**400, 10**5000], ids=["2^63", "2^70", "10^400", "10^5000"])
@pytest.mark.parametrize(
    "call",
    [
        lambda i: core.top_k(U, i),
        lambda i: core.top_p(U, 0.5, i),
        lambda i: core.xtc(U, 0.1, min_tokens_to_keep=i),
        lambda i: core.no_repeat_ngram(U, i, [0]),
        lambda i: core.no_repeat_ngram(U, 1, [i]),
        lambda i: core.repetition_penalty(U, 2, [[i]]),
        lambda i: core.logit_bias(U, {i: 1.0}),
        lambda i: SamplingParams(logit_bias=[(i, 1)]),
        lambda i: core.Context([i]),
        lambda i: core.Context((), [[i], [0]]),
        lambda i: core.Context([0]).ids("both", i),
        lambda i: core.History([0]).add([i]),
        lambda i: core.History([0], rows=i),
        lambda i: core.Row(forced=[i]),
        lambda i: core.Schedule(1, 0, i),
        lambda i: core.Schedule(1, 0, 3).at(i),
    ],
)
def test_a_whole_number_that_no_int64_holds_is_refused(call, huge):
    with pytest.raises(ParameterError):
        call(huge)


def test_minus_zero_is_zero():
    assert core.temperature([3, 2, 1], -0.0).tolist() == [0.0, -inf, -inf]
    assert core.probabilities([3, 2, 1], SamplingParams(-0.0)).tolist() == [1, 0, 0]
    assert core.Schedule(-0.0, 1, 2).at(0) == 0
    params = SamplingParams(-0.0, top_p=-0.0, min_p=np.float32(-0.0), top_k=-0.0, frequency_penalty=-0.0)
    assert "-0" not in repr(params) and params == SamplingParams(0, top_p=0)
    assert core.dynamic_temperature([3, 2, 1], -0.0, 0).tolist() == [0.0, -inf, -inf]


def test_a_dynamic_temperature_stays_finite():
    for settings in (
        {"dynatemp_range": inf},
        {"temperature": inf, "dynatemp_range": 0.1},
        {"temperature": 1e308, "dynatemp_range": 1e308},
    ):
        with pytest.raises(ParameterError, match="dynatemp_range"):
            SamplingParams(**settings)


def masked(values):
    return np.ma.masked_array(values, [True, *[False] * (len(values) - 1)])


NO_NUMBERS = {
    "complex list": [1j, 2.0],
    "complex array": np.array([1.0 + 1j, 2.0]),
    "complex tensor": torch.tensor([1.0 + 1j, 2.0]),
    "masked": masked([1.0, 2.0]),
    "masked rows": [masked([1.0, 2.0]), masked([1.0, 2.0])],
    "nothing masked": np.ma.masked_array([1.0, 2.0]),
    "dates": np.array(["2026-01-01", "2026-01-02"], dtype="M8[D]"),
    "durations": np.array([1, 2], dtype="m8[s]"),
    "date objects": [datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)],
    "strings": ["1", "2"],
    "an array of strings": np.array(["1", "2"]),
    "bytes": b"12",
    "a mapping": {0: 1.0, 1: 2.0},
    "a set": {1.0, 2.0},
    "a hole": [None, 2.0],
    "too large": [10**400, 2],
    "a large fraction": [Fraction(10**400, 3), 2],
    "complex objects": np.array([1j, 2], dtype=object),
    "sparse": torch.tensor([1.0, 2.0]).to_sparse(),
    "without numbers": torch.zeros(2, device="meta"),
    "rows of two lengths": [torch.zeros(2), torch.zeros(3)],
}


@pytest.mark.parametrize("form", NO_NUMBERS)
@pytest.mark.parametrize("name", [*TAKES_LOGITS, "draw", "entropy", "kl_divergence"])
def test_what_holds_no_real_numbers_is_refused_everywhere_alike(name, form):
    others = {
        "draw": lambda p: core.draw(p, 0.5),
        "entropy": core.entropy,
        "kl_divergence": lambda p: core.kl_divergence(p, [1, 2]),
    }
    with pytest.raises(ParameterError) as caught:
        (TAKES_LOGITS | others)[name](NO_NUMBERS[form])
    assert caught.value.accepted == "an array of real numbers"


@pytest.mark.parametrize(
    "ids", ["01", b"01", {0: 1, 1: 1}, [b"0"], 1, None, [0.5], [nan], [[0], 1], [1j], torch.tensor([0.5])]
)
def test_what_holds_no_token_ids_is_refused(ids):
    for call in (lambda: core.Context(ids), lambda: core.repetition_penalty(U, 2, ids), lambda: core.History(ids)):
        with pytest.raises(ParameterError):
            call()


@pytest.mark.parametrize(
    "call, argument",
    [
        (lambda: core.draw([2.0, -1.0], 0.5), "probs"),
        (lambda: core.draw([[0.5, 0.5]] * 2, [0.1, 0.2, 0.3]), "u"),
        (lambda: core.draw(0.5, 0.5), "probs"),
        (lambda: core.draw([], 0.5), "probs"),
        (lambda: core.entropy([0.5, nan]), "probs"),
        (lambda: core.entropy([1.5, -0.5]), "probs"),
        (lambda: core.kl_divergence([0.5, 0.5], [0.2, 0.3, 0.5]), "q"),
        (lambda: core.total_variation([0.5, 0.5], [0.2, 0.3, 0.5]), "q"),
        (lambda: core.kept_mass([0.5, 0.5], [True, False, True]), "kept"),
        (lambda: core.kept_mass([0.5, 0.5], "ab"), "kept"),
        (lambda: core.cut_cost([0.5, 0.5], [True, "b"]), "kept"),
        (lambda: core.best_of_n([0.5, 0.5], [1, 2, 3], 2), "scores"),
        (lambda: core.best_of_n([0.5, 0.5], [1, nan], 2), "scores"),
        (lambda: core.best_of_n([0.0, 0.0], [1, 2], 2), "probs"),
        (lambda: core.xtc([U] * 2, 0.1, u=[0.1, 0.2, 0.3]), "u"),
        (lambda: core.xtc(U, 0.1, min_tokens_to_keep=None), "min_tokens_to_keep"),
    ],
)
def test_distributions_that_are_none_and_shapes_that_do_not_fit_are_refused(call, argument):
    with pytest.raises(ParameterError) as caught:
        call()
    assert caught.value.argument == argument


def test_half_of_a_surrogate_pair_is_refused():
    model = core.load_model()
    for call in (
        lambda: core.generate(model, "a casa \ud83d"),
        lambda: core.generate(model, "a casa", stop="\ude00"),
        lambda: model.encode("\udc80"),
    ):
        with pytest.raises(ParameterError, match="surrogate"):
            call()
    assert model.decode(model.encode("\U0001f600")) == "\U0001f600"


def test_the_error_travels_between_processes():
    error = ParameterError("top_p", 2, "a number in [0, 1]")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert str(twin) == str(error) == "top_p must be a number in [0, 1]; got 2"
        assert (twin.argument, twin.value, twin.accepted, twin.row) == ("top_p", 2, "a number in [0, 1]", None)


@pytest.mark.parametrize(
    "name", ["top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff", "top_a", "top_h"]
)
@pytest.mark.parametrize("least", [0, -1, 1.5, 1j, "2", None, True])
def test_a_least_number_of_tokens_that_is_none_is_refused_by_every_cut(name, least):
    with pytest.raises(core.ParameterError, match="min_tokens_to_keep"):
        getattr(core, name)([2.0, 1.0, 0.0], 1, least)
