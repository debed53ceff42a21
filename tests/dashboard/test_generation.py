"""The generation page without its page: presets, effects, texts as tokens, votes, and the visitor's desk."""

import json
import threading
import unicodedata

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import Philox

from core import (
    Alternative,
    Row,
    SamplingParams,
    Step,
    collect,
    generate_rows,
    load_model,
    probabilities,
    softmax,
    text_of,
)
from core.file_checks import RunFileError
from core.models.events import RemoteError
from core.models.hub_list import HubError
from core.params import DEFAULTS, STAGE_OF, STAGES
from core.runs import GenerationRun
from dashboard import candidates, generated, generation, language
from dashboard.app import generation_desk, generation_jobs
from dashboard.app.faults import fault
from dashboard.app.generation_desk import Desk, from_token, ids, onward
from dashboard.app.generation_jobs import Clock, Look, Timed
from dashboard.app.holder import ModelHolder
from dashboard.app.jobs import JobQueue
from dashboard.app.limits import LimitError, Limits
from dashboard.generation import PRESETS, SLIDERS, Place
from dashboard.language import probability, say
from tests import small_model

CHAIN = SamplingParams(0.7, top_k=40, top_p=0.9, min_p=0.02)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(small_model.make(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def run(model):
    rows = tuple(Row(CHAIN, seed) for seed in (3, 4))
    return GenerationRun("small", "A avó", rows, max_new_tokens=12).replay(model)


@pytest.fixture
def place(model):
    prompt, output = tuple(model.encode("A avó contou")), (70, 71, 70)
    return Place(3, "x", model.next_logits([*prompt, *output], model.new_cache())[0], prompt, output)


# Settings -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_valid_setting_and_is_recognised(name):
    assert SamplingParams(**generation.preset(name))
    assert generation.preset_of(generation.preset(name)) == name
    assert generation.preset_of(generation.preset(name) | {"top_p": 0.123}) is None


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_every_stage_and_every_setting_of_a_page_has_its_words(lang):
    words = language.catalog()
    for stage in STAGES:
        assert words[f"stage.{stage}"][lang]
    for name in (*SLIDERS, *generation.TOGGLES):
        assert words[f"setting.{name}"][lang] and words[f"control.{name}.help"][lang]


def test_every_setting_that_switches_a_stage_on_is_on_the_page_unless_it_is_a_list_of_ids():
    shown = {*SLIDERS, *generation.TOGGLES}
    assert {name for stage in STAGES.values() for name in stage if name not in shown} == {
        name for name in STAGE_OF if isinstance(DEFAULTS[name], tuple) and name in STAGES[STAGE_OF[name]]
    }
    assert shown - {*generation.TOGGLES} == {*generation.CUTS, *generation.PENALTIES, *generation.REST}


def test_the_presets_are_the_combinations_that_are_recommended():
    told = {name: SamplingParams(**generation.preset(name)) for name in PRESETS}
    assert told["chat"] == SamplingParams(0.7, top_p=0.9) and told["creative"] == SamplingParams(1.0, top_k=50)
    assert told["code"].greedy and told["code_warm"] == SamplingParams(0.3) and told["model"] == SamplingParams()


@pytest.mark.parametrize("name", SLIDERS)
def test_each_slider_reaches_its_ends_and_what_switches_it_off(name):
    low, high, _ = SLIDERS[name]
    assert low <= DEFAULTS[name] <= high
    assert SamplingParams(**{name: low}) and SamplingParams(**{name: high})


@pytest.fixture
def english():
    with language.using("en"):
        yield


def test_each_line_says_what_core_computes(place, english):
    said = generation.effects(place, CHAIN)
    u = place.logits
    tempered, kept = softmax(u, 0.7), int((probabilities(u, SamplingParams(0.7, top_k=40)) > 0).sum())
    one, two = (probability(p.max().item()) for p in (softmax(u), tempered))
    assert f"from {one} to {two}" in said["temperature"]
    assert said["top_k"].startswith(f"{kept} of {len(u)} tokens")
    gone = 1 - tempered[probabilities(u, SamplingParams(0.7, top_k=40)) > 0].sum().item()
    assert probability(gone) in said["top_k"]
    left = int((probabilities(u, SamplingParams(0.7, top_k=40, top_p=0.9)) > 0).sum())
    assert said["top_p"].startswith(f"{left} of {kept} tokens")
    assert said["order"] == "Now: temperature → top-k → top-p → min-p."
    assert said["typical_p"] == "Off: changes nothing."


def test_a_penalty_says_how_many_tokens_it_moves_and_their_mass(place, english):
    said = generation.effects(place, SamplingParams(presence_penalty=1.5, frequency_penalty=0.5))
    seen = torch.tensor([70, 71])
    lowered = place.logits.clone()
    lowered[seen] -= 1.5
    before, after = (probability(softmax(u)[seen].sum().item()) for u in (place.logits, lowered))
    assert said["presence_penalty"] == f"Moves 2 tokens; their mass goes from {before} to {after}."
    assert said["frequency_penalty"].startswith("Moves 2 tokens")


def test_a_setting_that_the_order_leaves_out_says_so(place):
    with language.using("en"):
        said = generation.effects(place, SamplingParams(typical_p=0.5, order="vllm"))
    assert said["typical_p"] == "The chosen order does not have this stage: it does nothing."


def test_the_number_that_a_seed_draws_is_philox(place, english):
    raw = Philox(key=11).random_raw(place.index + 1)[-1]
    said = f"With seed 11, the number drawn for token {place.index + 1} is u = {raw / 2**64:.3f}."
    assert generation.luck(place, 11).startswith(said)


@pytest.mark.parametrize(
    "text, stop",
    [
        (r"\n\n|fim| fim", ("\n\n", "fim", " fim")),
        ("", ()),
        ("||", ()),
        ("<|im_end|>", ("<|im_end|>",)),
        ("<|im_end|>|\\n", ("<|im_end|>", "\n")),
        ("fim|<|im_end|>|<|endoftext|>", ("fim", "<|im_end|>", "<|endoftext|>")),
        ("a<|x|>b", ("a<|x|>b",)),
        (r"a\|b", ("a|b",)),
        (r"\\n", (r"\n",)),
        (r"C:\dir\u", (r"C:\dir\u",)),
        ("a<|b", ("a<", "b")),
        ("na\u0303o", ("não",)),
        (r"na\u{303}o", ("na\u0303o",)),
        (r"\u{ffffff}", (r"\u{ffffff}",)),
        (r"\u{d83d}", ("\ufffd",)),
    ],
)
def test_stop_sequences_are_read_as_typed(text, stop):
    assert generation.stop_sequences(text) == stop
    assert generation.stop_sequences(generation.typed(stop)) == stop


def test_a_stop_sequence_is_written_as_one_would_type_it():
    stop = ("\n", "a\tb", "<|im_end|>", "a|b", "canção", "🙂", "漢字", "<", r"\n")
    assert generation.typed(stop) == r"\n|a\tb|<|im_end|>|a\|b|canção|🙂|漢字|\<|\\n"


PIECES = st.sampled_from(
    ["|", "<", ">", "\\", "\n", "n", "u{303}", "\u0303", "\u0338", "<|a|>", "\x00", "é", "🙂"]
) | st.characters(codec="utf-8")


@settings(max_examples=500)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=5).map("".join), max_size=4).map(tuple))
def test_any_stop_sequences_survive_their_text_form(stop):
    text = generation.typed(stop)
    assert generation.stop_sequences(text) == stop
    assert (
        generation.stop_sequences(unicodedata.normalize("NFC", text)) == stop and "\n" not in text and "\r" not in text
    )


