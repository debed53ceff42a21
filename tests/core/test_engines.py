"""Settings in an engine's words, and back."""

import ast
import dataclasses
import inspect
import re
import textwrap
from importlib.util import find_spec
from math import inf
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given as for_every
from hypothesis import settings as trying
from hypothesis import strategies as st
from openai.types.chat.completion_create_params import CompletionCreateParamsBase
from transformers import GenerationConfig, GenerationMixin

import core
from core import ENGINES, Context, LossWarning, ParameterError, SamplingParams, from_engine, read_engine, to_engine
from core.engines.facts import ALL_TOKENS, table
from core.engines.translation import in_effect
from core.streaming import check_ending


def random_params(engine: str, seed: int) -> SamplingParams:
    """Settings that the engine can express, in its order."""
    rng, spec = np.random.default_rng(seed), ENGINES[engine]
    choices = {
        "temperature": round(rng.uniform(0.1, 2), 3),
        "dynatemp_range": 0.25,
        "top_k": int(rng.integers(1, 100)),
        "top_p": round(rng.uniform(0.1, 1), 3),
        "min_p": round(rng.uniform(0.01, 1), 3),
        "typical_p": 0.7,
        "epsilon_cutoff": 0.001,
        "eta_cutoff": 0.002,
        "top_n_sigma": 1.5,
        "xtc_probability": 0.5,
        "logit_bias": {3: 1.0 if engine == "openai" else 1.5, 10: -2.0, 12: -50.0},
        "repetition_penalty": 1.2,
        "frequency_penalty": -0.5,
        "presence_penalty": 0.25,
        "no_repeat_ngram": 3,
    }
    fields = {k: v for k, v in choices.items() if k in spec.parameters and rng.random() < 0.4}
    if {"frequency_penalty", "presence_penalty"} & set(fields):
        fields["frequency_scope"] = spec.frequency_scope.value
    if engine == "llama.cpp" and {"frequency_penalty", "presence_penalty", "repetition_penalty"} & set(fields):
        fields["penalty_window"] = int(rng.choice([0, 64]))
    return SamplingParams(**fields, order=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_settings_come_back_as_they_went(engine):
    for seed in range(200):
        params = random_params(engine, seed)
        settings = to_engine(params, engine)
        assert settings.missing == ()
        for form in (settings, settings.text, dict(settings.values)):
            assert from_engine(form, engine) == params


def test_an_engine_left_alone_has_its_own_defaults():
    assert from_engine({}, "transformers") == SamplingParams(greedy=True, order="transformers")
    assert from_engine({"do_sample": True}, "transformers") == SamplingParams(top_k=50, order="transformers")
    assert from_engine({}, "vllm") == SamplingParams(order="vllm")
    assert from_engine("", "llama.cpp") == SamplingParams(0.8, 40, 0.95, 0.05, "llama.cpp")
    assert from_engine({}, "openai") == SamplingParams(order="openai")


def test_what_each_engine_means_by_off_and_by_zero():
    for k in (0, -1):
        assert from_engine({"top_k": k}, "vllm").top_k == 0
        assert from_engine({"--top-k": k}, "llama.cpp").top_k == 0
    for engine, settings in (
        ("vllm", {"temperature": 0}),
        ("openai", {"temperature": 0}),
        ("llama.cpp", {"--temp": 0}),
    ):
        assert from_engine(settings, engine).greedy and from_engine(settings, engine).temperature == 1
    off = from_engine({"--repeat-penalty": 1.5, "--repeat-last-n": 0}, "llama.cpp")
    assert off.repetition_penalty == 1
    assert from_engine({"--repeat-penalty": 1.5}, "llama.cpp").penalty_window == 64


def test_the_text_is_ready_to_paste():
    params = SamplingParams(0.8, top_p=0.95, logit_bias={7: -2})
    assert to_engine(params, "transformers").text == (
        "model.generate(**inputs, do_sample=True, temperature=0.8, top_k=0, top_p=0.95, sequence_bias={(7,): -2.0})"
    )
    assert to_engine(params, "vllm").text == "SamplingParams(temperature=0.8, top_p=0.95, logit_bias={7: -2.0})"
    assert to_engine(params, "openai").text == '{"temperature": 0.8, "top_p": 0.95, "logit_bias": {"7": -2}}'
    assert to_engine(SamplingParams(0.8, top_p=0.9, order="llama.cpp", logit_bias={7: -2}), "llama.cpp").text == (
        "--temp 0.8 --top-k 0 --top-p 0.9 --min-p 0.0 --logit-bias 7-2.0"
    )
    assert to_engine(SamplingParams(logit_bias={7: -inf}), "transformers").text.endswith(
        'sequence_bias={(7,): float("-inf")})'
    )


def test_llama_cpp_takes_any_order_of_its_samplers():
    params = SamplingParams(0.8, 40, 0.9, 0.05)  # the order of transformers
    settings = to_engine(params, "llama.cpp")
    assert settings.values["--samplers"] == "temperature;top_k;top_p;min_p" and settings.missing == ()
    assert from_engine(settings.text, "llama.cpp").stages == params.stages


@pytest.mark.parametrize(
    "params, engine, key, field",
    [
        (SamplingParams(top_a=0.1), "vllm", "stage", "top_a"),
        (SamplingParams(top_k=5, order="openai"), "openai", "stage", "top_k"),
        (SamplingParams(top_k=2, min_tokens_to_keep=3), "transformers", "stage", "min_tokens_to_keep"),
        (SamplingParams(0.5, top_p=0.5, order="llama.cpp"), "transformers", "order", "order"),
        (SamplingParams(frequency_penalty=1, frequency_scope="both"), "vllm", "scope", "frequency_scope"),
        (SamplingParams(frequency_penalty=1, penalty_window=9), "openai", "scope", "penalty_window"),
        (SamplingParams(temperature=3), "openai", "range", "temperature"),
        (SamplingParams(temperature=0.001), "vllm", "range", "temperature"),
        (SamplingParams(logit_bias={1: -inf}), "openai", "range", "logit_bias"),
        (SamplingParams(logit_bias={1: 0.5}), "openai", "range", "logit_bias"),
        (SamplingParams(epsilon_cutoff=1), "transformers", "range", "epsilon_cutoff"),
        (SamplingParams(typical_p=0), "transformers", "range", "typical_p"),
        (SamplingParams(top_p=0), "vllm", "range", "top_p"),
        (SamplingParams(temperature=1e-40), "llama.cpp", "range", "temperature"),
        (SamplingParams(repetition_penalty=1e300), "llama.cpp", "range", "repetition_penalty"),
        (SamplingParams(greedy=True, temperature=inf), "vllm", "greedy", "temperature"),
        (SamplingParams(repetition_penalty=2, penalty_window=ALL_TOKENS), "llama.cpp", "scope", "penalty_window"),
        (SamplingParams(temperature=0), "transformers", "ties", "temperature"),
        (SamplingParams(greedy=True, typical_p=0.5), "transformers", "greedy", "typical_p"),
    ],
)
def test_what_cannot_be_expressed_is_said(params, engine, key, field):
    (missing,) = to_engine(params, engine).missing
    assert (missing.key, missing.field, missing.engine) == (key, field, engine)
    assert engine in str(missing)
    from_engine(to_engine(params, engine), engine)  # what is left can be read back


# Every draw there and back --------------------------------------------------------------------------------------------

SHARE = st.floats(0, 1) | st.sampled_from([0.0, 1.0, 0.5])
LARGE = st.floats(0, 1.7e308) | st.sampled_from([0.0, 1.0, inf])
PENALTY = st.floats(-1.7e308, 1.7e308) | st.floats(-3, 3) | st.just(0.0)
FIELDS = {
    "temperature": st.floats(0, 3) | LARGE,
    "top_k": st.integers(0, 2**40),
    "dynatemp_range": st.floats(0, 3) | st.just(0.0),
    "dynatemp_exponent": st.floats(0, 9) | LARGE,
    "top_n_sigma": LARGE,
    "greedy": st.booleans(),
    "logit_bias": st.dictionaries(st.integers(0, 7), st.floats(-inf, 1.7e308) | st.floats(-200, 200), max_size=3),
    "repetition_penalty": st.floats(5e-324, 1.7e308) | st.floats(0.5, 2) | st.just(1.0),
    "frequency_penalty": PENALTY,
    "presence_penalty": PENALTY,
    "repetition_scope": st.sampled_from(["prompt", "output", "both"]),
    "frequency_scope": st.sampled_from(["prompt", "output", "both"]),
    "penalty_window": st.integers(0, 9) | st.sampled_from([0, ALL_TOKENS, 2**31]),
    "no_repeat_ngram": st.integers(0, 4),
    "min_tokens_to_keep": st.integers(1, 3),
    "p_less": st.booleans(),
    "dry_multiplier": st.floats(0, 3) | LARGE.filter(lambda x: x < inf),
    "dry_base": st.floats(1, 3) | st.floats(1, 1.7e308),
    "dry_allowed_length": st.integers(1, 4) | st.just(2**40),
    "dry_window": st.integers(0, 9) | st.sampled_from([0, ALL_TOKENS, 2**31]),
    "dry_breakers": st.lists(st.integers(0, 7), max_size=2),
    "mirostat_tau": st.floats(0, 9) | st.just(0.0),
    "mirostat_eta": st.floats(0, 1),
    "adaptive_target": SHARE,
    "adaptive_decay": st.floats(0, 0.99),
    "allowed_token_ids": st.lists(st.integers(0, 7), max_size=6),
    "banned_token_ids": st.lists(st.integers(0, 7), max_size=3),
    "xtc_protected": st.lists(st.integers(0, 7), max_size=2),
    "order": st.none() | st.sampled_from(sorted(ENGINES)) | st.lists(st.sampled_from(sorted(core.STAGES)), unique=True),
}
SHARES = (
    "top_p",
    "min_p",
    "typical_p",
    "epsilon_cutoff",
    "eta_cutoff",
    "top_a",
    "top_h",
    "xtc_probability",
    "xtc_threshold",
)


def acceptable(some: dict) -> bool:
    return not some.get("dynatemp_range") or some.get("temperature", 1) + some["dynatemp_range"] <= 1.7e308


DRAWS = (
    st.fixed_dictionaries({}, optional=FIELDS | dict.fromkeys(SHARES, SHARE))
    .filter(acceptable)
    .map(lambda some: SamplingParams(**some))
)


@pytest.mark.parametrize("engine", ENGINES)
@trying(max_examples=250)
@for_every(params=DRAWS)
def test_what_an_engine_is_told_is_read_back_or_said_to_be_lost(engine, params):
    told = to_engine(params, engine)
    for form in (told, told.text, dict(told.values)):
        back = read_engine(form, engine)
        assert back.missing == ()
        if not told.missing:
            assert in_effect(back.params) == in_effect(params)


@trying(max_examples=150)
@for_every(params=DRAWS, seed=st.integers(0, 2**32 - 1))
def test_what_is_idle_changes_no_probability(params, seed):
    rng = np.random.default_rng(seed)
    logits, context = rng.normal(size=8).round(1), Context(rng.integers(0, 8, 5), rng.integers(0, 8, 5))
    try:
        wanted = core.probabilities(logits, params, context)
    except ParameterError:  # a bias or a ban that leaves no token
        return
    if params.temperature or params.dynatemp_range or params.greedy or "temperature" not in params.stages:
        assert torch.equal(core.probabilities(logits, in_effect(params), context), wanted)


@pytest.mark.parametrize("engine", ENGINES)
@for_every(bias=st.floats(-100, 100) | st.sampled_from([1e-5, -1e-5, 5e-324, -0.0, 1e-40, -99.5]))
def test_every_bias_that_is_written_can_be_read(engine, bias):
    told = to_engine(SamplingParams(logit_bias={5: bias}), engine)
    (pair,) = from_engine(told.text, engine).logit_bias
    assert pair == (5, bias) or [one.key for one in told.missing] == ["range"]


def test_a_bias_goes_to_the_constructor_of_vllm_as_it_is():
    told = to_engine(SamplingParams(logit_bias={5: -250, 6: -inf}), "vllm")
    assert told.text == 'SamplingParams(logit_bias={5: -250.0, 6: float("-inf")})' and told.missing == ()
    assert dict(from_engine(told.text, "vllm").logit_bias) == {5: -250, 6: -inf}


def test_a_bias_is_written_as_transformers_wants_it():
    (name,) = set(to_engine(SamplingParams(logit_bias={5: 2}), "transformers").values) - {"do_sample", "top_k"}
    bias = to_engine(SamplingParams(logit_bias={5: 2}), "transformers").values[name]
    assert transformers_chain(sequence_bias=bias) == ["SequenceBiasLogitsProcessor"]


def test_llama_cpp_is_told_a_number_of_tokens_for_all_of_them():
    told = to_engine(SamplingParams(repetition_penalty=1.1), "llama.cpp")
    assert told.values["--repeat-last-n"] == ALL_TOKENS and told.missing == ()
    assert from_engine(told, "llama.cpp").penalty_window == 0
    with pytest.raises(ParameterError) as error:
        from_engine("--repeat-last-n -1 --repeat-penalty 1.1", "llama.cpp")
    assert (error.value.argument, error.value.value) == ("--repeat-last-n", -1)


def test_dynamic_temperature_around_zero_is_not_greedy_in_llama_cpp():
    params = from_engine("--temp 0 --dynatemp-range 0.5 --top-k 0 --top-p 1 --min-p 0", "llama.cpp")
    assert core.probabilities([2, 1, 0], params).tolist() == pytest.approx([0.92895, 0.06632, 0.00473], abs=1e-5)
    told = to_engine(SamplingParams(temperature=0, dynatemp_range=0.5), "llama.cpp")
    assert told.missing == () and in_effect(from_engine(told, "llama.cpp")).dynatemp_range == 0.5
    for params in (SamplingParams(greedy=True, dynatemp_range=0.5), SamplingParams(greedy=True, temperature=0)):
        assert from_engine(to_engine(params, "llama.cpp"), "llama.cpp").stages == ("greedy",)


def test_greedy_decoding_is_where_llama_cpp_has_its_temperature():
    told = to_engine(SamplingParams(greedy=True, xtc_probability=1, typical_p=0.5), "llama.cpp")
    assert told.values["--samplers"] == "typ_p;xtc;temperature" if "--samplers" in told.values else told.missing == ()
    early = from_engine("--samplers temp;xtc --temp 0 --xtc-probability 1", "llama.cpp")
    assert core.probabilities([3, 2.9, 0], early).tolist() == [1, 0, 0]
    assert not from_engine("--samplers top_k --temp 0", "llama.cpp").greedy  # the temperature does not run


def test_a_temperature_set_beside_an_order_that_leaves_it_out_is_not_written():
    told = to_engine(SamplingParams(temperature=0, top_k=3, order=("top_k",)), "vllm")
    assert dict(told.values) == {"top_k": 3} and told.missing == ()


# What an engine reads -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, field, value",
    [
        ("--temperature 0.5", "temperature", 0.5),
        ("--temp 0.5 --temperature 0.7", "temperature", 0.7),
        ("--typical-p 0.4", "typical_p", 0.4),
        ("--typical 0.4", "typical_p", 0.4),
        ("--top-n-sigma 1.5", "top_n_sigma", 1.5),
        ("--top_k 7", "top_k", 7),
        ("-l 5+1e-05", "logit_bias", ((5, 1e-5),)),
        ("-l 5-1.5 --logit-bias 7+2", "logit_bias", ((5, -1.5), (7, 2.0))),
        ("--logit-bias 5-inf", "logit_bias", ((5, -inf),)),
        ("--seed 7 -s 8 --top-k 7", "top_k", 7),
        ("--top-p 1.5", "top_p", 1.0),
        ("--min-p -1", "min_p", 0.0),
        ("--xtc-probability 2", "xtc_probability", 1.0),
        ("--samplers 'top-k;temp'", "stages", ("top_k", "temperature")),
        ("--samplers 'topk;dry;nucleus;typ;temperature'", "stages", ("top_k", "top_p", "temperature")),
        ("--sampler-seq edskypmxt", "stages", ("top_k", "top_p", "min_p", "temperature")),
    ],
)
def test_llama_cpp_reads_every_spelling_of_its_settings(text, field, value):
    with_nothing_lost = read_engine(text, "llama.cpp")
    assert getattr(with_nothing_lost.params, field) == value and with_nothing_lost.missing == ()


