"""The decode loop: what it draws, what it says about it, and where it ends."""

import threading
from dataclasses import replace
from math import inf, log, nan

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import GPT2LMHeadModel

import core
from core import (
    CounterGenerator,
    History,
    ParameterError,
    Row,
    SamplingParams,
    Schedule,
    best_of,
    candidate,
    collect,
    generate,
    generate_rows,
    length_normalised,
    likelihood,
    load_model,
    probabilities,
    softmax,
    text_of,
)
from core.models import FeedForward, FeedForwardConfig, LocalModel
from tests import small_model

PROMPT = "A avó não"
HOT = SamplingParams(temperature=1.5, top_k=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return small_model.make(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def model(folder):
    return load_model(folder)


class Scripted:
    """A model that says which logits come after how many tokens; the words of it are letters."""

    name, vocab_size, context_length, eos_token_id = "scripted", 4, 100, 0

    def __init__(self, logits):
        self.say = logits

    def encode(self, text):
        return ["_abc".index(letter) for letter in text]

    def decode(self, ids):
        return "".join("_abc"[i] for i in ids if i)

    def new_cache(self, batch_size=1):
        return Cache(batch_size)

    def next_logits(self, ids, cache):
        cache.length += ids.shape[1]
        return torch.tensor([self.say(cache.length)] * len(ids), dtype=torch.float32)


class Cache:
    bytes_per_token = 0

    def __init__(self, rows, length=0):
        self.rows, self.length = rows, length

    def expand(self, batch_size):
        return Cache(batch_size, self.length)


ABC = Scripted(lambda length: [-inf, *(0.0 if i == length % 3 else -inf for i in range(3))])  # a, b, c, a, …


def ids_of(steps):
    return [step.token_id for step in steps]


def test_greedy_equals_generate_of_transformers(folder, model):
    prompt = model.encode(PROMPT)
    theirs = (
        GPT2LMHeadModel.from_pretrained(folder)
        .eval()
        .generate(torch.tensor([prompt]), do_sample=False, max_new_tokens=25, eos_token_id=None, pad_token_id=0)[
            0, len(prompt) :
        ]
        .tolist()
    )
    ended = theirs.index(0) + 1 if 0 in theirs else len(theirs)
    for alternatives in (0, 3):
        ours = generate(model, PROMPT, SamplingParams(greedy=True), max_new_tokens=25, alternatives=alternatives)
        assert ids_of(ours) == theirs[:ended]


def test_the_first_token_follows_the_distribution_drawn_from(model, monkeypatch):
    class Grid(CounterGenerator):  # the seed j draws with u = (j + ½) / M
        def numbers(self, rows):
            return [(self.seed + 0.5) / M] * rows

    M, params = 2000, SamplingParams(temperature=1.3, top_k=80, top_p=0.95)
    monkeypatch.setattr("core.decoding.CounterGenerator", Grid)
    rows = [Row(params, seed) for seed in range(M)]
    (first,) = generate_rows(model, PROMPT, rows, max_new_tokens=1, alternatives=0)
    counts = torch.bincount(torch.tensor(ids_of(first)), minlength=model.vocab_size)
    expected = M * probabilities(model.next_logits(model.encode(PROMPT)), params)[0]
    assert (counts - expected).abs().max() <= 1


def test_a_row_is_the_same_alone_and_beside_others_and_measured_or_not(model):
    rows = [Row(replace(HOT, top_p=p), seed, None, forced) for p in (1, 0.9) for seed in (1, 2) for forced in ([], [9])]
    together = collect(generate_rows(model, PROMPT, rows, max_new_tokens=30, alternatives=0))
    assert len({tuple(ids_of(steps)) for steps in together}) == len(rows)
    for row, steps in zip(rows, together, strict=True):
        alone = list(generate(model, PROMPT, row.params, seed=row.seed, forced=row.forced, max_new_tokens=30))
        assert ids_of(alone) == ids_of(steps) and text_of(alone) == text_of(steps)


def test_a_step_says_what_was_drawn_from(model):
    params = SamplingParams(temperature=0.7, top_k=40, repetition_penalty=1.3, frequency_penalty=0.4)
    prompt, history = model.encode(PROMPT), History(model.encode(PROMPT))
    text = []
    for step in generate(model, PROMPT, params, seed=3, max_new_tokens=12, alternatives=4, traced=True):
        logits = model.next_logits(prompt + text)[0].double()
        before, after = softmax(logits), probabilities(logits, params, history)
        u = CounterGenerator(3, step.index)
        assert step.token_id == core.sample(logits, params, u, history) and step.index == len(text)
        assert step.prob_before == pytest.approx(before[step.token_id].item(), rel=1e-3)
        assert step.prob_after == pytest.approx(after[step.token_id].item(), rel=1e-3)
        assert step.rank == 1 + (before > before[step.token_id]).sum()
        assert step.entropy_before == pytest.approx(-(before * before.log2()).sum().item(), rel=1e-3)
        assert step.entropy_after == pytest.approx(-(after[after > 0] * after[after > 0].log2()).sum().item(), rel=1e-3)
        assert step.kept == (after > 0).sum() == 40
        assert [one.token_id for one in step.top_before] == before.topk(4).indices.tolist()
        assert [one.token_id for one in step.top_after] == after.topk(4).indices.tolist()
        for one in (*step.top_before, *step.top_after):
            assert one.text == model.decode([one.token_id])
            assert one.prob_before == pytest.approx(before[one.token_id].item(), rel=1e-3)
            assert one.prob_after == pytest.approx(after[one.token_id].item(), rel=1e-3, abs=1e-12)
        assert [stage.name for stage in step.stages] == ["logits", *params.stages]
        assert step.stages[-1].probs[step.token_id].item() == pytest.approx(step.prob_after, rel=1e-5)
        history.add([step.token_id])
        text.append(step.token_id)
    assert len(text) == 12


def test_nothing_is_measured_where_nothing_is_asked_for(model):
    for step in generate(model, PROMPT, HOT, seed=1, max_new_tokens=3, alternatives=0):
        unknown = (step.prob_before, step.prob_after, step.rank, step.entropy_before, step.entropy_after, step.kept)
        assert unknown == (None,) * 6 and step.top_before == step.top_after == step.stages == ()
    with pytest.raises(ParameterError, match="steps must be measured"):
        candidate([step])


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32), length=st.integers(1, 30), tau=st.floats(0.2, 5))
def test_the_texts_of_the_steps_are_the_decoded_whole(model, seed, length, tau):
    steps = list(generate(model, PROMPT, SamplingParams(tau), seed=seed, max_new_tokens=length, alternatives=0))
    assert text_of(steps) == model.decode(ids_of(steps))
    assert steps[-1].finish == ("end" if steps[-1].token_id == 0 else "length")
    assert all(step.finish is None for step in steps[:-1])