# Texts ----------------------------------------------------------------------------------------------------------------


def test_the_tokens_put_together_are_the_text(run):
    data = generated.view(run, None, going=False, ballot=False)
    assert json.loads(json.dumps(data)) == data  # plain enough for the page's script
    for text, steps in zip(data["texts"], run.steps, strict=True):
        assert "".join(token[0] for token in text["tokens"]) == text_of(steps)
        assert [token[5] for token in text["tokens"]] == [step.rank for step in steps]
        assert text["note"] == "parou no limite de 12 tokens" and not text["going"]


def test_titles_say_what_differs_and_nothing_else():
    cold, hot = SamplingParams(0.5), SamplingParams(1.5, top_k=5)
    with language.using("en"):
        assert generated.titles(GenerationRun("m", "", (Row(cold, 1),))) == [""]
        assert generated.titles(GenerationRun("m", "", (Row(cold, 1), Row(cold, 2)))) == ["seed 1", "seed 2"]
        found = generated.titles(GenerationRun("m", "", (Row(cold, 1), Row(hot, 1))))
        assert [title.replace("\u00a0", " ") for title in found] == ["A · τ = 0.5", "B · τ = 1.5 · top-k 5"]
        assert generated.titles(GenerationRun("m", "", (Row(cold, 1), Row(hot, 2))))[1].startswith("seed 2 · τ")