@pytest.mark.parametrize(
    "engine, text, field, value",
    [
        ("vllm", 'SamplingParams(**{"temperature": 0.7}, seed=3, max_tokens=9)', "temperature", 0.7),
        ("vllm", "vllm.SamplingParams(temperature=0.7, stop=['.'])", "temperature", 0.7),
        ("transformers", "model.generate(ids, do_sample=True, temperature=0.7)", "temperature", 0.7),
        ("transformers", "model.generate(input_ids=ids, do_sample=True, max_new_tokens=n)", "top_k", 50),
        ("transformers", "model.generate(do_sample=True, top_p=1.5, epsilon_cutoff=1.0, typical_p=2.0)", "top_p", 1),
        ("transformers", "model.generate(sequence_bias=[[[5], 2.0]])", "logit_bias", ((5, 2.0),)),
        ("openai", '{"temperature": 0.7, "model": "m", "seed": 4, "max_completion_tokens": 9}', "temperature", 0.7),
    ],
)
def test_what_touches_no_draw_is_read_over(engine, text, field, value):
    reading = read_engine(text, engine)
    assert getattr(reading.params, field) == value and reading.missing == ()


@pytest.mark.parametrize(
    "engine, given, name, value",
    [
        ("transformers", "model.generate(do_sample=True, logits_processor=[mine])", "logits_processor", "[mine]"),
        ("transformers", {"sequence_bias": {(5, 6): 2.0, (7,): 1.0}}, "sequence_bias", {(5, 6): 2.0}),
        ("transformers", {"min_length": 4}, "min_length", 4),
        ("transformers", "model.generate(min_new_tokens=least)", "min_new_tokens", "least"),
        ("transformers", {"num_beams": 4}, "num_beams", 4),
        ("vllm", "SamplingParams(stop_token_ids=ids)", "stop_token_ids", "ids"),
        ("vllm", 'SamplingParams(bad_words=["mar"])', "bad_words", ["mar"]),
        ("llama.cpp", "--dry-multiplier 0.8 --dry-base 2", "--dry-sequence-breaker", ("\n", ":", '"', "*")),
        ("llama.cpp", "--samplers 'top_k;adaptive_p' --adaptive-target 0", "--adaptive-target", 0),
        ("llama.cpp", "--mirostat 2 --mirostat-ent 0", "--mirostat-ent", 0),
        ("llama.cpp", "--mirostat 1 --mirostat-ent 3", "--mirostat", 1),
        ("llama.cpp", "--ignore-eos --temp 0.5", "--ignore-eos", True),
        ("llama.cpp", "--samplers 'top_k;infill'", "--samplers", "infill"),
        ("llama.cpp", "-j {}", "--json-schema", "{}"),
        ("openai", {"response_format": {"type": "json_object"}}, "response_format", {"type": "json_object"}),
    ],
)
def test_a_setting_that_is_not_expressed_here_is_said(engine, given, name, value):
    (one,) = read_engine(given, engine).missing
    assert (one.key, one.engine, one.field, one.value) == ("unread", engine, name, value)
    with pytest.warns(LossWarning, match=re.escape(f"{engine} has {name} = {value!r}")):
        assert from_engine(given, engine) == read_engine(given, engine).params


