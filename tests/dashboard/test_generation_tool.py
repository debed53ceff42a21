"""The generation of the page without its page: its files are those of core.runs, its stop sequences are read as they are typed."""

import json
import math
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from core import Row, SamplingParams, collect, generate_rows, length_normalised, likelihood, load_model
from core.best_of_n import Candidate
from core.params import DEFAULTS, SETTINGS
from core.runs import GenerationRun
from dashboard.language import using
from dashboard.page import scripts, tools


@pytest.fixture(scope="module")
def page():
    racer, names = MiniRacer(), ("files", "stops", "run", "asked", "settings", "titles")
    spaces = {f"Tool.{name}": f"tools/generation/{name}" for name in names} | {
        "Tool.scores": "core/scores",
        "Tool.words": "words",
        "Amostra.core": "core/index",
    }
    racer.eval(scripts.bundle(scripts.page_modules(), spaces))
    with using("en"):
        racer.eval(f"Tool.words.speak({json.dumps(tools.words('generation'))})")
    return racer


@pytest.fixture(scope="module")
def run():
    model, prompt = load_model("embedded"), "Ela abriu a porta e"
    rows = (
        Row(SamplingParams(temperature=0.8, top_p=0.9, order="vllm"), 2**127 + 5),
        Row(SamplingParams(greedy=True), 3, forced=(264, 12)),
    )
    steps = collect(generate_rows(model, prompt, rows, max_new_tokens=8, alternatives=3))
    return GenerationRun("embedded", prompt, rows, 8, ("\n\n",), 3, steps, min_new_tokens=2)


def ask(page, expression, *values):
    return json.loads(page.eval(f"JSON.stringify(((...given) => {expression})(...{json.dumps(values)}))"))


def test_a_file_of_the_app_is_read_and_written_back_as_it_was(page, run):
    again = ask(page, "Tool.files.toJSON(Tool.files.fromJSON(given[0]))", run.to_json())
    assert GenerationRun.from_json(again) == run
    empty = replace(run, steps=())
    assert (
        GenerationRun.from_json(ask(page, "Tool.files.toJSON(Tool.files.fromJSON(given[0]))", empty.to_json())).rows
        == run.rows
    )


@pytest.mark.parametrize("decimal", [".", ","])
def test_a_spreadsheet_has_the_lines_that_core_writes(page, run, decimal):
    ours = ask(page, "Tool.files.toCSV(Tool.files.fromJSON(given[0]), given[1])", run.to_json(), decimal)
    theirs = run.to_csv(decimal)
    assert ours.splitlines()[0] == theirs.splitlines()[0] and len(ours.splitlines()) == len(theirs.splitlines())
    between = ";" if decimal == "," else ","
    plain = [[line.split(between)[:3] for line in text.splitlines()] for text in (ours, theirs)]
    assert plain[0] == plain[1]


@pytest.mark.parametrize("change, where", [
    (lambda data: data.pop("rows"), "rows"), (lambda data: data.update(version=2), "version"), (lambda data: data.update(format="x"), "format"),
    (lambda data: data["rows"][0]["params"].update(top_p=3), "rows[0].params.top_p"), (lambda data: data["rows"][0].update(seed=-1), "rows[0].seed"),
    (lambda data: data["rows"][0].update(seed="x"), "rows[0].seed"), (lambda data: data["steps"][1][2].update(index=5), "steps[1][2].index"),
    (lambda data: data["steps"][0][0].update(prob_before=2), "steps[0][0].prob_before"), (lambda data: data["steps"].pop(), "steps"),
    (lambda data: data["steps"][0][0]["top_after"][0].pop(), "steps[0][0].top_after[0]"), (lambda data: data.update(more=1), "more"),
    (lambda data: data.update(rows=[]), "rows"), (lambda data: data.update(rows=data["rows"] * 40, steps=[]), "rows"),
])  # fmt: skip
def test_a_file_that_is_none_is_refused_with_its_place(page, run, change, where):
    data = json.loads(run.to_json())
    change(data)
    refused = "(() => { try { Tool.files.fromJSON(given[0]); } catch ({ name, where }) { return [name, where]; } })()"
    assert ask(page, refused, json.dumps(data)) == ["RunFileError", where]


@pytest.mark.parametrize("text", ["", "null", "[]", "{", '"x"', "7", "[" * 1000])
def test_what_is_no_record_is_refused(page, text):
    refused = "(() => { try { Tool.files.fromJSON(given[0]); } catch ({ name }) { return name; } })()"
    assert ask(page, refused, text) == "RunFileError"


