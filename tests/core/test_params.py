"""A setting is declared once, and nothing that its declaration asks for can be forgotten."""

import re

import oracles
import pytest
import torch

import core
from core import SamplingParams
from core.chain import run_stage
from core.params import CUTS, DEFAULT_ORDER, DEFAULTS, SETTINGS, STAGE_OF, STAGES


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_an_oracle_and_runs(stage):
    params = SamplingParams(**oracles.ORACLES[stage].example)
    assert stage in params.stages
    assert run_stage(stage, torch.zeros(120), params).shape == (120,)


def test_an_oracle_is_of_a_stage():
    assert set(oracles.ORACLES) == set(STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_exported_by_its_name_or_by_those_of_its_settings(stage):
    exported = {*core.__all__, *" ".join(core.PLACES.values()).split()}
    assert stage in exported or set(STAGES[stage]) <= exported
    assert all(callable(getattr(core, name)) for name in (stage, *STAGES[stage]) if name in exported)


def test_every_stage_has_one_place_in_the_default_order():
    assert set(DEFAULT_ORDER) == set(STAGES) and len(DEFAULT_ORDER) == len(STAGES)
    assert DEFAULT_ORDER[-1] == "greedy"
    assert DEFAULT_ORDER.index("penalties") < DEFAULT_ORDER.index("dry") < DEFAULT_ORDER.index("temperature")
    assert DEFAULT_ORDER[DEFAULT_ORDER.index("temperature") + 1] == "top_h"


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_explained_where_it_is_declared(name):
    attributes = SamplingParams.__doc__.partition("Attributes:")[2]
    assert re.search(rf"\b{name}\b[^\n]*:", attributes)


@pytest.mark.parametrize("name", STAGE_OF)
def test_a_setting_switches_on_one_stage_or_says_more_about_one(name):
    assert (name in STAGES[STAGE_OF[name]]) != bool(SETTINGS[name]["of"])
    assert STAGE_OF[name] in STAGES
    assert SETTINGS[name]["check"](name, DEFAULTS[name]) == DEFAULTS[name]


@pytest.mark.parametrize("name", [name for name in CUTS if SETTINGS[name]["slider"]])
def test_a_cut_at_its_default_cuts_nothing(name):
    u = torch.tensor([3.0, 1.0, 0.0, -9.0, -torch.inf])
    assert torch.equal(CUTS[name](u, DEFAULTS[name], 1), u)
