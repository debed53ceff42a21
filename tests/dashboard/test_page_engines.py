"""Settings in an engine's own words: the page's are `core`'s."""

import json
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from core import SamplingParams, to_engine
from core.engines.facts import ENGINES
from core.engines.pasting import read
from core.params import SETTINGS, STAGES
from dashboard.page.scripts import bundle, page_modules

FIELDS = [name for name, declared in SETTINGS.items() if declared["slider"]]
NO_IDS = [stage for stage in STAGES if stage not in ("logit_bias", "token_mask")]


@pytest.fixture(scope="module")
def page():
    with closing(MiniRacer()) as racer:
        racer.eval(bundle(page_modules(), {"engines": "core/engines"}))
        yield lambda params, engine: json.loads(
            racer.eval(f"JSON.stringify(engines.toEngine({json.dumps(params)}, '{engine}'))")
        )


def value(name: str):
    low, high, step = SETTINGS[name]["slider"]
    if isinstance(step, int):
        return st.integers(low, high)
    return st.one_of(
        st.floats(low, high, allow_subnormal=False), st.sampled_from([low, high, 1.0 if low <= 1 <= high else low])
    )


def chosen():
    some = st.dictionaries(st.sampled_from(FIELDS), st.none(), max_size=6).flatmap(
        lambda names: st.fixed_dictionaries({name: value(name) for name in names})
    )
    switches = st.fixed_dictionaries({}, optional={name: st.booleans() for name in ("greedy", "p_less")})
    scopes = st.fixed_dictionaries(
        {},
        optional={
            name: st.sampled_from(["prompt", "output", "both"]) for name in ("repetition_scope", "frequency_scope")
        },
    )
    order = st.one_of(
        st.none(),
        st.sampled_from(list(ENGINES)),
        st.permutations(NO_IDS),
        st.lists(st.sampled_from(NO_IDS), unique=True),
    )
    return st.builds(
        lambda *parts, order: {**parts[0], **parts[1], **parts[2], "order": order}, some, switches, scopes, order=order
    )


@settings(max_examples=600)
@given(params=chosen(), engine=st.sampled_from(list(ENGINES)))
def test_the_page_says_what_core_says(page, params, engine):
    ours, theirs = page(params, engine), to_engine(SamplingParams(**params), engine)
    assert ours["values"] == dict(theirs.values)
    assert read(ours["text"], ENGINES[engine]) == read(theirs.text, ENGINES[engine])
    said = [(one.key, one.field, list(one.value) if one.key == "order" else one.value) for one in theirs.missing]
    assert [(one["key"], one["field"], one["value"]) for one in ours["missing"]] == said


def test_a_setting_that_transformers_refuses_as_a_whole_number_has_a_point(page):
    text = page({"temperature": 2, "repetition_penalty": 3}, "transformers")["text"]
    assert "temperature=2.0" in text and "repetition_penalty=3.0" in text