ENDINGS = st.fixed_dictionaries(
    {},
    optional={
        "min_new_tokens": st.integers(0, 2**31),
        "stop_token_ids": st.lists(st.integers(0, 2**17), max_size=4),
        "ignore_eos": st.booleans(),
        "include_stop_str_in_output": st.booleans(),
    },
)


@trying(max_examples=100)
@for_every(ENDINGS, st.sampled_from(list(ENGINES)))
def test_what_ends_a_text_comes_back_or_is_said_to_be_lost(ending, engine):
    params = SamplingParams(0.5, top_p=0.75)
    there = to_engine(params, engine, ending)
    lost = {one.field: one.value for one in there.missing if one.field in ending}
    for form in (there, there.text, dict(there.values)):
        reading = read_engine(form, engine)
        assert {**reading.ending, **lost} == check_ending(ending) and not set(reading.ending) & set(lost)
        assert (reading.params, dict(lost)) == (read_engine(to_engine(params, engine), engine).params, lost)


def test_every_engine_spells_what_ends_a_text_as_its_sources_do():
    told = {engine: {name: one.name for name, one in spec.ending.items()} for engine, spec in ENGINES.items()}
    same = {name: name for name in ("stop_token_ids", "ignore_eos", "include_stop_str_in_output")}
    assert told == {
        "transformers": {"min_new_tokens": "min_new_tokens"},
        "vllm": {"min_new_tokens": "min_tokens", **same},
        "llama.cpp": {},
        "openai": {},
    }
    assert to_engine(SamplingParams(), "vllm", {"min_new_tokens": 3, "stop_token_ids": (5,)}).text.endswith(
        "min_tokens=3, stop_token_ids=[5])"
    )
    assert [str(one) for one in to_engine(SamplingParams(), "openai", {"ignore_eos": True}).missing] == [
        "openai has no ignore_eos (here True)"
    ]