def test_a_prompt_may_be_text_or_ids_or_nothing(model):
    text = [list(generate(model, prompt, HOT, seed=5, max_new_tokens=8)) for prompt in (PROMPT, model.encode(PROMPT))]
    assert text[0] == text[1]
    start = [list(generate(model, prompt, HOT, seed=5, max_new_tokens=8)) for prompt in ("", [], [model.eos_token_id])]
    assert start[0] == start[1] == start[2] != text[0]


def test_a_text_ends_at_the_limit_at_a_stop_sequence_or_at_end_of_text():
    def finish(model, **options):
        steps = list(generate(model, "c", alternatives=0, **options))
        return text_of(steps), steps[-1].finish, len(steps)

    assert finish(ABC, max_new_tokens=5) == ("bcabc", "length", 5)
    assert finish(ABC, stop="ab") == ("bc", "stop", 4)
    assert finish(ABC, stop=["ca", "cab"]) == ("b", "stop", 3)
    assert finish(ABC, stop="cc", max_new_tokens=5) == ("bcabc", "length", 5)  # what waited is shown at the end
    ends = Scripted(lambda length: [0, -inf, -inf, -inf] if length == 3 else ABC.say(length))
    assert finish(ends, stop="cc") == ("bc", "end", 3)
    assert finish(ABC, stop="cb", max_new_tokens=1) == ("b", "length", 1)  # the prompt is not searched


