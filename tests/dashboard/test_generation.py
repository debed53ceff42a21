"""What the tools of generation and sampling offer, as `core` declares it: every setting has its words and its ends."""

import pytest

from core import SamplingParams
from core.params import DEFAULTS, SETTINGS, STAGE_OF, STAGES
from dashboard import language

SLIDERS = {name: declared["slider"] for name, declared in SETTINGS.items() if declared["slider"]}
TOGGLES = [name for name, default in DEFAULTS.items() if isinstance(default, bool)]


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_every_stage_and_every_setting_of_a_page_has_its_words(lang):
    words = language.catalog()
    for stage in STAGES:
        assert words[f"stage.{stage}"][lang]
    for name in (*SLIDERS, *TOGGLES):
        assert words[f"setting.{name}"][lang] and words[f"control.{name}.help"][lang]


def test_every_setting_that_switches_a_stage_on_is_on_the_page_unless_it_is_a_list_of_ids():
    shown = {*SLIDERS, *TOGGLES}
    assert {name for stage in STAGES.values() for name in stage if name not in shown} == {
        name for name in STAGE_OF if isinstance(DEFAULTS[name], tuple) and name in STAGES[STAGE_OF[name]]
    }


@pytest.mark.parametrize("name", SLIDERS)
def test_each_slider_reaches_its_ends_and_what_switches_it_off(name):
    low, high, _ = SLIDERS[name]
    assert low <= DEFAULTS[name] <= high
    assert SamplingParams(**{name: low}) and SamplingParams(**{name: high})