@pytest.mark.parametrize(
    "text, stop",
    [
        (r"\n\n|fim| fim", ["\n\n", "fim", " fim"]),
        ("", []),
        ("||", []),
        ("<|im_end|>", ["<|im_end|>"]),
        ("<|im_end|>|\\n", ["<|im_end|>", "\n"]),
        ("fim|<|im_end|>|<|endoftext|>", ["fim", "<|im_end|>", "<|endoftext|>"]),
        ("a<|x|>b", ["a<|x|>b"]),
        (r"a\|b", ["a|b"]),
        (r"\\n", [r"\n"]),
        (r"C:\dir\u", [r"C:\dir\u"]),
        ("a<|b", ["a<", "b"]),
        ("na\u0303o", ["não"]),
        (r"na\u{303}o", ["na\u0303o"]),
        (r"\u{ffffff}", [r"\u{ffffff}"]),
        (r"\u{d83d}", ["\ufffd"]),
    ],
)
def test_stop_sequences_are_read_as_typed(page, text, stop):
    assert ask(page, "Tool.stops.stopSequences(given[0])", text) == stop
    assert ask(page, "Tool.stops.stopSequences(Tool.stops.typed(given[0]))", stop) == stop


def test_a_stop_sequence_is_written_as_one_would_type_it(page):
    stop = ["\n", "a\tb", "<|im_end|>", "a|b", "canção", "🙂", "漢字", "<", r"\n"]
    assert ask(page, "Tool.stops.typed(given[0])", stop) == r"\n|a\tb|<|im_end|>|a\|b|canção|🙂|漢字|\<|\\n"


PIECES = st.sampled_from(
    ["|", "<", ">", "\\", "\n", "n", "u{303}", "\u0303", "\u0338", "<|a|>", "\x00", "é", "🙂"]
) | st.characters(codec="utf-8")


@settings(max_examples=200)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=5).map("".join), max_size=4))
def test_any_stop_sequences_survive_their_text_form(page, stop):
    text = ask(page, "Tool.stops.typed(given[0])", stop)
    assert "\n" not in text and "\r" not in text
    for form in (text, unicodedata.normalize("NFC", text)):
        assert ask(page, "Tool.stops.stopSequences(given[0])", form) == stop


def test_the_presets_are_the_combinations_that_are_recommended_and_every_setting_is_offered(page):
    told = {name: SamplingParams(**values) for name, values in ask(page, "Tool.settings.PRESETS").items()}
    assert told["chat"] == SamplingParams(0.7, top_p=0.9) and told["creative"] == SamplingParams(1.0, top_k=50)
    assert told["code"].greedy and told["code_warm"] == SamplingParams(0.3) and told["model"] == SamplingParams()
    assert ask(
        page,
        "Object.keys(Tool.settings.PRESETS).every((one) => Tool.settings.presetOf(Tool.settings.preset(one)) === one)",
    )
    names = ask(page, "[...Object.values(Tool.settings.GROUPS).flat(), 'greedy']")
    offered = [name for name, one in SETTINGS.items() if one["slider"] or isinstance(DEFAULTS[name], bool)]
    assert sorted(names) == sorted(offered)


def test_what_a_class_chooses_from_does_not_tell_the_order_and_the_hidden_step_comes_after_the_text(page, run):
    told = ask(page, """(() => {
      const run = Tool.files.fromJSON(given[0]), step = run.steps[0][3];
      const { rows: [{ forced }, ...others], max_new_tokens, stop } = Tool.run.oneMore(run);
      return [Tool.run.ballot(step, 3), step.top_before, { forced, others, max_new_tokens, stop }];
    })()""", run.to_json())  # fmt: skip
    options, top, more = told
    assert sorted(map(str, options)) == sorted(map(str, top[:3]))
    assert [one["text"].strip().lower() for one in options] == sorted(one["text"].strip().lower() for one in options)
    assert more["forced"] == [step.token_id for step in run.steps[0]] and more["others"] == []
    assert more["max_new_tokens"] == len(run.steps[0]) + 1 and more["stop"] == []


def test_a_text_without_ids_goes_on_in_words(page, run):
    bare = [[replace(step, token_id=None) for step in steps] for steps in run.steps]
    words, more = ask(page, """(() => {
      const run = Tool.files.fromJSON(given[0]);
      const told = ({ prompt, rows: [{ forced }], max_new_tokens }) => ({ prompt, forced, max_new_tokens });
      return [told(Tool.run.inWords(run, 0, 3, " mar")), told(Tool.run.oneMore(run))];
    })()""", replace(run, steps=bare).to_json())  # fmt: skip
    text = [step.text for step in run.steps[0]]
    assert words["prompt"] == run.prompt + "".join(text[:3]) + " mar" and words["forced"] == []
    assert more["prompt"] == run.prompt + "".join(text) and more["max_new_tokens"] == 1


