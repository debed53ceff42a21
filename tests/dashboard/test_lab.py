"""The sampling lab without its page: lines, stages, cuts, draws."""

import csv
import io
import math

import pytest
import torch

from core import SamplingParams, probabilities, softmax
from dashboard import lab, language


def typed(name: str = "order") -> lab.Typed:
    return lab.read(lab.preset(name))


def test_lines_are_read_in_both_notations_and_tokens_may_hold_colons():
    assert lab.read("azul: 3\n\n a:b : -0,5\nnunca: -inf") == lab.Typed(["azul", "a:b", "nunca"], [3.0, -0.5, -math.inf], [])


@pytest.mark.parametrize("language_code, word", [("pt", "Linha 2"), ("en", "Line 2")])
@pytest.mark.parametrize("bad", ["azul", "azul: três", ": 3", "azul: nan", "céu: 1"])
def test_each_bad_line_is_named_and_the_others_are_kept(language_code, word, bad):
    with language.using(language_code):
        found = lab.read(f"céu: 3\n{bad}\nmar: 1")
    assert found.tokens == ["céu", "mar"] and found.logits == [3.0, 1.0]
    assert len(found.problems) == 1 and found.problems[0].startswith(word)


def test_nothing_possible_is_said_and_not_sampled():
    found = lab.read("a: -inf\nb: -inf")
    assert found.tokens == [] and len(found.problems) == 1


def test_three_two_one_keeps_one_token_in_one_order_and_two_in_the_other():
    chains = [lab.stages(typed(), SamplingParams(0.5, top_p=0.8, order=order)) for order in ("transformers", "llama.cpp")]
    assert [stage.kept.tolist() for stage in (chains[0][-1], chains[1][-1])] == [[True, False, False], [True, True, False]]
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
    rest = softmax(many.logits)[lab.SHOWN:].sum().item()
    assert table.count('<th scope="row">') == lab.SHOWN + 1 + 4 and lab.percent(rest, 1) in table


@pytest.mark.parametrize("settings, stage", [
    ({"top_k": 2}, "top_k"), ({"top_p": 0.7}, "top_p"), ({"min_p": 0.1}, "min_p"), ({"typical_p": 0.5}, "typical_p"),
    ({"epsilon_cutoff": 0.1}, "epsilon_cutoff"), ({"top_n_sigma": 1.0}, "top_n_sigma"), ({"top_a": 0.3}, "top_a"),
])
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