def test_rows_end_by_themselves(model):
    rows = [Row(HOT, seed) for seed in range(12)]
    whole = collect(generate_rows(model, PROMPT, rows, max_new_tokens=25, alternatives=0))
    stop = text_of(whole[0])[8]
    several = list(generate_rows(model, PROMPT, rows, max_new_tokens=25, stop=stop, alternatives=0))
    steps = collect(several)
    assert len({len(row) for row in steps}) > 1
    for before, row, column in zip(whole, steps, zip(*several, strict=True), strict=True):
        assert text_of(row) == text_of(before).partition(stop)[0]
        assert row[-1].finish and not any(step.finish for step in row[:-1])
        assert column == (*row, *[None] * (len(several) - len(row)))


def test_forced_tokens_come_with_their_probabilities_and_the_draws_after_them_do_not_move(model):
    params = replace(HOT, frequency_penalty=0.8, temperature=2)
    whole = list(generate(model, PROMPT, params, seed=8, max_new_tokens=15))
    kept = ids_of(whole)[:6]
    again = list(generate(model, PROMPT, params, seed=8, max_new_tokens=15, forced=kept))
    assert [replace(step, forced=False) for step in again] == whole
    assert [step.forced for step in again] == [True] * 6 + [False] * 9
    other = next(one.token_id for one in whole[6].top_after if one.token_id != whole[6].token_id)
    branch = list(generate(model, PROMPT, params, seed=8, max_new_tokens=15, forced=[*kept, other]))
    assert branch[6].token_id == other and branch[6].top_before == whole[6].top_before
    assert len(branch) == 15 and text_of(branch) == model.decode(ids_of(branch))


def test_a_forced_token_that_the_chain_cuts_has_probability_zero(model):
    greedy = SamplingParams(greedy=True)
    likely = next(generate(model, PROMPT, greedy)).token_id
    step = next(generate(model, PROMPT, greedy, forced=[likely + 1]))
    assert step.prob_after == 0 < step.prob_before and step.kept == 1
    assert candidate([step]).log_probs == (-inf,)


def test_a_schedule_sets_the_temperature_of_each_step(model):
    schedule = Schedule(2.0, 0.0, steps=4)
    steps = list(generate(model, PROMPT, HOT, seed=4, schedule=schedule, max_new_tokens=7))
    assert [step.temperature for step in steps] == [2, 1.5, 1, 0.5, 0, 0, 0]
    assert all(step.rank == 1 and step.prob_after == 1 for step in steps[4:])
    text = []
    for step in steps:
        logits = model.next_logits(model.encode(PROMPT) + text)[0]
        after = probabilities(logits, replace(HOT, temperature=step.temperature))
        assert step.prob_after == pytest.approx(after[step.token_id].item(), rel=1e-3)
        text.append(step.token_id)


@pytest.mark.parametrize("order", ["llama.cpp", ("temperature", "top_k")])
def test_a_dynamic_temperature_is_told_as_it_came_out(model, order):
    params = SamplingParams(temperature=1.0, dynatemp_range=0.9, top_k=40, order=order)
    steps = list(generate(model, PROMPT, params, seed=4, max_new_tokens=6))
    assert len({step.temperature for step in steps}) > 1
    text = []
    for step in steps:
        logits = model.next_logits(model.encode(PROMPT) + text)[0]
        told = probabilities(logits, replace(params, temperature=step.temperature, dynatemp_range=0.0))
        assert torch.equal(told > 0, probabilities(logits, params) > 0)
        assert told[step.token_id].item() == pytest.approx(step.prob_after, rel=1e-3)
        text.append(step.token_id)


@pytest.mark.parametrize("score", [likelihood, length_normalised, lambda one: -len(set(one.tokens))])
def test_best_of_n_takes_the_best_of_the_rows(model, score):
    rows = [Row(HOT, seed) for seed in range(6)]
    several = collect(generate_rows(model, PROMPT, rows, max_new_tokens=10, alternatives=1))
    candidates = list(map(candidate, several))
    best = best_of(candidates, score)
    assert score(best) == max(map(score, candidates))
    at = candidates.index(best)
    assert likelihood(best) == pytest.approx(sum(log(step.prob_after) for step in several[at]))