@pytest.mark.parametrize(
    "rows, mode",
    [
        ([Row(CHAIN, 1)], "one"),
        ([Row(CHAIN, 1), Row(CHAIN, 2)], "best"),
        ([Row(CHAIN, 1), Row(SamplingParams(), 1)], "compare"),
        ([Row(CHAIN, 1), Row(SamplingParams(), 2)], "grid"),
    ],
)
def test_a_run_knows_the_mode_that_it_comes_from(rows, mode):
    assert generated.mode_of(GenerationRun("m", "", tuple(rows))) == mode


def test_the_best_of_n_is_the_text_with_the_highest_score_and_is_marked(run):
    for score in generated.SCORES:
        found = generated.scores(run, score)
        logs = [[torch.tensor(step.prob_after).log().item() for step in steps] for steps in run.steps]
        exact = [sum(one) / (len(one) if score == "length_normalised" else 1) for one in logs]
        assert found == pytest.approx(exact, abs=1e-5)
        texts = generated.view(run, score, going=False, ballot=False)["texts"]
        assert [text["winner"] for text in texts] == [value == max(found) for value in found]
        assert [(say("generation.winner") in text["note"]) for text in texts] == [text["winner"] for text in texts]


def test_a_branch_is_marked_where_it_begins(model):
    row = Row(CHAIN, 3, forced=(70, 71, 72))
    (steps,) = collect(generate_rows(model, "A avó", [row], max_new_tokens=6))
    assert [token[6] for token in generated.tokens(steps, 3)] == [1, 1, 2, 0, 0, 0]
    assert [token[6] for token in generated.tokens(steps[:2], 3)] == [1, 1]  # while it comes


def test_candidates_have_every_top_token_and_the_one_that_came(run):
    for step in run.steps[0]:
        panel = candidates.details(step)
        assert sum(row["mark"] is True for row in panel["rows"]) == 1
        assert sum(row["shares"][0] for row in panel["rows"]) == pytest.approx(1, abs=1e-5)
        assert sum(row["shares"][1] for row in panel["rows"]) == pytest.approx(1, abs=1e-5)
        cut = [row for row in panel["rows"] if row["mark"] is not None and row["shares"][1] == 0]
        assert all(row["shown"][1] == "cortado" for row in cut)


def test_what_a_server_does_not_tell_is_not_shown():
    step = Step(
        0,
        None,
        " a",
        " a",
        prob_before=0.5,
        rank=1,
        top_before=(Alternative(None, " a", 0.5, None), Alternative(None, " b", 0.3, None)),
    )
    panel = candidates.details(step)
    assert len(panel["head"]) == 2 and [row["shares"] for row in panel["rows"]] == [[0.5], [0.3], [pytest.approx(0.2)]]
    assert generation.shown("") == "fim de texto" and generation.shown("", None) == "·"
    told = GenerationRun("m", "p", (Row(), Row(seed=2)), steps=((step,), (step,)))
    assert generated.scores(told, "likelihood") is None
    assert generated.tokens([step]) == [[" a", "␣a", 0.5, None, None, 1, 0]]


def test_the_legend_covers_every_value_once():
    for measure, bounds in generated.LEVELS.items():
        found = generated.levels(measure)
        assert len(found) == len(bounds) == 5 and found[-1]["bound"] is None
        assert all(0 <= one["share"] <= 1 for one in found)


# Votes ----------------------------------------------------------------------------------------------------------------


