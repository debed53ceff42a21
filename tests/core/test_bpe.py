"""Our byte-level BPE against the `tokenizers` library."""

import json
import random
import unicodedata

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from core.course.bpe import BPE, LETTERS, learn, words
from core.models.language_model import WEIGHTS, load_tokenizer
from core.validation import ParameterError

PATH = WEIGHTS / "embedded" / "tokenizer.json"
PIECES = ["ação", "não", " ", "  ", "\n", "\t", "\r\n", "1984", "½", "३", "é", "e\u0301", "ñ", "你好", "👩‍👩‍👧", "🏳️‍🌈", "'s", "'ll", "’s", "—", "«oi»", "...",
          "!?", "R$", "\u00a0", "\u2003", "\u0085", "\ufeff", "\x1c", "ß", "İ", "ﬁ", "Ωμέγα", "שלום", "مرحبا", "<|endoftext|>", "_x_", "a\u0323\u0307", "\u200d", "\U0001d54f",
          "casa", " Machado", "it's", "I'VE", "x²", "Ⅻ", "가", "\u1100\u1161", "zz", "aaaa", "ªº", "\x00"]  # fmt: skip


def texts(many=400):
    draw = random.Random(11)
    return ["", *PIECES, *("".join(draw.choices(PIECES, k=draw.randint(2, 9))) for _ in range(many))]


@pytest.fixture(scope="module")
def bpe():
    return BPE.from_json(json.loads(PATH.read_text(encoding="utf-8")))


def test_ids_are_those_of_the_library(bpe):
    library = load_tokenizer(PATH)
    assert len(bpe.tokens) == library.get_vocab_size()
    for text in texts():
        assert bpe.encode(text) == library.encode(text).ids, repr(text)


def test_words_are_cut_as_the_library_cuts_them():
    library = pre_tokenizers.ByteLevel(add_prefix_space=False)
    for text in texts():
        ours = ["".join(LETTERS[byte] for byte in word.encode()) for word in words(text)]
        assert ours == [piece for piece, _ in library.pre_tokenize_str(text)], repr(text)
        assert "".join(words(text)) == text


def test_decoding_gives_the_text_back_in_nfc_and_every_stage_is_the_text(bpe):
    for text in texts(100):
        normal = unicodedata.normalize("NFC", text)
        assert bpe.decode(bpe.encode(text)) == normal
        stages = bpe.steps(text)
        assert all(b"".join(bpe.tokens[i] for word in stage for i in word).decode() == normal for stage in stages)
        assert [i for word in stages[-1] for i in word] == bpe.encode(text)


def test_learning_finds_the_merges_of_the_library_s_trainer():
    counts = {"abcabcab": 7, "bcab": 5, "cabx": 2, "xyzx": 11, "yzw": 4, "wxy": 1}  # without ties
    library = Tokenizer(models.BPE())
    library.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    library.train_from_iterator(
        [" ".join([word] * times) for word, times in counts.items()],
        trainers.BpeTrainer(vocab_size=13, show_progress=False),
    )
    merges = [tuple(pair) for pair in json.loads(library.to_str())["model"]["merges"]]
    assert [(a, b) for a, b, _ in learn(counts, len(merges))] == merges
    assert learn({"ab": 1}, 5) == [] and learn({}, 3) == []


def test_a_merge_of_what_does_not_exist_yet_is_refused():
    with pytest.raises(ParameterError):
        BPE([(1, 257)])


def test_a_smaller_vocabulary_has_as_many_tokens_as_its_own_encoding(bpe):
    text, sizes = " ".join(texts(60)), [257, 300, 1000, 4000, 8192]
    assert bpe.tokens_at(text, sizes) == [len(BPE(bpe.merges[: size - 257]).encode(text)) for size in sizes]
