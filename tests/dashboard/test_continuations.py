"""The kept texts of the embedded model, and what is counted in them."""

import random

import pytest
import torch

from core.models import load_model
from dashboard.recorded import continuations
from dashboard.recorded.snapshots import PROMPTS
from tests import small_model


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return load_model(small_model.make(tmp_path_factory.mktemp("model")))


def test_repeated_tokens_are_those_that_complete_an_ngram_again():
    draw = random.Random(2)
    for _ in range(200):
        n, ids = draw.randint(1, 4), [draw.randrange(3) for _ in range(draw.randrange(25))]
        grams = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
        right = [end >= n and grams[end - n] in grams[: end - n] for end in range(1, len(ids) + 1)]
        assert continuations.repeated(ids, n) == right
        share = 1 - len(set(grams)) / len(grams) if grams else 0
        assert continuations.repeated_share(ids, n) == pytest.approx(share)
        if grams:
            gram, times = continuations.commonest(ids, n)
            assert times == grams.count(gram) == max(map(grams.count, grams))


def test_the_best_pair_is_the_best_of_all_pairs(model):
    for prompt in ("A avó", "não", "o céu"):
        ids = model.encode(prompt)
        first = torch.log_softmax(model.next_logits(ids)[0].double(), -1)
        both = [[*ids, i] for i in range(model.vocab_size)]
        table = first[:, None] + torch.log_softmax(model.next_logits(torch.tensor(both)).double(), -1)
        found = continuations.first_pairs(model, prompt)
        assert found.best_prob == pytest.approx(table.max().exp().item(), rel=1e-5)
        assert found.greedy_prob == pytest.approx(table[first.argmax()].max().exp().item(), rel=1e-5)


def test_the_kept_texts_are_those_of_the_shipped_weights():
    shipped = load_model("embedded")
    for run, kept in continuations.write(shipped, PROMPTS["once"]).items():
        assert kept["ids"] == list(continuations.continuation("once", run).ids)


def test_the_kept_draws_and_searches_are_those_of_the_shipped_weights():
    shipped = load_model("embedded")
    again = continuations.heat(shipped, PROMPTS["sky"])
    for tau in continuations.HEATS:
        assert [tuple(ids) for ids in again[str(tau)]["ids"]] == continuations.heated("sky", tau)
        assert again[str(tau)]["text"] == continuations.heated_text("sky", tau)
    for width, kept in continuations.search(shipped, PROMPTS["sky"]).items():
        found = continuations.found("sky", int(width))
        assert (kept["text"], tuple(kept["ids"])) == (found.text, found.ids)
        assert kept["log_prob"] == pytest.approx(found.log_prob, abs=1e-3)


def test_a_beam_of_one_writes_what_greedy_decoding_writes():
    for name in PROMPTS:
        found = continuations.found(name, 1)
        assert found.ids == continuations.continuation(name, "greedy").ids[: len(found.ids)]