def test_beyond_the_context_a_gpt_goes_on_from_the_last_half_of_it(model):
    prompt = model.encode(PROMPT)
    steps = list(generate(model, prompt, HOT, seed=6, max_new_tokens=110, alternatives=1))
    if steps[-1].finish == "end":
        pytest.fail("choose another seed: this text ends by itself")
    text, read = prompt + ids_of(steps), len(prompt)
    for step in steps:
        if read > 48:  # the text does not fit: its last 24 tokens are read again
            read = 24
        logits = model.next_logits(text[: len(prompt) + step.index][-read:])[0]
        assert step.prob_before == pytest.approx(softmax(logits)[step.token_id].item(), rel=1e-3)
        read += 1
    rows = collect(generate_rows(model, prompt, [Row(HOT, 6), Row(HOT, 7)], max_new_tokens=110, alternatives=0))
    assert ids_of(rows[0]) == ids_of(steps)


def test_a_prompt_longer_than_the_context_counts_with_its_end(model):
    prompt = model.encode(PROMPT * 20)
    first = next(generate(model, prompt, seed=1))
    logits = model.next_logits(prompt[-24:])[0]
    assert first.prob_before == pytest.approx(softmax(logits)[first.token_id].item(), rel=1e-4)


def test_a_window_model_never_starts_again():
    torch.manual_seed(0)
    network = FeedForward(FeedForwardConfig(vocab_size=300, context_length=5, n_embd=12, n_inner=20)).eval()
    model = LocalModel("window", network, small_model.tokenizer(), 0)
    text = model.encode(PROMPT)
    rows = [Row(HOT, seed) for seed in range(2)]
    (steps, _) = collect(generate_rows(model, text, rows, max_new_tokens=20, alternatives=1))
    for step in steps:
        logits = model.next_logits(text)[0]
        assert step.prob_before == pytest.approx(softmax(logits)[step.token_id].item(), rel=1e-4)
        text.append(step.token_id)


def test_a_text_can_be_cancelled_at_any_step(model):
    event, several = threading.Event(), []
    for step in generate(model, PROMPT, HOT, seed=1, max_new_tokens=30, cancelled=event.is_set):
        several.append(step)
        if step.index == 4:
            event.set()
    assert len(several) == 5 and several[-1].finish is None
    assert list(generate(model, PROMPT, cancelled=lambda: True)) == []
    stream = generate(model, PROMPT, HOT)
    next(stream)
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)


@pytest.mark.parametrize("alternatives", [0, 2])
@pytest.mark.parametrize("bad", [[nan, 0, 0, 0], [inf, 0, 0, 0], [-inf] * 4])
def test_bad_logits_are_a_typed_error_at_their_step(alternatives, bad):
    breaks = Scripted(lambda length: bad if length == 3 else ABC.say(length))
    steps = generate(breaks, "c", alternatives=alternatives)
    assert [next(steps).token, next(steps).token] == ["b", "c"]
    with pytest.raises(ParameterError, match="logits must be finite or -inf"):
        next(steps)


@pytest.mark.parametrize(
    "options, argument",
    [
        ({"max_new_tokens": 0}, "max_new_tokens"),
        ({"stop": ""}, "stop"),
        ({"seed": -1}, "seed"),
        ({"alternatives": -1}, "alternatives"),
        ({"forced": [300]}, "forced"),
        ({"forced": [[1], [2]]}, "forced"),
        ({"prompt": [300]}, "prompt"),
        ({"prompt": [[1], [2]]}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"params": 0.8}, "params"),
        ({"schedule": 0.8}, "schedule"),
        ({"cancelled": True}, "cancelled"),
    ],
)
def test_an_argument_is_refused_at_the_call(model, options, argument):
    with pytest.raises(ParameterError) as caught:
        generate(model, **{"prompt": PROMPT} | options)
    assert caught.value.argument == argument
    with pytest.raises(ParameterError, match="rows must be one Row or more"):
        generate_rows(model, PROMPT, [])


