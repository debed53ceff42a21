"""Streams of text: whole characters, nothing of a stop sequence, nothing missing, wherever the tokens are cut."""

import functools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from core.streaming import Detokenizer, StopFilter
from core.validation import ParameterError
from tests.small_model import tokenizer

WORDS = st.text(st.sampled_from("aeç ã🙂é\n\N{COMBINING ACUTE ACCENT}漢�")) | st.text()
bpe = functools.cache(tokenizer)


def decode(ids):
    return bpe().decode(list(ids))


def stream(ids, before=(), decode=decode):
    detokenizer = Detokenizer(decode, before)
    pieces = [detokenizer.push(i) for i in ids]
    return [*pieces, detokenizer.finish()]


def common(a, b):
    return next((a[:i] for i in range(min(len(a), len(b))) if a[i] != b[i]), min(a, b, key=len))


@given(WORDS, st.integers(0, 40))
def test_the_stream_of_a_text_cut_anywhere_is_its_decoding(text, length):
    ids = bpe().encode(text).ids[:length]
    assert "".join(stream(ids)) == decode(ids)


@given(WORDS.filter(lambda text: "�" not in text))
def test_no_piece_holds_part_of_a_character(text):
    pieces = stream(bpe().encode(text).ids)
    assert not any("�" in piece for piece in pieces) and pieces[-1] == ""


@given(st.lists(st.integers(1, 299)), st.lists(st.integers(1, 299)))
def test_the_stream_of_any_ids_continues_what_came_before(before, ids):
    whole = decode([*before, *ids])
    assert common(decode(before), whole) + "".join(stream(ids, before)) == whole


def test_a_character_that_the_prompt_leaves_unfinished_comes_whole():
    one, two, *rest = bpe().encode("\N{GREEK SMALL LETTER OMEGA}!").ids
    assert stream([two, *rest], [one]) == ["ω", "!", ""]
    assert stream([two, *rest], [one, one]) == ["ω", "!", ""]


def test_a_tokenizer_that_writes_the_first_word_differently():
    words = Tokenizer(models.WordLevel({f"▁{w}": i for i, w in enumerate("abcd")}, unk_token="▁a"))
    words.pre_tokenizer, words.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    assert words.decode([1, 2]) == "b c"
    assert stream([1, 2, 3], decode=words.decode) == ["b", " c", " d", ""]
    assert stream([1, 2, 3], [0], decode=words.decode) == [" b", " c", " d", ""]


def cut_at_stop(text, stops):
    """Letter by letter: the first sequence to be complete, the longest of those that end together."""
    for end in range(len(text) + 1):
        ending = [stop for stop in stops if text[:end].endswith(stop)]
        if ending:
            longest = max(ending, key=len)
            return text[: end - len(longest)], longest
    return text, None


def split(draw, text):
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=len(text))))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@settings(max_examples=300)
@given(st.data())
def test_a_stop_sequence_is_never_shown_in_part_nor_missed(data):
    letters = st.text("ab", max_size=12)
    stops = data.draw(st.lists(st.text("ab", min_size=1, max_size=5), min_size=1, max_size=3))
    text = data.draw(letters) + data.draw(st.sampled_from(stops) | letters) + data.draw(letters)
    expected, matched = cut_at_stop(text, stops)
    stop, shown, read = StopFilter(stops), "", ""
    for piece in split(data.draw, text):
        shown, read = shown + stop.push(piece), read + piece
        if stop.matched is None:
            waiting = [len(s[:n]) for s in stops for n in range(len(s)) if read.endswith(s[:n])]
            assert len(read) - len(shown) == max(waiting)  # as much as may begin a sequence, and no more
        assert expected.startswith(shown)
    assert shown + stop.finish() == expected and stop.matched == matched


@settings(max_examples=200)
@given(st.data())
def test_a_stop_sequence_across_tokens_and_characters(data):
    words = st.text("ção é🙂\n", max_size=8)
    stop = data.draw(st.text("ção é🙂\n", min_size=1, max_size=6))
    text = data.draw(words) + stop + data.draw(words)
    ids = [i for piece in split(data.draw, text) for i in tokens(data.draw, piece)]
    detokenizer, filtered = Detokenizer(decode), StopFilter(stop)
    shown = "".join(filtered.push(detokenizer.push(i)) for i in ids)
    assert decode(ids) == text  # another way to cut it into tokens, the same text
    assert shown == text[: text.index(stop)] and filtered.matched == stop and filtered.finish() == ""


def tokens(draw, piece):
    """The piece as the tokenizer cuts it, or byte by byte."""
    if draw(st.booleans()):
        return bpe().encode(piece, add_special_tokens=False).ids
    written = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str(piece)
    return [bpe().token_to_id(byte) for byte in "".join(part for part, _ in written)]


@pytest.mark.parametrize("stop", ["", ["a", ""], [1], None, [None], 3])
def test_a_stop_sequence_that_is_none_is_refused(stop):
    with pytest.raises(ParameterError, match="stop must be non-empty strings"):
        StopFilter(stop)