@pytest.mark.parametrize("engine, name", [("transformers", "min_new_tokens"), ("vllm", "min_tokens")])
def test_a_least_length_changes_a_draw_and_is_an_argument_of_generate(engine, name):
    (one,) = read_engine({name: 3}, engine).missing
    assert (one.key, one.field, one.value) == ("ending", name, 3) and read_engine({name: 3}, engine).ending == {
        "min_new_tokens": 3
    }
    with pytest.warns(LossWarning, match=f"{engine} has {name} = 3, which is an argument of generate"):
        from_engine({name: 3}, engine)
    with pytest.raises(ParameterError, match=f"{name} must be"):
        read_engine({name: -1}, engine)
    with pytest.raises(ParameterError, match="ending must be .*min_new_tokens"):
        to_engine(SamplingParams(), engine, {"min_tokens": 3})


def test_a_setting_that_is_switched_off_is_not_lost():
    off = {
        "transformers": {"top_h": None, "suppress_tokens": None, "min_length": 0},
        "vllm": {"min_tokens": 0, "bad_words": []},
    }
    off["llama.cpp"] = "--dry-multiplier 0 --dry-base 2 --mirostat 0 --adaptive-target -1 --adaptive-decay 0.5"
    off["openai"] = {"response_format": {"type": "text"}}
    for engine, given in off.items():
        assert read_engine(given, engine).missing == ()
    assert read_engine({"do_sample": False, "top_h": 0.4}, "transformers").missing == ()


