"""A saved generation: what was written comes back, comes again on the same model, and damage is named."""

import copy
import csv
import io
import json
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import Row, SamplingParams, Schedule, Step, load_model, text_of
from core.file_checks import RunFileError
from core.runs import GenerationRun
from tests import small_model

ROWS = (
    Row(SamplingParams(temperature=1.7, top_k=70, order="vllm"), 2**100),
    Row(SamplingParams(temperature=inf, logit_bias={3: -inf, 9: 2.5}, order=["logit_bias", "temperature"]), 2),
    Row(SamplingParams(presence_penalty=1, frequency_scope="both"), 3, Schedule(2, 0.5, 9, "cosine"), [70, 71]),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(small_model.make(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def run(model):
    asked = GenerationRun(model.name, 'não "há", sim', ROWS, max_new_tokens=12, stop=("xyz", "\n\n"), alternatives=2)
    return asked.replay(model)


def test_what_is_written_comes_back_and_comes_again(model, run):
    back = GenerationRun.from_json(run.to_json())
    assert back == run and all(back.steps)
    assert back.replay(model) == run
    assert GenerationRun.from_json(run.to_json().encode()).to_json() == run.to_json()


def test_a_prompt_of_ids_and_a_run_without_steps_come_back(model):
    asked = GenerationRun(model.name, [5, 6, 7], ROWS[:1], max_new_tokens=3, stop="a")
    assert asked.prompt == (5, 6, 7) and asked.stop == ("a",)
    assert GenerationRun.from_json(asked.to_json()) == asked


def test_what_ends_the_text_is_written_where_it_is_set_and_done_again(model):
    params = SamplingParams(temperature=1.5)
    ends = {"min_new_tokens": 4, "stop_token_ids": (70, 71), "ignore_eos": True, "include_stop_str_in_output": True}
    asked = GenerationRun(model.name, "a", [Row(params, seed) for seed in range(3)], 20, "e", **ends)
    done = asked.replay(model)
    back = GenerationRun.from_json(done.to_json())
    assert back == done and back.replay(model) == done
    assert all(
        text_of(row).endswith("e")
        for row in done.steps
        if row[-1].finish == "stop" and row[-1].token_id not in (70, 71)
    )
    plain = json.loads(GenerationRun(model.name, "a", ROWS[:1]).to_json())
    assert not plain.keys() & ends.keys(), "a file without them is as it was before there were any"
    with pytest.raises(RunFileError, match="ignore_eos"):
        GenerationRun.from_json(json.dumps(plain | {"ignore_eos": 1}))


def table(run, decimal="."):
    text = run.to_csv(decimal)
    assert text.startswith("\ufeffrow")  # Excel takes a file without it for one of an older encoding
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), delimiter=";" if decimal == "," else ","))


@pytest.mark.parametrize("decimal", [".", ","])
def test_the_table_has_every_step(run, decimal):
    lines = table(run, decimal)
    assert len(lines) == sum(map(len, run.steps))
    for r, row in enumerate(run.steps):
        told = [line for line in lines if line["row"] == str(r)]
        assert [int(line["token_id"]) for line in told] == [step.token_id for step in row]
        assert [float(line["prob_after"].replace(decimal, ".")) for line in told] == [step.prob_after for step in row]
        assert "".join(line["text"].removeprefix("'") for line in told) == text_of(row)
        assert told[0]["finish"] == "" and told[-1]["finish"] == row[-1].finish


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://example.com";"x")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
    ],
)
def test_no_cell_of_the_table_is_a_formula(text):
    steps = ((Step(0, None, text, text), Step(1, None, f" {text}", "1 = 1")),)
    for decimal in ".,":
        first, second = table(GenerationRun("m", "", (Row(),), steps=steps), decimal)
        assert (
            first["token"] == first["text"] == f"'{text}"
            and second["token"] == f" {text}"
            and second["text"] == "1 = 1"
        )


