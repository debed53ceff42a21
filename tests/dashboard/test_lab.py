"""The sampling lab without its page: lines, stages, cuts, draws."""

import csv
import io
import math
import time

import pytest
import torch

from core import SamplingParams, probabilities, softmax
from dashboard import lab, language
from dashboard.language import say


def typed(name: str = "order") -> lab.Typed:
    return lab.read(lab.preset(name))


def test_lines_are_read_in_both_notations_and_tokens_may_hold_colons():
    assert lab.read("azul: 3\n\na:b : -0,5\nnunca: -inf") == lab.Typed(
        ["azul", "a:b", "nunca"], [3.0, -0.5, -math.inf], []
    )


@pytest.mark.parametrize("bad, kind", [
    ("azul", "shape"), ("azul: três", "number"), (": 3", "shape"), ("azul: nan", "number"), ("céu: 1", "twice"), ("a: inf", "number"),
    ("a: 1e300/1e-300", "number"), ("a: " + "/".join("1" * 50), "number"), ("a: " + "1/" * 5000 + "1", "number"), 
    ("a: 1e300", "large"), ("a:", "number"), ("\t3", "shape"), ("a: --3", "number"), ("a: 1" + "0" * 400, "number"),
])  # fmt: skip
def test_each_bad_line_is_named_and_the_others_are_kept(bad, kind):
    found = lab.read(f"céu: 3\n{bad}\nmar: 1")
    assert found.tokens == ["céu", "mar"] and found.logits == [3.0, 1.0]
    assert [(one.kind, one.line) for one in found.problems] == [(kind, 2)]
    for code in language.LANGUAGES:
        with language.using(code):
            assert say(f"lab.bad.{kind}", line=2, text="x", most="1")


def test_what_a_clipboard_brings_is_read():
    columns = (
        "\ufeffazul\t3,5\r\nclaro\t–3\r\nmar\t1\u00a0234,5\r\ncéu\t-Infinity\r\nsol\t1\u202f234\r\nlua\t1.234,5\r\n"
    )
    assert lab.read(columns) == lab.Typed(
        ["azul", "claro", "mar", "céu", "sol", "lua"], [3.5, -3.0, 1234.5, -math.inf, 1234.0, 1234.5], []
    )
    assert lab.read("a;2,5\nb: −∞\nc:\t1\nd: —2\ne: -INF").logits == [2.5, -math.inf, 1.0, -2.0, -math.inf]


def test_a_space_before_a_token_is_part_of_it():
    assert lab.read(" casa: 2\ncasa: 1\n  casa: 0").tokens == ["␣casa", "casa", "␣␣casa"]
    assert [one.kind for one in lab.read(" casa: 2\n␣casa: 1").problems] == ["twice"]  # written as it is shown


@pytest.mark.parametrize("bad", ["x", "x: y", "a: 1", "a: 1/0", "x\t\t\t"])
def test_a_hundred_thousand_bad_lines_are_read_up_to_a_point_and_soon(bad):
    began = time.process_time()
    found = lab.read("\n".join([bad] * 100_000))
    assert time.process_time() - began < 2
    assert found.problems[-1].kind == "many" and len(found.problems) <= lab.LINES + 1


def test_nothing_possible_is_said_and_not_sampled():
    found = lab.read("a: -inf\nb: -inf")
    assert found.tokens == [] and [one.kind for one in found.problems] == ["none"]


def test_three_two_one_keeps_one_token_in_one_order_and_two_in_the_other():
    chains = [
        lab.stages(typed(), SamplingParams(0.5, top_p=0.8, order=order)) for order in ("transformers", "llama.cpp")
    ]
    assert [stage.kept.tolist() for stage in (chains[0][-1], chains[1][-1])] == [
        [True, False, False],
        [True, True, False],
    ]
    assert lab.changed(*chains) == ([], [1])
    table = lab.stage_table(typed(), chains[1], [1])
    assert table.count("am-marked") == 1 and "<s>9,0%</s>" in table


@pytest.mark.parametrize("name", lab.PRESETS)
def test_the_csv_holds_the_distribution_of_core(name):
    params = SamplingParams(0.8, top_k=3, top_p=0.9, min_p=0.05)
    rows = list(csv.DictReader(io.StringIO(lab.stage_csv(typed(name), lab.stages(typed(name), params)))))
    last = list(rows[0])[-1]
    exact = dict(zip(typed(name).tokens, probabilities(typed(name).logits, params).tolist(), strict=True))
    assert {row["token"]: float(row[last]) for row in rows} == exact


def test_the_rest_of_a_large_vocabulary_is_one_row_with_its_true_mass():
    many = lab.Typed([f"t{i}" for i in range(500)], [-i / 100 for i in range(500)], [])
    table = lab.stage_table(many, lab.stages(many, SamplingParams()))
    rest = softmax(many.logits)[lab.SHOWN :].sum().item()
    assert table.count('<th scope="row">') == lab.SHOWN + 1 + 4 and lab.percent(rest, 1) in table


@pytest.mark.parametrize(
    "settings, stage",
    [
        ({"top_k": 2}, "top_k"),
        ({"top_p": 0.7}, "top_p"),
        ({"min_p": 0.1}, "min_p"),
        ({"typical_p": 0.5}, "typical_p"),
        ({"epsilon_cutoff": 0.1}, "epsilon_cutoff"),
        ({"top_n_sigma": 1.0}, "top_n_sigma"),
        ({"top_a": 0.3}, "top_a"),
        ({"top_h": 0.5}, "top_h"),
        ({"p_less": True}, "p_less"),
    ],
)
def test_each_cut_has_a_picture_that_agrees_with_its_sampler(settings, stage):
    params = SamplingParams(**settings)
    before, after = lab.stages(typed("sharp"), params)
    figure = lab.geometry(typed("sharp"), before, after, params)
    kept = {row[0] for row in figure.rows if row[2] == language.say("state.kept")}
    assert kept == {token for token, keep in zip(typed("sharp").tokens, after.kept.tolist(), strict=True) if keep}
    assert figure.id == f"geometry-{stage}"


def test_draws_are_the_same_for_a_seed_and_near_the_exact_probabilities():
    last = lab.stages(typed("flat"), SamplingParams())[-1]
    seen = lab.counts(last.probs, 10_000, 7)
    assert sum(seen) == 10_000 and seen == lab.counts(last.probs, 10_000, 7) != lab.counts(last.probs, 10_000, 8)
    p = last.probs
    error = (torch.tensor(seen) / 10_000 - p).abs() / (p * (1 - p) / 10_000).sqrt()
    assert error.max() < 4  # the seed is fixed


def test_a_png_is_a_picture():
    figure = lab.draws(typed(), lab.stages(typed(), SamplingParams())[-1], 100, 7)
    assert lab.png(figure).startswith(b"\x89PNG")


def test_a_small_probability_is_never_a_false_zero():
    assert [lab.probability(p) for p in (0, 3e-7, 0.0003, 0.123)] == ["0%", "3e−07", "0,03%", "12,3%"]