def test_mirostat_takes_the_place_of_every_other_sampler():
    params = read_engine("--mirostat 2 --temp 0.5 --top-k 5 --repeat-penalty 2 --dynatemp-range 1", "llama.cpp").params
    assert params.stages == ("temperature", "mirostat") and params.temperature == 0.5 and params.dynatemp_range == 0
    assert (params.mirostat_tau, params.mirostat_eta) == (5, 0.1)
    told = to_engine(SamplingParams(0.5, mirostat_tau=3, top_k=4), "llama.cpp")
    assert [(one.key, one.field) for one in told.missing] == [("alone", "top_k")]
    assert read_engine("--mirostat 1 --top-k 5", "llama.cpp").params.stages == ("temperature",)


def test_what_llama_cpp_alone_has_goes_there_and_comes_back():
    dry = SamplingParams(dry_multiplier=0.8, dry_allowed_length=3, dry_window=64, order="llama.cpp")
    assert to_engine(dry, "llama.cpp").text.endswith(
        "--dry-multiplier 0.8 --dry-base 1.75 --dry-allowed-length 3 --dry-penalty-last-n 64 --dry-sequence-breaker none"
    )
    for params in (
        *(
            dry,
            SamplingParams(0.5, mirostat_tau=4, mirostat_eta=0.2),
            SamplingParams(0.5, adaptive_target=0.3, top_k=5),
        ),
        SamplingParams(dry_multiplier=1, dry_base=2),
    ):
        told = to_engine(params, "llama.cpp")
        assert told.missing == () and in_effect(from_engine(told.text, "llama.cpp")) == in_effect(params)
    assert not from_engine("--adaptive-target 0.5", "llama.cpp").adaptive_target  # the chain does not name it


