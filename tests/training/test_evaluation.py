"""Figures whose values are known without running anything."""

import json
from math import log2

import numpy as np
import pytest
import torch

from core.models.gpt import GPT, GPTConfig
from core.models.language_model import LocalModel
from core.models.storage import save_network
from core.training.__main__ import main
from core.training.corpus import open_corpus
from core.training.evaluate import check_leakage
from core.training.leakage import hashes, leaks
from core.training.ngram import KneserNey
from core.training.scores import Score, distinct, repetition, score, windows
from core.training.tokenizer import save_tokenizer, train_tokenizer
from core.training.train import Validation, token_bytes
from tests.training.small_corpus import make, text


def model(vocab_size=300, context_length=16, seed=0):
    torch.manual_seed(seed)
    network = GPT(GPTConfig(vocab_size, context_length, 2, 2, 16)).eval().requires_grad_(False)
    for p in network.parameters():
        torch.nn.init.normal_(p, std=0.3)
    return LocalModel("test", network, train_tokenizer([text(0)], vocab_size), 0)


@pytest.mark.parametrize("vocab_size", [257, 290, 325])
def test_a_uniform_model_costs_log_v_bits_per_token(vocab_size):
    uniform = model(vocab_size)
    uniform.network.wte.weight.zero_()
    words = text(1, 20)
    cost = score(uniform, words)
    tokens = len(uniform.encode(words))
    assert cost.tokens == tokens and cost.bytes == len(words.encode())
    assert cost.perplexity == pytest.approx(vocab_size, rel=1e-5)
    assert cost.bits_per_byte == pytest.approx(tokens * log2(vocab_size) / len(words.encode()), rel=1e-5)


def test_bits_per_byte_do_not_depend_on_the_tokenizer():
    """The same probability of the same text is the same figure, in however many tokens."""
    assert Score(70.0, 10, 50).bits_per_byte == Score(70.0, 30, 50).bits_per_byte


def test_a_stride_of_one_is_the_definition():
    one, words = model(), text(2, 4)
    ids, nats = [0, *one.encode(words)], 0.0
    for i in range(1, len(ids)):
        nats -= one.next_logits(ids[max(0, i - 16) : i]).log_softmax(-1)[0, ids[i]].item()
    assert score(one, words, stride=1).nats == pytest.approx(nats, rel=1e-5)


@pytest.mark.parametrize(
    ("tokens", "length", "stride"), [(1, 8, 4), (8, 8, 4), (9, 8, 4), (50, 8, 3), (50, 8, 8), (40, 8, 1)]
)
def test_windows_score_every_target_once(tokens, length, stride):
    scored = []
    for start, end, first in windows(tokens, length, stride):
        assert 0 <= start < first <= end and end - start <= length
        assert start == 0 or first - start > length - stride
        scored += range(first, end + 1)
    assert scored == list(range(1, tokens + 1))


def test_validation_during_training_is_the_same_figure():
    one = model()
    words = text(3, 30)
    ids = np.asarray([0, *one.encode(words)])
    ids = ids[: (len(ids) - 1) // 16 * 16 + 1]
    rows = Validation(ids, 16, 10**9, token_bytes(one.tokenizer))
    cost = score(one, one.decode(ids[1:].tolist()), stride=16)
    assert rows.bits_per_byte(one.network, torch.device("cpu")) == pytest.approx(cost.bits_per_byte, rel=1e-5)


def test_kneser_ney_adds_up_to_one():
    random = np.random.default_rng(0)
    ids = random.integers(0, 12, 400) % random.integers(1, 13, 400)
    ngram = KneserNey(ids, 15, order=5)
    for context in ([], [3], [14], [3, 14, 2], ids[10:14], ids[-4:], ids[:2], random.integers(0, 15, 4)):
        p = ngram.distribution(np.asarray(context, dtype=np.int64))
        assert p.min() > 0 and p.sum() == pytest.approx(1, abs=1e-12)
    fresh = random.integers(0, 15, 30)
    each = [ngram.distribution(fresh[max(0, i - 4) : i])[fresh[i]] for i in range(1, 30)]
    assert ngram.probabilities(fresh) == pytest.approx(each, rel=1e-12)


def test_kneser_ney_by_hand():
    """Tokens 0 1 0 1 0 2 as bigrams: 01 twice, 10 twice, 02 once; D₂ = 1/(1 + 2·2), D₁ from continuation counts 1, 1, 1."""
    ngram = KneserNey(np.asarray([0, 1, 0, 1, 0, 2]), 3, order=2)
    d1, d2 = 1.0, 0.2
    unigram = [(1 - d1) / 3 + d1 * 3 / 3 / 3] * 3
    after_zero = [(0 + d2 * 2 * unigram[0]) / 3, (2 - d2 + d2 * 2 * unigram[1]) / 3, (1 - d2 + d2 * 2 * unigram[2]) / 3]
    assert ngram.distribution(np.asarray([0])) == pytest.approx(after_zero)


def test_repetition_and_distinct():
    assert distinct([1, 2, 3, 4], 2) == 1 and distinct([1, 1, 1, 1], 2) == pytest.approx(1 / 3)
    assert repetition([1, 2, 3, 4, 1, 2, 3, 4]) == pytest.approx(1 / 5) and repetition([1]) == 0


def test_a_planted_passage_is_found_and_nothing_else():
    test, training = {"a": text(1, 300), "b": text(2, 300)}, {"c": text(3, 300), "d": text(4, 300)}
    assert leaks(test, training) == []
    planted = test["a"].encode()[1000:1230].decode(errors="ignore")
    size = len(planted.encode())
    assert size >= 200
    training["d"] = training["d"][:500] + "\n###" + planted + "###" + training["d"][500:]
    (leak,) = leaks(test, training)
    assert (leak.work, leak.source) == ("a", "d") and leak.start == test["a"].encode().index(planted.encode())
    assert leak.length == size and leak.text == planted
    short = planted.encode()[:199].decode(errors="ignore")
    assert leaks(test, {"c": f"###{short}###"}) == []


def test_hashes_roll():
    data = bytes(range(256)) * 3
    rolled = hashes(data, 200)
    assert len(rolled) == 568 + 1 and len(np.unique(rolled)) == 256
    assert (rolled[:256] == rolled[256:512]).all() and rolled[5] == hashes(data[5:205], 200)[0]


def test_the_command_prints_one_object(tmp_path, capsys):
    corpus = make(tmp_path / "corpus")
    (corpus / "cinco.txt").write_text(text(0, 30)[:1500], "utf-8")  # out of a training work
    one = model(context_length=64)
    save_network(tmp_path / "model", one.network)
    save_tokenizer(one.tokenizer, tmp_path / "model")
    asked = ["evaluate", str(tmp_path / "model"), "--corpus", str(corpus), "--threads", "1", "--sample-tokens", "20"]
    main([*asked, "--ngram", "--leakage", "--json"])
    result = json.loads(capsys.readouterr().out)
    (row,) = result["models"].values()
    assert row["window"] == 64 and row["stride"] == 32 and row["speed"]["cache_bytes_per_token"] == 2 * 2 * 16 * 4
    assert row["works"].keys() == {"cinco.txt"} and row["bits_per_byte"] > result["ngram"]["bits_per_byte"]
    assert [sample["temperature"] for sample in row["samples"]] == [0.5, 0.7, 1.0, 1.3]
    assert len(result["leaks"]) == len(check_leakage(open_corpus(corpus))) >= 1