def test_scores_are_those_of_core(page):
    from math import log

    probs = [0.5, 0.125, 0.9]
    text = Candidate((1, 2, 3), tuple(map(log, probs)))
    assert ask(page, "Tool.scores.likelihood(given[0])", probs) == pytest.approx(likelihood(text))
    assert ask(page, "Tool.scores.lengthNormalised(given[0])", probs) == pytest.approx(length_normalised(text))
    assert ask(page, "Tool.scores.bits([0.5, 0.25])") == pytest.approx(3)


def test_the_controls_of_a_run_ask_for_that_run_again(page):
    same = """(() => {
      const { run: { runOf, askedBy, asksTheSame }, asked: { initial } } = Tool, start = initial();
      return given[0].map((part) => {
        const asked = { ...start, ...part }, run = runOf(asked, "embedded");
        return asksTheSame(run, runOf(askedBy(run, initial()), "embedded"));
      });
    })()"""
    asked = [
        {},
        {"mode": "compare", "tokens": 9},
        {"mode": "best", "n": 3, "seed": 11},
        {"mode": "grid", "ends": [0.2, 1.7]},
        {"branch": [[1, 2, 3]], "after": 5},
        {"branch": [[1, 2], [1, 4]], "after": 0},
        {"stop": r"\n|fim", "least": 4, "ignore_eos": True, "show_stop": True, "prompt": ""},
    ]
    assert ask(page, same, asked) == [True] * len(asked)


def test_every_setting_on_offer_acts_under_all_stages_and_what_an_order_has_no_place_for_is_not_named(page):
    on = {"top_n_sigma": 1.0, "top_a": 0.3, "mirostat_tau": 5.0, "dry_multiplier": 0.8, "xtc_probability": 0.5}
    asked = """((order) => {
      const asked = Tool.asked.initial();
      Object.assign(asked.settings.a, given[0], { order });
      const { params } = Tool.run.runOf(asked, "embedded").rows[0];
      return [params, Tool.settings.reachable(params).order, Amostra.core.ignoredOf(Amostra.core.samplingParams(params)), Tool.titles.summary(params)];
    })(given[1])"""
    params, order, ignored, title = ask(page, asked, on, "all")
    assert order == "all" and "order" not in params and not ignored and "top-a" in title
    assert SamplingParams(**params).order is None
    params, order, ignored, title = ask(page, asked, on, "transformers")
    assert order == params["order"] == "transformers" and "top_a" in ignored and "top-a" not in title
    assert title.startswith("τ = ") and "top_p" not in ignored


def test_a_text_that_would_end_again_where_it_ended_is_known(page):
    ends = """(() => {
      const asked = Object.assign(Tool.asked.initial(), given[1]), run = Tool.run.runOf({ ...Tool.asked.initial(), ...given[0] }, "embedded");
      run.steps[0] = ["a", "b"].map((token, i) => ({ token, finish: i ? given[2] : null }));
      return Tool.run.endsAgain(run, asked);
    })()"""
    stop = {"stop": "b|c"}
    assert ask(page, ends, stop, stop, "stop") and ask(page, ends, stop, {"stop": "c"}, "stop")
    assert not ask(page, ends, stop, {"stop": "d"}, "stop") and not ask(page, ends, stop, {}, "stop")
    assert ask(page, ends, {}, {}, "end") and ask(page, ends, {}, {"least": 1}, "end")
    for other in ({"seed": 8}, {"ignore_eos": True}, {"least": 2}):
        assert not ask(page, ends, {}, other, "end")
    assert not ask(page, ends, {}, {}, "length")


def test_a_bias_that_forbids_survives_the_file(page, run):
    forbidden = replace(
        run, rows=tuple(replace(row, params=SamplingParams(logit_bias={5: -math.inf})) for row in run.rows)
    )
    again = ask(page, "Tool.files.toJSON(Tool.files.fromJSON(given[0]))", forbidden.to_json())
    assert GenerationRun.from_json(again) == forbidden
    assert ask(page, "Tool.files.toJSON(Tool.files.fromJSON(given[0]))", again) == again


def test_texts_whose_probabilities_are_not_told_are_not_scored(page, run):
    data = json.loads(run.to_json())
    assert ask(page, "Tool.run.scorable(Tool.files.fromJSON(given[0]))", json.dumps(data))
    data["steps"][1][0]["prob_after"] = None
    assert not ask(page, "Tool.run.scorable(Tool.files.fromJSON(given[0]))", json.dumps(data))