def test_masks_of_tokens_go_where_an_engine_has_them():
    params = SamplingParams(banned_token_ids=[5, 2], allowed_token_ids=[1, 2, 5])
    banned, allowed = (to_engine(params, engine) for engine in ("transformers", "vllm"))
    assert banned.values["suppress_tokens"] == [2, 5] and [one.field for one in banned.missing] == ["allowed_token_ids"]
    assert allowed.values["allowed_token_ids"] == [1, 2, 5] and [one.field for one in allowed.missing] == [
        "banned_token_ids"
    ]
    assert from_engine(banned, "transformers").banned_token_ids == (2, 5)
    assert from_engine(allowed.text, "vllm").allowed_token_ids == (1, 2, 5)


def test_vllm_raises_a_small_temperature_and_that_is_said():
    reading = read_engine({"temperature": 0.001}, "vllm")
    assert reading.params.temperature == 0.01
    (one,) = reading.missing
    assert (one.key, one.field, one.value) == ("raised", "temperature", 0.01) and "0.01" in str(one)
    assert read_engine({"temperature": 0.01}, "vllm").missing == ()


@pytest.mark.parametrize(
    "engine, given, argument",
    [
        ("transformers", {"do_sample": True, "temperature": 0.0}, "temperature"),
        ("transformers", {"do_sample": True, "temperature": 2}, "temperature"),
        ("transformers", {"do_sample": True, "top_k": -1}, "top_k"),
        ("transformers", {"do_sample": "yes"}, "do_sample"),
        ("transformers", {"sequence_bias": {"a": 1.0}}, "sequence_bias"),
        ("transformers", "model.generate(**settings)", "settings"),
        ("vllm", "SamplingParams(0.7)", "settings"),
        ("vllm", "SamplingParams(temperature=t)", "temperature"),
        ("vllm", {"temperature": 3}, "temperature"),
        ("vllm", {"temperature": float("nan")}, "temperature"),
        ("vllm", {"top_k": -2}, "top_k"),
        ("vllm", {"top_k": 2.5}, "top_k"),
        ("vllm", {"top_p": 0}, "top_p"),
        ("vllm", {"temperature": "0.7"}, "temperature"),
        ("vllm", {"temperature": True}, "temperature"),
        ("openai", {"logit_bias": [1]}, "logit_bias"),
        ("openai", {"logit_bias": {"5": "2"}}, "logit_bias"),
        ("openai", {"logit_bias": {"mar": 2}}, "logit_bias"),
        ("openai", {"logit_bias": {"5": 250}}, "logit_bias"),
        ("openai", "[1, 2]", "settings"),
        ("openai", "null", "settings"),
        ("openai", "[" * 100_000, "settings"),
        ("openai", [1, 2], "settings"),
        ("openai", None, "settings"),
        ("llama.cpp", "--temp 0,7", "--temp"),
        ("llama.cpp", "--temp --top-k 5", "settings"),
        ("llama.cpp", "--top-k 5.5", "--top-k"),
        ("llama.cpp", "-l 5", "--logit-bias"),
        ("llama.cpp", "--samplers top_k;sorte", "--samplers"),
        ("llama.cpp", "--repeat-penalty 0", "--repeat-penalty"),
        ("openai", to_engine(SamplingParams(0.5), "vllm"), "engine"),
    ],
)
def test_what_an_engine_would_refuse_or_misread_is_an_error_that_names_it(engine, given, argument):
    with pytest.raises(ParameterError) as error:
        from_engine(given, engine)
    assert error.value.argument == argument


