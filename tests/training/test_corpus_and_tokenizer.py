"""From files to rows of ids."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.language_model import load_tokenizer
from core.training.corpus import Batches, CorpusError, encode_works, encoded, open_corpus
from core.training.tokenizer import END_OF_TEXT, save_tokenizer, train_tokenizer
from core.training.train import token_bytes
from core.validation import ParameterError
from tests.training.small_corpus import make, text

TOKENIZER = train_tokenizer([text(0)], 300)


@pytest.fixture
def folder(tmp_path):
    return make(tmp_path / "corpus")


def test_works_and_their_texts(folder):
    corpus = open_corpus(folder)
    assert corpus.works["train"] == ("um.txt", "dois.txt", "três.txt")
    (folder / "quatro.txt").write_text("cora" + "c\u0327" + "a\u0303o", "utf-8")
    assert corpus.texts("validation") == ["coração".replace("ação", "a" + "ção")]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "test.list").unlink(), "test.list: missing"),
        (lambda folder: (folder / "um.txt").unlink(), "um.txt: listed, but not there"),
        (lambda folder: (folder / "test.list").write_text("um.txt"), "more than once: um.txt"),
        (lambda folder: (folder / "MANIFEST.csv").write_text("file,sha256\num.txt,00\n"), "not the file"),
        (lambda folder: (folder / "MANIFEST.csv").write_text("name;hash\num.txt;00\n"), "MANIFEST.csv: its first line"),
        (lambda folder: (folder / "test.list").write_text("\n \n"), "test.list: names no file"),
        (lambda folder: (folder / "train.list").write_bytes("três.txt".encode("latin-1")), "train.list: not UTF-8"),
    ],
)
def test_faults_are_named(folder, damage, message):
    damage(folder)
    with pytest.raises(CorpusError, match=message):
        open_corpus(folder)


def test_a_name_may_hold_spaces_and_a_list_a_byte_order_mark(folder):
    (folder / "um.txt").rename(folder / "um conto.txt")
    (folder / "train.list").write_text("\ufeffum conto.txt\r\n\r\n  dois.txt\n", "utf-8")
    assert open_corpus(folder).works["train"] == ("um conto.txt", "dois.txt")


def test_a_byte_order_mark_is_no_part_of_a_work(folder):
    (folder / "um.txt").write_text("\ufeffcasa", "utf-8")
    assert open_corpus(folder).texts("train")[0] == "casa"


def test_a_work_in_another_encoding_is_named(folder):
    (folder / "dois.txt").write_bytes("a avó".encode("latin-1"))
    with pytest.raises(CorpusError, match=r"dois\.txt: not UTF-8 \(byte 4\); save it again"):
        open_corpus(folder).texts("train")


def test_a_corpus_is_encoded_once(folder, tmp_path, monkeypatch):
    corpus = open_corpus(folder)
    first = encoded(corpus, TOKENIZER, "train", 0, tmp_path)
    monkeypatch.setattr("core.training.corpus.encode_works", None)  # a second encoding would fail
    np.testing.assert_array_equal(encoded(corpus, TOKENIZER, "train", 0, tmp_path), first)
    monkeypatch.undo()
    np.testing.assert_array_equal(first, encode_works(TOKENIZER, corpus.texts("train"), 0))
    (folder / "um.txt").write_text("outra coisa", "utf-8")
    assert len(encoded(corpus, TOKENIZER, "train", 0, tmp_path)) != len(first)


def test_a_text_too_small_for_its_vocabulary_says_so():
    with pytest.raises(CorpusError, match=r"make \d+ tokens, not 500; give more text or a smaller vocabulary"):
        train_tokenizer(["a avó viu a vila"], 500)
    with pytest.raises(ParameterError, match="vocab_size must be a whole number >= 257"):
        train_tokenizer(["a avó"], 5)


@settings(max_examples=300)
@given(st.text())
def test_any_text_comes_back_in_nfc(words):
    assert TOKENIZER.decode(TOKENIZER.encode(words).ids) == unicodedata.normalize("NFC", words)


@given(st.text())
def test_tokens_stand_for_all_bytes(words):
    sizes = token_bytes(TOKENIZER)
    assert sizes[TOKENIZER.encode(words).ids].sum() == len(unicodedata.normalize("NFC", words).encode())


def test_a_special_token_in_a_text_is_text(tmp_path):
    save_tokenizer(TOKENIZER, tmp_path)
    loaded = load_tokenizer(tmp_path / "tokenizer.json")
    assert loaded.token_to_id(END_OF_TEXT) == 0
    ids = loaded.encode(f"a{END_OF_TEXT}b").ids
    assert 0 not in ids and loaded.decode(ids) == f"a{END_OF_TEXT}b"


def test_transformers_reads_the_tokenizer(tmp_path):
    from transformers import AutoTokenizer

    save_tokenizer(TOKENIZER, tmp_path, 64)
    theirs = AutoTokenizer.from_pretrained(tmp_path)
    assert theirs("Capitu viu a avó.")["input_ids"] == TOKENIZER.encode("Capitu viu a avó.").ids


def test_works_are_apart():
    ids = encode_works(TOKENIZER, ["a casa", "o mar"], 0)
    assert (ids == 0).nonzero()[0].tolist() == [0, 1 + len(TOKENIZER.encode("a casa").ids), len(ids) - 1]


def test_an_epoch_reads_every_row_once_in_an_order_of_its_own():
    ids = np.arange(103)
    batches = Batches(ids, 10, seed=5)
    epochs = [[batches.row(9 * epoch + place) for place in range(9)] for epoch in range(3)]
    for rows in epochs:
        starts = sorted(int(row[0]) for row in rows)
        assert np.diff(starts).tolist() == [10] * 8 and all(len(row) == 11 for row in rows)
    assert [rows[0][0] for rows in epochs] != [epochs[0][0][0]] * 3
    again = Batches(ids, 10, seed=5)
    assert (again.row(20) == epochs[2][2]).all() and (again.row(4) == epochs[0][4]).all()
