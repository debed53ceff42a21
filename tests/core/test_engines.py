"""Settings in an engine's words, and back."""

import dataclasses
from math import inf

import numpy as np
import pytest
from transformers import GenerationConfig

import core
from core import ENGINES, SamplingParams, from_engine, to_engine
from core.engines import table


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
        "logit_bias": {3: 1.5, 10: -2.0, 12: -50.0},
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
    assert to_engine(params, "openai").text == '{"temperature": 0.8, "top_p": 0.95, "logit_bias": {"7": -2.0}}'
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
        (SamplingParams(min_tokens_to_keep=3), "transformers", "stage", "min_tokens_to_keep"),
        (SamplingParams(0.5, top_p=0.5, order="llama.cpp"), "transformers", "order", "order"),
        (SamplingParams(frequency_penalty=1, frequency_scope="both"), "vllm", "scope", "frequency_scope"),
        (SamplingParams(frequency_penalty=1, penalty_window=9), "openai", "scope", "penalty_window"),
        (SamplingParams(temperature=3), "openai", "range", "temperature"),
        (SamplingParams(temperature=0.001), "vllm", "range", "temperature"),
        (SamplingParams(logit_bias={1: -inf}), "openai", "range", "logit_bias"),
        (SamplingParams(temperature=0), "transformers", "ties", "temperature"),
        (SamplingParams(greedy=True, typical_p=0.5), "transformers", "greedy", "typical_p"),
    ],
)
def test_what_cannot_be_expressed_is_said(params, engine, key, field):
    (missing,) = to_engine(params, engine).missing
    assert (missing.key, missing.field, missing.engine) == (key, field, engine)
    assert engine in str(missing)
    from_engine(to_engine(params, engine), engine)  # what is left can be read back


def test_the_defaults_said_of_transformers_are_those_installed():
    config = GenerationConfig()
    installed = config._get_default_generation_params()
    for parameter in ENGINES["transformers"].parameters.values():
        assert installed.get(parameter.name) == parameter.default


def test_every_cell_of_the_table_has_its_source():
    rows = table().splitlines()
    assert len({row.count("|") for row in rows}) == 1
    for row in rows[2:]:
        for cell in row.split("|")[2:-1]:
            assert cell.strip() == "—" or any(
                source in cell for source in ("transformers 5.23.0", "vLLM", "llama.cpp", "openai-python")
            )


def test_the_same_settings_under_two_engines_are_two_distributions():
    params = SamplingParams(0.5, top_p=0.8)
    kept = {}
    for engine in ("transformers", "llama.cpp"):
        kept[engine] = core.trace([3, 2, 1], dataclasses.replace(params, order=engine))[-1].kept.tolist()
    assert kept == {"transformers": [True, False, False], "llama.cpp": [True, True, False]}
