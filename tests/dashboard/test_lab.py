"""The sampling lab without a page: lines to logits, orders, pictures of cuts, draws; and `core`'s check of it."""

import json
import random
import time
from contextlib import closing
from math import inf

import pytest
import torch
from py_mini_racer import MiniRacer

from core import CounterGenerator, SamplingParams, draw, softmax, trace
from core.params import STAGES
from dashboard.app.check import largest_difference
from dashboard.language import LANGUAGES, say, using
from dashboard.page import tools
from dashboard.page.scripts import bundle, page_modules

PARTS = ("read", "chains", "presets", "settings", "table", "draws", "prompt", "cut")


@pytest.fixture(scope="module")
def lab():
    """Calls a function of the lab, `lab("read.read", text)`, or of the page's core."""
    spaces = {"Amostra.core": "core/index", "words": "words"}
    spaces |= {part: f"core/{part}" for part in ("chain", "thresholds", "draws")}
    spaces |= {f"lab.{part}": f"tools/lab/{part}" for part in PARTS}
    with closing(MiniRacer()) as racer:
        racer.eval(bundle(page_modules(), spaces))
        racer.eval(f"words.speak({json.dumps(tools.words('lab'))})")
        plain = "(_, x) => x instanceof Float64Array ? [...x] : x === Infinity ? 'inf' : x === -Infinity ? '-inf' : x"
        yield lambda call: json.loads(racer.eval(f"JSON.stringify({call}, {plain})"))


def read(lab, text: str) -> dict:
    found = lab(f"((r) => ({{ ...r, logits: [...r.logits] }}))(lab.read.read({json.dumps(text)}))")
    return found | {"logits": [-inf if u == "-inf" else u for u in found["logits"]]}


def test_lines_are_read_in_both_notations_and_tokens_may_hold_colons(lab):
    found = read(lab, "azul: 3\n\na:b : -0,5\nnunca: -inf")
    assert (found["tokens"], found["logits"], found["problems"]) == (["azul", "a:b", "nunca"], [3, -0.5, -inf], [])


@pytest.mark.parametrize("bad, kind", [
    ("azul", "shape"), ("azul: três", "number"), (": 3", "shape"), ("azul: nan", "number"), ("céu: 1", "twice"), ("a: inf", "number"),
    ("a: 1e300/1e-300", "number"), ("a: " + "/".join("1" * 50), "number"), ("a: " + "1/" * 5000 + "1", "number"),
    ("a: 1e300", "large"), ("a:", "number"), ("\t3", "shape"), ("a: --3", "number"), ("a: 1" + "0" * 400, "number"),
])  # fmt: skip
def test_each_bad_line_is_named_and_the_others_are_kept(lab, bad, kind):
    found = read(lab, f"céu: 3\n{bad}\nmar: 1")
    assert found["tokens"] == ["céu", "mar"] and found["logits"] == [3, 1]
    assert [(one["kind"], one["line"]) for one in found["problems"]] == [(kind, 2)]
    for code in LANGUAGES:
        with using(code):
            assert say(f"lab.bad.{kind}", line=2, text="x", most="1")


def test_what_a_clipboard_brings_is_read(lab):
    columns = (
        "\ufeffazul\t3,5\r\nclaro\t–3\r\nmar\t1\u00a0234,5\r\ncéu\t-Infinity\r\nsol\t1\u202f234\r\nlua\t1.234,5\r\n"
    )
    found = read(lab, columns)
    assert found["tokens"] == ["azul", "claro", "mar", "céu", "sol", "lua"] and not found["problems"]
    assert found["logits"] == [3.5, -3, 1234.5, -inf, 1234, 1234.5]
    assert read(lab, "a;2,5\nb: −∞\nc:\t1\nd: —2\ne: -INF")["logits"] == [2.5, -inf, 1, -2, -inf]


def test_a_space_before_a_token_is_part_of_it(lab):
    assert read(lab, " casa: 2\ncasa: 1\n  casa: 0")["tokens"] == ["␣casa", "casa", "␣␣casa"]
    assert [one["kind"] for one in read(lab, " casa: 2\n␣casa: 1")["problems"]] == ["twice"]  # written as it is shown


def test_a_whole_vocabulary_is_read_and_what_is_beyond_it_is_said(lab):
    lines = "\n".join(f"t{i}\t{i % 97}" for i in range(50_000))
    assert len(read(lab, lines)["tokens"]) == 50_000
    for bad in ("x", "x: y", "a: 1", "a: 1/0", "x\t\t\t"):
        began = time.process_time()
        found = read(lab, "\n".join([bad] * 100_000))
        assert found["problems"][-1]["kind"] == "many" and time.process_time() - began < 5


def test_nothing_possible_is_said_and_not_sampled(lab):
    found = read(lab, "a: -inf\nb: -inf")
    assert found["tokens"] == [] and [one["kind"] for one in found["problems"]] == ["none"]


