"""The home's text: what is recorded, and the probabilities that the page makes of it."""

import gzip
import json
from contextlib import closing

import pytest
from py_mini_racer import MiniRacer

from core import SamplingParams, generate, load_model
from dashboard import language
from dashboard.page import living as panel
from dashboard.page.scripts import apart_script, core_script
from dashboard.recorded import files
from dashboard.recorded.living import HEATS, STEPS, living


def test_every_text_is_what_the_model_draws_with_this_seed_at_this_temperature():
    kept, model = living(), load_model("embedded")
    bias = {model.eos_token_id: float("-inf")}
    for heat, face in ((1, 2), (3, 0), (4, 5)):
        params = SamplingParams(temperature=kept.heats[heat], logit_bias=bias)
        steps = list(generate(model, kept.prompt, params, max_new_tokens=STEPS, seed=kept.faces[face], alternatives=1))
        assert [kept.words[step[0]] for step in kept.texts[heat][face]] == [
            model.decode([step.token_id]) for step in steps
        ]
        for step, recorded in zip(steps, kept.texts[heat][face], strict=True):
            drawn, named = recorded[:2]
            if drawn in named:
                probs, _ = panel.probabilities(recorded, kept.heats[heat])
                assert probs[named.index(drawn)] == pytest.approx(step.prob_after, abs=0.006)


def test_the_page_makes_the_same_probabilities_as_the_first_drawing():
    kept = living()
    with closing(MiniRacer()) as racer:
        racer.eval("var window = globalThis;" + core_script() + apart_script())
        for heat, texts in zip(kept.heats, kept.texts, strict=True):
            for step in texts[-1]:
                named, rest = panel.probabilities(step, heat)
                call = f"JSON.stringify(Amostra.offered(Amostra.core, {json.dumps(step)}, {heat}))"
                assert json.loads(racer.eval(call)) == pytest.approx([*named, rest], abs=1e-12)


def test_the_steps_leave_no_mass_out_and_the_coldest_text_is_one():
    kept = living()
    assert kept.heats == list(HEATS) and len(kept.texts[0]) == 1
    for heat, texts in zip(kept.heats, kept.texts, strict=True):
        assert all(len(text) == STEPS for text in texts)
        for step in texts[0]:
            named, rest = panel.probabilities(step, heat)
            assert sum(named) + rest == pytest.approx(1) and named == sorted(named, reverse=True)


def test_the_data_is_light_and_no_token_is_a_part_of_a_letter():
    text = (files.FOLDER / "living.json").read_bytes()
    assert len(gzip.compress(text)) < 30_000
    assert not [word for word in living().words if "\ufffd" in word]


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_the_panel_stands_whole_without_scripts(lang):
    with language.using(lang):
        html = panel.panel()
    text = "".join(living().words[step[0]] for step in living().texts[2][0]).split("\n")[0]
    assert text in html and html.count("<li") == 6 and html.count("data-drawn") == 1