def test_the_ballot_does_not_tell_the_order_and_the_view_does_not_tell_the_draw(run, model):
    (steps,) = collect(generate_rows(model, "A avó", [Row(CHAIN, 3, forced=(70,))], max_new_tokens=2))
    options = candidates.ballot(steps[-1], 4)
    assert {one.token_id for one in options} == {one.token_id for one in steps[-1].top_before[:4]}
    assert options == sorted(options, key=lambda one: (one.text.strip().casefold(), one.text))
    asked = GenerationRun("small", "A avó", (Row(CHAIN, 3, forced=(70,)),), 2, steps=(tuple(steps),))
    (text,) = generated.view(asked, None, going=False, ballot=True)["texts"]
    assert len(text["tokens"]) == 1 and text["note"] == ""


def test_votes_stand_beside_the_model_with_their_distance(model):
    (steps,) = collect(generate_rows(model, "A avó", [Row(CHAIN, 3)], max_new_tokens=1))
    options = candidates.ballot(steps[0], 3)
    panel = candidates.count_votes(steps[0], options, [6, 3, 1])
    assert [row["shares"][0] for row in panel["rows"]] == [0.6, 0.3, 0.1, 0.0]
    assert [row["mark"] for row in panel["rows"]] == [True, False, False, None]
    p = [one.prob_before for one in options]
    exact = (abs(0.6 - p[0]) + abs(0.3 - p[1]) + abs(0.1 - p[2]) + (1 - sum(p))) / 2
    assert probability(exact) in panel["said"]
    nobody = candidates.count_votes(steps[0], options, [0, 0, 0])
    assert all(not row["mark"] for row in nobody["rows"])


# The desk -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(model, monkeypatch):
    queue = JobQueue(ModelHolder(lambda name: model, ["small"]), Limits(tokens=50))
    monkeypatch.setattr(generation_desk, "queues", lambda: {"small": queue})
    monkeypatch.setattr(generation_jobs, "queues", lambda: {"small": queue})
    return Desk()


def settle(desk: Desk) -> Desk:
    for job in (desk.job, desk.looking):
        assert job is None or job.wait(20)
    desk.follow()
    return desk


def test_a_text_comes_and_is_timed_and_a_branch_shares_its_beginning(desk, model, run):
    asked = GenerationRun("small", "A avó", (Row(CHAIN, 3),), max_new_tokens=12, alternatives=8)
    desk.start(asked)
    assert desk.busy
    settle(desk)
    assert not desk.busy and desk.changed and desk.run.steps == asked.replay(model).steps
    assert 0 < desk.clock.begun < desk.clock.first <= desk.clock.last
    assert GenerationRun.from_json(desk.run.to_json()) == asked.replay(model)
    before, other = desk.run, desk.run.steps[0][4].top_before[1]
    desk.branch(0, 4, other)
    steps = settle(desk).run.steps[0]
    assert ids(steps)[:4] == ids(before.steps[0])[:4] and steps[4].token_id == other.token_id and len(steps) == 12
    desk.undo()
    assert desk.run == before and not desk.past


def test_a_stopped_text_keeps_what_came(desk, model):
    desk.start(GenerationRun("small", "A", (Row(seed=1),), max_new_tokens=50))
    while not desk.run.steps or not desk.run.steps[0]:
        desk.follow()
    desk.stop()
    assert not desk.busy and desk.changed and 0 < len(desk.run.steps[0]) <= 50


def test_rewinding_cuts_the_text_and_going_on_takes_the_settings_of_now(desk, model):
    desk.start(GenerationRun("small", "A avó", (Row(CHAIN, 3),), max_new_tokens=10))
    whole = settle(desk).run
    desk.rewind(0, 6)
    assert desk.run.steps[0] == whole.steps[0][:6] and not desk.busy
    more = onward(desk.run, SamplingParams(greedy=True), 5, 4)
    assert more.max_new_tokens == 10 and more.rows[0].forced == ids(whole.steps[0][:6])
    desk.start(more)
    steps = settle(desk).run.steps[0]
    assert ids(steps)[:6] == ids(whole.steps[0])[:6] and all(step.prob_after == 1 for step in steps[6:])