def test_the_table_of_accents_and_breaks_reads_back():
    text = 'ção "x"; y, z\nw'
    steps = ((Step(0, 5, text, text, temperature=0.5, prob_before=1e-7, entropy_before=inf),),)
    for decimal, small in ((".", "1e-07"), (",", "1e-07")):
        (line,) = table(GenerationRun("m", "", (Row(),), steps=steps), decimal)
        assert (line["text"], line["temperature"], line["prob_before"]) == (text, f"0{decimal}5", small)


@pytest.mark.parametrize(
    "path, value, where, fault",
    [
        (["format"], "other", "format", "must be 'amostra generation'"),
        (["version"], 2, "version", "must be 1; got 2"),
        (["rows"], [], "rows", "a list of at least 1"),
        (["rows", 0, "params"], {"top_q": 1}, "rows[0].params.top_q", "unknown"),
        (["rows", 1, "params"], {"top_p": 3}, "rows[1].params.top_p", "must be a number in [0, 1]; got 3"),
        (["rows", 1, "params"], {"temperature": "warm"}, "rows[1].params.temperature", "must be a number >= 0"),
        (["rows", 1, "params"], {"temperature": 10**400}, "rows[1].params.temperature", "that a float can hold"),
        (["rows", 0, "seed"], 1.5, "rows[0].seed", "a whole number"),
        (["rows", 0, "seed"], 2**128, "rows[0].seed", "a whole number >= 0 and < 2**128"),
        (["rows", 2, "schedule", "shape"], "steep", "rows[2].schedule.shape", '"linear" or "cosine"'),
        (["stop"], "abc", "stop", "must be a list"),
        (["steps"], [[]], "steps", "one list per row: 3; got 1"),
        (["steps", 0, 1, "index"], 7, "steps[0][1].index", "must be 1; got 7"),
        (["steps", 0, 0, "prob_after"], 1.5, "steps[0][0].prob_after", "a number in [0, 1]"),
        (["steps", 0, 0, "finish"], "tired", "steps[0][0].finish", '"stop" or "length" or "end"'),
        (["steps", 0, 0, "top_after", 1], [1, "a"], "steps[0][0].top_after[1]", "must be [token id"),
        (["steps", 0, 0, "top_after", 1, 1], 7, "steps[0][0].top_after[1][1]", "must be a string"),
        (["max_new_tokens"], 0, "max_new_tokens", "a whole number >= 1"),
        (["author"], "x", "author", "unknown; known are model, prompt"),
    ],
)
def test_a_value_out_of_place_is_named(run, path, value, where, fault):
    data = json.loads(run.to_json())
    with pytest.raises(RunFileError) as caught:
        GenerationRun.from_json(json.dumps(put(data, path, value)))
    assert caught.value.where == where and fault in caught.value.fault
    assert str(caught.value) == f"{where}: {caught.value.fault}"


def test_a_step_that_a_server_drew_tells_both_entropies_or_none():
    served = Step(0, None, " w", " w", prob_before=0.5, rank=1)
    run = GenerationRun("served", "Era", (Row(SamplingParams(), 3),), 9, (), 5, ((served,),))
    assert GenerationRun.from_json(run.to_json()) == run
    for told in ("entropy_before", "entropy_after"):
        data = put(json.loads(run.to_json()), ["steps", 0, 0, told], 1.5)
        with pytest.raises(RunFileError, match="missing, though the step tells"):
            GenerationRun.from_json(json.dumps(data))


@pytest.mark.parametrize("name", ["kept", "prob_after", "entropy_after", "entropy_before"])
def test_a_step_tells_what_it_was_drawn_from_whole_or_not_at_all(run, name):
    data = json.loads(run.to_json())
    with pytest.raises(RunFileError, match="missing, though the step tells"):
        GenerationRun.from_json(json.dumps(put(data, ["steps", 0, 0, name], None)))
    for place in (["top_before", 0, 3], ["top_after", 1, 3]):
        with pytest.raises(RunFileError, match=r"steps\[0\]\[0\]\.alternative . missing|missing, though"):
            GenerationRun.from_json(json.dumps(put(data, ["steps", 0, 0, *place], None)))
    with pytest.raises(RunFileError, match="a number in"):
        GenerationRun.from_json(json.dumps(put(data, ["steps", 0, 0, "top_before", 0, 2], None)))