def test_the_lab_opens_where_two_orders_of_the_same_settings_keep_different_tokens(lab):
    found = read(lab, lab("lab.presets.preset(lab.presets.OPENING)"))
    start = lab("lab.settings.FIRST")
    kept = [
        trace(found["logits"], SamplingParams(**start, order=order))[-1].kept for order in ("transformers", "llama.cpp")
    ]
    assert 1 < kept[0].sum() < kept[1].sum() < len(found["tokens"])


def test_every_example_has_its_tokens_in_both_languages(lab):
    for name, logits in lab("lab.presets.PRESETS").items():
        for code in LANGUAGES:
            with using(code):
                words = say(f"lab.preset.{name}.tokens").split(" ")
            assert len(words) == len(set(words)) == len(logits) and say(f"lab.preset.{name}")


def test_every_stage_with_a_slider_or_a_switch_is_offered(lab):
    assert set(lab("lab.settings.ORDERED")) == STAGES.keys() - {"logit_bias", "token_mask"}


@pytest.mark.parametrize("name, to, expected", [
    ("c", 0, ["c", "a", "x", "b"]), ("a", 1, ["x", "b", "a", "c"]), ("a", 2, ["x", "b", "c", "a"]), ("b", 1, ["a", "x", "b", "c"]),
])  # fmt: skip
def test_a_moved_stage_takes_its_place_among_those_that_act(lab, name, to, expected):
    assert lab(f'lab.chains.moved(["a", "x", "b", "c"], ["a", "b", "c"], "{name}", {to})') == expected


def test_a_stage_switched_on_again_stands_where_the_default_order_has_it(lab):
    order = '["temperature", "top_k", "top_p", "min_p"]'
    assert lab(f'lab.chains.switched({order}, "top_p", false)') == ["temperature", "top_k", "min_p"]
    assert lab(f'lab.chains.switched(lab.chains.switched({order}, "top_p", false), "top_p", true)') == json.loads(order)
    assert lab('lab.chains.switched(["min_p", "temperature"], "penalties", true)')[0] == "penalties"


def test_stages_that_are_kept_are_those_that_are_computed_anew(lab):
    chance = random.Random(5)
    logits = [chance.gauss(0, 3) for _ in range(300)]
    lab(f"(globalThis.raw = chain.firstStage({json.dumps(logits)}), 1)")
    for _ in range(60):
        settings = {
            "temperature": chance.choice([0, 0.5, 1, 1.5]), "top_k": chance.choice([0, 3, 50]), "top_p": chance.choice([1, 0.5, 0.9]),
            "min_p": chance.choice([0, 0.1]), "repetition_penalty": chance.choice([1, 1.3]), "top_h": chance.choice([1, 0.4]),
            "order": chance.choice(["transformers", "llama.cpp", None]),
        }  # fmt: skip
        context = {"prompt": [], "output": [chance.randrange(300)]}
        found = lab(
            f"lab.chains.stagesFor(raw, Amostra.core.samplingParams({json.dumps(settings)}), {json.dumps(context)}).map((one) => [one.name, one.probs])"
        )
        anew = lab(
            f"Amostra.core.trace({json.dumps(logits)}, {json.dumps(settings)}, {json.dumps(context)}).map((one) => [one.name, one.probs])"
        )
        assert found == anew


@pytest.mark.parametrize("name, text, value", [
    ("top_k", "7", 7), ("top_k", "7.0", 7), ("top_k", "7.5", None), ("temperature", "0.25", 0.25), ("temperature", "1e-3", 0.001), ("temperature", "-0", None),
    ("temperature", "1e400", None), ("temperature", "0,5", None), ("temperature", "١", None), ("temperature", "", None), ("temperature", " 1", None),
    ("temperature", "4", None), ("frequency_penalty", "-1.5", -1.5), ("p_less", "TRUE", True), ("p_less", "1", None), ("p_less", "toString", None),
    ("repetition_scope", "both", "both"), ("repetition_scope", "x", None), ("top_k", "9" * 400, None), ("top_k", "0x7", None),
])  # fmt: skip
def test_a_setting_in_the_address_is_one_that_its_control_can_have(lab, name, text, value):
    assert lab(f"lab.settings.settingFrom({json.dumps(name)}, {json.dumps(text)}) ?? null") == value


def pictured(lab, logits, settings):
    call = f"((s) => ((stages) => thresholds.pictureOf(stages[0], stages[1].name, s, 24))(Amostra.core.trace({json.dumps(logits)}, s)))"
    return lab(f"{call}(Amostra.core.samplingParams({json.dumps(settings)}))")