@pytest.mark.parametrize("tokens, t", [(12, 7), (45, 44)])
def test_the_place_is_the_distribution_that_the_token_came_from(desk, tokens, t):
    desk.start(GenerationRun("small", "A avó contou à moça", (Row(CHAIN, 3),), max_new_tokens=tokens))
    settle(desk)
    desk.picked = (0, t)  # in the second case beyond the context of 48 tokens
    desk.look_if_needed()
    settle(desk)
    step = desk.run.steps[0][t]
    assert desk.place.index == t and desk.place.token == step.token
    assert softmax(desk.place.logits)[step.token_id].item() == pytest.approx(step.prob_before, rel=1e-4)
    desk.look_if_needed()
    assert not desk.busy  # it is known


def test_while_a_class_votes_nothing_is_looked_up_and_the_winner_goes_on(desk):
    desk.start(GenerationRun("small", "A avó", (Row(CHAIN, 3),), max_new_tokens=1), ballot=True)
    assert settle(desk).voting
    desk.look_if_needed()
    assert not desk.busy
    winner = candidates.ballot(desk.run.steps[0][-1], 4)[2].token_id
    desk.start(onward(desk.without_ballot(), CHAIN, 3, 1, [winner]), ballot=True)
    assert settle(desk).voting and ids(desk.run.steps[0])[0] == winner and len(desk.run.steps[0]) == 2


def test_end_of_text_ends_the_vote(desk, model):
    run = GenerationRun("small", "A avó", (Row(CHAIN, 3, forced=(model.eos_token_id,)),), max_new_tokens=2)
    desk.start(run, ballot=True)
    assert not settle(desk).voting
    (text,) = generated.view(desk.run, None, going=False, ballot=True)["texts"]
    assert text["note"].startswith("o modelo terminou o texto")


def test_too_much_is_said_and_the_screen_stays(desk):
    desk.start(GenerationRun("small", "A", (Row(seed=1),), max_new_tokens=3))
    before = settle(desk).run
    desk.start(GenerationRun("small", "A", (Row(seed=1),), max_new_tokens=51))
    assert isinstance(desk.error, LimitError) and desk.run == before and not desk.busy
    assert "50" in fault(desk.error) and "51" in fault(desk.error)


def test_a_branch_of_a_text_from_a_server_continues_its_words():
    steps = tuple(Step(i, None, text, text, prob_before=0.5) for i, text in enumerate([" um", " dois", " três"]))
    run = GenerationRun("served", "Era", (Row(seed=1),), max_new_tokens=9, steps=(steps,))
    found = from_token(run, 0, 1, Alternative(None, " quatro", 0.2, None))
    assert found.prompt == "Era um quatro" and found.rows[0].forced == () and found.max_new_tokens == 7
    assert onward(run, CHAIN, 2, 5).prompt == "Era um dois três"


def test_a_timed_run_and_a_look_are_runs(model):
    asked = {"model": "small", "prompt": "A", "rows": (Row(seed=1),), "max_new_tokens": 2}
    timed, look = Timed(**asked, clock=Clock()), Look(**asked)
    assert len(list(timed.generate(model, threading.Event().is_set))) == 2 and timed.clock.first
    assert list(look.generate(model)) == [] and look.found[0].index == 0


# What goes wrong ------------------------------------------------------------------------------------------------------

REASONS = (
    "not_listed",
    "bad_list",
    "no_gpu",
    "no_network",
    "no_weights",
    "not_enough_memory",
    "corrupt",
    "not_supported",
)
KINDS = ("unreachable", "timeout", "refused", "model", "logprobs", "malformed", "failed", "interrupted")
FIELDS = ("tokens", "rows", "prompt", "alternatives", "seconds", "waiting", "per_visitor")


@pytest.mark.parametrize("lang", ["pt", "en"])
@pytest.mark.parametrize(
    "error",
    [
        *(HubError(reason, "org/model", "detail", 10**10, 10**9) for reason in REASONS),
        *(RemoteError(kind, "detail") for kind in KINDS),
        *(LimitError(name, 9, 8) for name in FIELDS),
        RunFileError("rows[0]", "missing"),
        RunFileError("", "not JSON"),
        KeyError("other"),
    ],
    ids=str,
)
def test_every_error_is_a_sentence_in_the_readers_language(error, lang):
    with language.using(lang):
        said = fault(error)
    assert len(said) > 20 and "{" not in said