def test_the_reason_for_refusing_temperature_zero_is_given():
    with pytest.raises(ParameterError, match="temperature must be a float > 0; got 0.0"):
        from_engine({"do_sample": True, "temperature": 0.0}, "transformers")
    assert from_engine({"do_sample": False, "temperature": 0.0}, "transformers").stages == ("greedy",)


# What is installed ----------------------------------------------------------------------------------------------------


def known(engine: str) -> set[str]:
    """Every name of a setting that the table has."""
    spec = ENGINES[engine]
    aliases = {alias for one in (*spec.parameters.values(), *spec.others.values()) for alias in one.aliases}
    return (
        {one.name for one in (*spec.parameters.values(), *spec.ending.values())}
        | set(spec.others)
        | set(spec.silent.value)
        | aliases
    )


def transformers_chain(**values) -> list[str]:
    """The logits processors that the installed transformers makes of a configuration, in its order."""
    model = GenerationMixin()
    model.config = type("Config", (), {"is_encoder_decoder": False})()
    config = GenerationConfig(**values)
    made = model._get_logits_processor(config, input_ids_seq_length=2, device="cpu")
    return [type(one).__name__ for one in made]


def conditions(function) -> list[str]:
    """The settings on which `function` adds a processor, in the order of its code."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found = []
    for branch in (node for node in ast.walk(tree) if isinstance(node, ast.If)):
        adds = any("processors.append" in ast.unparse(line) for line in branch.body)
        names = re.findall(r"generation_config\.(\w+)", ast.unparse(branch.test))
        if adds and names and names[0] != "do_sample":
            found.append((branch.lineno, names[0]))
    return [name for _, name in sorted(found)]


def test_the_table_has_every_setting_of_the_installed_transformers():
    names = set(GenerationConfig().to_dict()) | set(inspect.signature(GenerationMixin.generate).parameters)
    assert names - {"self", "kwargs"} <= known("transformers")


def test_the_table_has_every_sampler_of_the_installed_transformers_in_its_order():
    order = conditions(GenerationMixin._get_logits_processor)
    assert {"top_h", "top_k", "repetition_penalty"} <= set(order) <= known("transformers")
    spec = ENGINES["transformers"]
    spelled = {
        "logit_bias": "sequence_bias",
        "penalties": "repetition_penalty",
        "no_repeat_ngram": "no_repeat_ngram_size",
        "token_mask": "suppress_tokens",
    }
    stages = [spelled.get(name, name) for name in spec.order.value if name != "greedy"]
    assert [name for name in order if name in stages] == stages


def test_the_chain_of_the_installed_transformers_is_that_of_the_table():
    params = SamplingParams(
        *(0.5, 7, 0.9, 0.1),
        **{"typical_p": 0.9, "epsilon_cutoff": 0.1, "eta_cutoff": 0.1, "repetition_penalty": 2, "no_repeat_ngram": 2},
        logit_bias={1: 2},
        banned_token_ids=[3],
        top_h=0.5,
    )
    chain = transformers_chain(**to_engine(params, "transformers").values)
    assert [re.sub(r"Logits(Warper|Processor)", "", name) for name in chain] == [
        *(
            "SequenceBias",
            "RepetitionPenalty",
            "NoRepeatNGram",
            "SuppressTokens",
            "Temperature",
            "TopH",
            "TopK",
            "TopP",
            "MinP",
        ),
        *("Typical", "Epsilon", "Eta"),
    ]
    assert len(chain) == len(params.stages)


def test_the_defaults_said_of_transformers_are_those_installed():
    installed = GenerationConfig()._get_default_generation_params()
    for parameter in ENGINES["transformers"].parameters.values():
        assert installed.get(parameter.name) == parameter.default
    for name, setting in ENGINES["transformers"].others.items():
        assert not setting.acts(installed.get(name))


def test_the_table_has_every_setting_of_the_installed_openai():
    assert set(CompletionCreateParamsBase.__annotations__) <= known("openai")
    assert "int" in str(CompletionCreateParamsBase.__annotations__["logit_bias"])


def vllm_settings(source: str) -> set[str]:
    """The fields of vLLM's SamplingParams, from the text of vllm/sampling_params.py."""
    (cls,) = (node for node in ast.parse(source).body if getattr(node, "name", "") == "SamplingParams")
    fields = (node.target.id for node in cls.body if isinstance(node, ast.AnnAssign))
    return {name for name in fields if not name.startswith("_")}