@pytest.mark.parametrize("settings", [
    {"top_k": 4}, {"top_p": 0.7}, {"min_p": 0.1}, {"typical_p": 0.5}, {"epsilon_cutoff": 0.02}, {"eta_cutoff": 0.05}, {"top_n_sigma": 1.0},
    {"top_a": 0.3}, {"top_h": 0.5}, {"p_less": True}, {"xtc_probability": 1, "xtc_threshold": 0.05},
])  # fmt: skip
def test_the_line_of_a_cut_parts_what_its_sampler_keeps_from_what_it_cuts(lab, settings):
    chance = random.Random(3)
    for size in (3, 15, 200):
        logits = [chance.gauss(0, 2.5) for _ in range(size)]
        picture, (_, after) = pictured(lab, logits, settings), trace(logits, SamplingParams(**settings))
        kept = [bool(after.kept[i]) for i in picture["order"]]
        values, line = picture["values"], picture["line"]
        if line is None or "xtc_probability" in settings:  # XTC leaves the least likely of those above its line
            assert picture["kind"] in ("probability", "atypical")
            continue
        above = [value >= line - 1e-12 for value in values]
        if picture["kind"] == "cumulative":  # the bar that reaches the line is the last one that stays
            above = [at == 0 or values[at - 1] < line for at in range(len(values))]
        assert kept == above or (sum(kept) == 1 and not any(above)), settings


def test_draws_of_the_page_are_those_of_core(lab):
    logits = [2.1 - i / 10 for i in range(15)]
    found = lab(f"lab.draws.drawsOf(Amostra.core.trace({json.dumps(logits)})[0], 500, 7, 24)")
    generator, probs = CounterGenerator(7), softmax(torch.tensor(logits, dtype=torch.float64))
    u = torch.tensor([generator.numbers(1)[0] for _ in range(500)], dtype=torch.float64)
    assert [row["count"] for row in found] == torch.bincount(draw(probs, u), minlength=15).tolist()
    assert all(row["outside"] == (not row["low"] <= row["seen"] <= row["high"]) for row in found)


def test_many_draws_at_once_are_the_single_ones(lab):
    probs, u = [0.25, 0, 0.5, 0, 0.25, 0], [0, 0.2499, 0.25, 0.5, 0.7499, 0.75, 0.999999]
    one = lab(f"{json.dumps(u)}.map((u) => Amostra.core.draw({json.dumps(probs)}, u))")
    assert lab(f"[...draws.countDraws({json.dumps(probs)}, {json.dumps(u)})]") == [one.count(i) for i in range(6)]


def test_the_csv_holds_every_stage_of_every_token_for_a_spreadsheet_of_either_language(lab):
    stages = "Amostra.core.trace([2, 1, -Infinity], { temperature: 0.5 })"
    for mark, between in (".,", ",;"):
        text = lab(f'lab.table.stageCsv({stages}, [\'a,;"b"\', "=c", "d"], [0, 1, 2], "{mark}")')
        head, first, second, third, last = text.split("\r\n")
        assert head == "\ufeff" + between.join(("token", "logit", "0_logits", "1_temperature")) and last == ""
        assert first.startswith(between.join(('"a,;""b"""', "2", f"0{mark}7310585786300049", "")))
        assert second.startswith(f"'=c{between}1{between}") and third == between.join(("d", "-inf", "0", "0"))


def test_the_rest_of_a_large_vocabulary_is_one_row_with_its_true_mass(lab):
    logits = [-i / 100 for i in range(500)]
    rest = lab(
        f"((raw) => lab.chains.restOf(raw, thresholds.first(raw.logits, 24)))(chain.firstStage({json.dumps(logits)}))"
    )
    assert rest == pytest.approx(softmax(torch.tensor(logits, dtype=torch.float64))[24:].sum().item(), abs=1e-12)


def test_a_text_that_stands_for_several_tokens_carries_their_ids(lab):
    assert lab('lab.prompt.distinct([" a", "b", "", " a", ""])') == ["␣a (0)", "b", "∅ (2)", "␣a (3)", "∅ (4)"]


# What core says ------------------------------------------------------------------------------------------------------


def question(probs=None, **changes) -> dict:
    params = {"temperature": 0.5, "top_p": 0.8, "order": "llama.cpp"}
    exact = [stage.probs.tolist() for stage in trace([3, 2, 1, -inf], SamplingParams(**params))]
    chain = {"params": params, "probs": probs or exact}
    return {
        "logits": [3, 2, 1, None],
        "shown": [0, 1, 2, 3],
        "chains": [chain],
        "context": {"prompt": [], "output": []},
    } | changes


def test_core_finds_no_difference_in_its_own_numbers_and_any_other_one():
    assert largest_difference(question()) == 0
    moved = question()
    moved["chains"][0]["probs"][2][1] += 1e-6
    assert largest_difference(moved) == pytest.approx(1e-6, rel=1e-3)


@pytest.mark.parametrize("bad", [
    {"logits": []}, {"logits": [1] * 60_001}, {"shown": []}, {"shown": [9]}, {"shown": [0] * 65}, {"chains": [{"params": {"top_p": 7}, "probs": []}]},
    {"chains": [{"params": {"foo": 1}, "probs": []}]}, {"logits": ["x"]}, {"context": {}}, {"chains": []}, {"context": {"prompt": [-1], "output": []}},
])  # fmt: skip
def test_what_is_no_question_is_refused(bad):
    with pytest.raises((ValueError, KeyError, TypeError, IndexError)):
        largest_difference(question(**bad))