@pytest.mark.parametrize(
    "path",
    [
        ["model"],
        ["prompt"],
        ["stop", 0],
        ["steps", 0, 0, "token"],
        ["steps", 0, 0, "text"],
        ["steps", 0, 0, "top_before", 0, 1],
    ],
)
def test_text_that_utf_8_cannot_write_is_made_valid_at_the_border(run, path):
    for half, whole in (("\\ud83d", "\ufffd"), ("\\ude00a\\ud83d", "\ufffda\ufffd"), ("\\ud83d\\ude00", "\U0001f600")):
        text = json.dumps(put(json.loads(run.to_json()), path, "HERE")).replace("HERE", half)
        back = GenerationRun.from_json(text)
        place = json.loads(back.to_json().encode())
        for key in path:
            place = place[key]
        assert place == whole and back.to_csv().encode()


def test_a_byte_order_mark_is_no_part_of_a_file(run):
    assert (
        GenerationRun.from_json("\ufeff" + run.to_json())
        == run
        == GenerationRun.from_json(b"\xef\xbb\xbf" + run.to_json().encode())
    )


@pytest.mark.parametrize(
    "path, value",
    [(["steps", 0, 0, "token_id"], 2**70), (["steps", 0, 0, "rank"], 10**30), (["prompt"], [2**63]), (["rows", 0, "forced"], [2**64]),
     (["max_new_tokens"], 10**40), (["x" * 10**5], 1), (["x\ud83d"], 1), (["rows", 0, "params"], {"top_p": 10**4000}),
     (["rows", 0, "params"], {"order": [[["a"] * 9] * 9] * 9}), (["version"], True)],
)  # fmt: skip
def test_what_is_said_of_a_fault_is_short_and_valid(run, path, value):
    with pytest.raises(RunFileError) as caught:
        GenerationRun.from_json(json.dumps(put(json.loads(run.to_json()), path, value)))
    assert len(str(caught.value).encode()) < 600


def test_an_infinite_entropy_is_refused(run):
    text = json.dumps(put(json.loads(run.to_json()), ["steps", 0, 0, "entropy_before"], "HERE")).replace(
        '"HERE"', "1e999"
    )
    with pytest.raises(RunFileError, match="a finite number"):
        GenerationRun.from_json(text)


@pytest.mark.parametrize("depth", [200, 900, 5000])
def test_a_setting_nested_deep_is_refused(run, depth):
    text = json.dumps(put(json.loads(run.to_json()), ["rows", 0, "params"], {"order": "HERE"}))
    with pytest.raises(RunFileError):
        GenerationRun.from_json(text.replace('"HERE"', "[" * depth + "]" * depth))


def test_what_is_missing_is_named(run):
    data = json.loads(run.to_json())
    del data["steps"][0][0]["token"]
    with pytest.raises(RunFileError, match=r"steps\[0\]\[0\]\.token: missing"):
        GenerationRun.from_json(json.dumps(data))


@pytest.mark.parametrize("source", ["", "{", "[]", "null", "[" * 100_000, b"\xff\xfe\x00", "9" * 5000, '{"a": NaN}'])
def test_what_is_no_run_is_refused(source):
    with pytest.raises(RunFileError):
        GenerationRun.from_json(source)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4)
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))


@settings(max_examples=300)
@given(data=st.data(), value=VALUES)
def test_any_value_anywhere_is_a_run_or_a_typed_error(run, data, value):
    place, path = json.loads(run.to_json()), []
    while isinstance(place, (dict, list)) and place and (not path or data.draw(st.booleans())):
        path.append(data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place)))))
        place = place[path[-1]]
    damaged = json.dumps(put(json.loads(run.to_json()), path, value))
    try:
        assert GenerationRun.from_json(damaged).to_json()
    except RunFileError as error:
        assert error.fault


def put(data, path, value):
    data = copy.deepcopy(data)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data