def llama_samplers(source: str) -> set[str]:
    """The samplers that llama.cpp's library makes, from the text of llama_cpp/llama_cpp.py."""
    return set(re.findall(r"^def llama_sampler_init_(\w+)\(", source, re.M))


def llama_stages() -> set[str]:
    """The samplers of llama.cpp that the table has, as its library calls them."""
    spec = ENGINES["llama.cpp"]
    stages = {*spec.order.value, *spec.stage_names, *(one.stage for one in spec.others.values())}
    ends = {"greedy", "dist", "temp", "temp_ext", "mirostat_v2", "grammar", "grammar_lazy", "grammar_lazy_patterns"}
    return stages | ends | {"typical", "logit_bias"}


def installed(package: str, file: str) -> str:
    """The text of a file of an installed package; empty where it is not installed."""
    found = find_spec(package)
    return (Path(found.origin).parent / file).read_text(encoding="utf-8") if found else ""


def test_the_table_has_every_setting_and_sampler_of_vllm_and_llama_cpp_where_they_are_installed():
    vllm, llama = installed("vllm", "sampling_params.py"), installed("llama_cpp", "llama_cpp.py")
    if vllm:
        assert vllm_settings(vllm) <= known("vllm")
    assert llama_samplers(llama) <= llama_stages()
    grown = "class SamplingParams:\n    top_p: float = 1.0\n    top_z: float = 1.0\n    _seen: int = 0"
    assert vllm_settings(grown) - known("vllm") == {"top_z"}
    grown = "def llama_sampler_init_top_k(k): ...\ndef llama_sampler_init_top_z(z): ..."
    assert llama_samplers(grown) - llama_stages() == {"top_z"}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_stage_of_an_order_is_ours_or_is_set_by_a_setting_that_we_lack(engine):
    spec = ENGINES[engine]
    assert set(spec.stages) <= set(core.STAGES)
    foreign = set(spec.order.value) - set(spec.stages)
    assert foreign <= {setting.stage for setting in spec.others.values()} - set(core.STAGES)
    assert {setting.needs for setting in spec.others.values()} - {""} <= known(engine)


def test_every_cell_of_the_table_has_its_source():
    rows = table().splitlines()
    assert len({row.count("|") for row in rows}) == 1
    for row in rows[2:]:
        for cell in row.split("|")[2:-1]:
            sources = ("transformers 5.23.0", "vLLM", "llama.cpp", "openai-python", "OpenAI API reference")
            assert cell.strip() == "—" or any(source in cell for source in sources)


def test_the_same_settings_under_two_engines_are_two_distributions():
    params = SamplingParams(0.5, top_p=0.8)
    kept = {}
    for engine in ("transformers", "llama.cpp"):
        kept[engine] = core.trace([3, 2, 1], dataclasses.replace(params, order=engine))[-1].kept.tolist()
    assert kept == {"transformers": [True, False, False], "llama.cpp": [True, True, False]}