def test_a_row_without_a_seed_picks_one_and_keeps_it(model):
    row, other = Row(HOT), Row(HOT)
    assert row.seed != other.seed
    steps = collect(generate_rows(model, PROMPT, [row], max_new_tokens=20))[0]
    assert steps == list(generate(model, PROMPT, HOT, seed=row.seed, max_new_tokens=20))


# What ends a text -----------------------------------------------------------------------------------------------------

ENDING = Scripted(lambda length: [2.0, 0.0, 1.0, -inf])  # end-of-text is the most likely token at every step


def written(**how):
    steps = list(generate(ENDING, [1], how.pop("params", SamplingParams()), seed=2, max_new_tokens=30, **how))
    return ids_of(steps), text_of(steps), steps


def test_the_end_of_a_text_waits_for_the_least_number_of_tokens():
    greedy = SamplingParams(greedy=True)
    assert written(params=greedy)[0] == [0]
    ids, text, steps = written(params=greedy, min_new_tokens=3)
    assert ids == [2, 2, 2, 0] and text == "bbb" and steps[-1].finish == "end"
    assert steps[0].prob_after == 1 and steps[0].rank == 2 and steps[0].prob_before < 0.3
    assert steps[3].prob_after == 1 and steps[3].rank == 1
    assert written(params=SamplingParams(greedy=True, order="openai"), min_new_tokens=2)[0] == [2, 2, 0]


def test_what_waits_has_probability_zero_and_the_rest_keeps_its_proportions():
    _, _, steps = written(min_new_tokens=30)
    for step in steps:
        assert step.token_id != 0
        expected = softmax(torch.tensor([-inf, 0.0, 1.0, -inf]))[step.token_id].item()
        assert step.prob_after == pytest.approx(expected)


def test_several_ids_can_end_a_text():
    greedy = SamplingParams(greedy=True)
    ids, text, steps = written(params=greedy, min_new_tokens=1, stop_token_ids=[1])
    assert ids == [2, 0] and text == "b" and steps[-1].finish == "end"
    ids, text, steps = written(params=greedy, ignore_eos=True, stop_token_ids=[0])
    assert ids == [0] and steps[-1].finish == "stop"
    banned = SamplingParams(greedy=True, banned_token_ids=[0])
    ids, text, steps = written(params=banned, stop_token_ids=[2])
    assert ids == [2] and text == "" and steps[-1].finish == "stop"
    assert written(params=banned, stop_token_ids=[2], include_stop_str_in_output=True)[1] == "b"


def test_an_ignored_end_is_drawn_and_the_text_goes_on():
    ids, text, steps = written(ignore_eos=True)
    assert len(ids) == 30 and 0 in ids[:-1] and steps[-1].finish == "length"
    assert text == "".join("_abc"[i] for i in ids if i)
    assert 0 not in written(params=SamplingParams(banned_token_ids=[0]))[0]


def test_a_model_of_several_ends_stops_at_each():
    both = Scripted(lambda length: [0.0, 0.0, 0.0, -inf])
    both.eos_token_ids = (0, 2)
    for seed in range(20):
        steps = list(generate(both, [1], seed=seed, max_new_tokens=50))
        assert steps[-1].token_id in (0, 2) and steps[-1].finish == "end"
        assert all(step.token_id == 1 for step in steps[:-1])


@pytest.mark.parametrize("shown, expected", [(False, "b"), (True, "bca")])
def test_a_stop_string_is_part_of_the_text_where_asked_for(shown, expected):
    steps = list(generate(ABC, [3], stop="ca", max_new_tokens=30, include_stop_str_in_output=shown))
    assert text_of(steps) == expected and steps[-1].finish == "stop"


@pytest.mark.parametrize(
    "how, argument",
    [
        ({"min_new_tokens": -1}, "min_new_tokens"),
        ({"stop_token_ids": [4]}, "stop_token_ids"),
        ({"stop_token_ids": 3}, "stop_token_ids"),
        ({"ignore_eos": 1}, "ignore_eos"),
        ({"include_stop_str_in_output": None}, "include_stop_str_in_output"),
    ],
)
def test_an_ending_that_cannot_be_is_refused_at_once(how, argument):
    with pytest.raises(ParameterError) as error:
        generate(ENDING, [1], **how)
    assert error.value.argument == argument
