"""Byte-level byte-pair encoding, written to be read: the same merges as the `tokenizers` library, one at a time.

A text is put in NFC, cut into words by GPT-2's rule, and each word into its bytes. Then, as long as a pair of neighbours
has a merge, the one learnt first is carried out wherever it stands. Token ids count as the library's trainer counts:
0 for end of text, the 256 bytes in the order of the library's alphabet, then one token per merge.

Sources: Gage (1994); Sennrich, Haddow & Birch (2016), arXiv:1508.07909; Radford et al. (2019), on bytes and on words.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

from ..validation import ParameterError, check_text

_VISIBLE = [*range(33, 127), *range(161, 173), *range(174, 256)]  # bytes that the library writes as themselves
BYTES = bytes([*_VISIBLE, *(b for b in range(256) if b not in _VISIBLE)])  # id − 1: the byte
LETTERS = {byte: chr(byte if byte in _VISIBLE else 256 + i - len(_VISIBLE)) for i, byte in enumerate(BYTES)}
WORD = re.compile(r" ?L+| ?N+| ?[^LN\s]+|\s+(?!\S)|\s+")  # over kinds of characters, see `words`
ENDINGS = re.compile("'s|'t|'re|'ve|'m|'ll|'d")


def words(text: str) -> list[str]:
    """GPT-2's cut: letters, digits, or other marks, each with one space before it; English endings such as 's; spaces.

    No merge crosses from one of these into the next. Joined together they are the text.
    """
    kinds = "".join(_kind(character) for character in text)
    cut, at = [], 0
    while at < len(text):
        found = ENDINGS.match(text, at) or WORD.match(kinds, at)
        cut.append(text[at : found.end()])
        at = found.end()
    return cut


def normal(text: str) -> str:
    """The text in NFC; half of a surrogate pair, which has no bytes, raises ParameterError."""
    return unicodedata.normalize("NFC", check_text("text", text))


@lru_cache(4096)
def _kind(character: str) -> str:
    if character.isspace() and character not in "\x1c\x1d\x1e\x1f":  # Unicode's White_Space
        return " " if character == " " else "\t"
    major = unicodedata.category(character)[0]
    return major if major in "LN" else "."


class BPE:
    """A vocabulary: its merges as pairs of token ids, in the order they were learnt.

    Raises:
        ParameterError: a merge of a token that does not exist before it.
    """

    def __init__(self, merges: Sequence[tuple[int, int]]):
        self.tokens = [b"", *(bytes([byte]) for byte in BYTES)]
        for a, b in merges:
            if not 0 < a < len(self.tokens) or not 0 < b < len(self.tokens):
                raise ParameterError(
                    "merges", (a, b), f"made of tokens 1 to {len(self.tokens) - 1} at place {len(self.tokens) - 257}"
                )
            self.tokens.append(self.tokens[a] + self.tokens[b])
        self.merges = [tuple(pair) for pair in merges]
        self.rank = {pair: rank for rank, pair in enumerate(self.merges)}
        self._encode_word = lru_cache(65536)(self._word)

    @classmethod
    def from_json(cls, tokenizer: Mapping) -> "BPE":
        """From a parsed `tokenizer.json` of `core.training.tokenizer`."""
        vocab = tokenizer["model"]["vocab"]
        return cls([(vocab[a], vocab[b]) for a, b in tokenizer["model"]["merges"]])

    @cached_property
    def first(self) -> dict[int, int]:
        """The id of each byte."""
        return {byte: i + 1 for i, byte in enumerate(BYTES)}

    def steps(self, text: str) -> list[list[list[int]]]:
        """Every stage of the text, as the ids of each word: the bytes, then one merge per stage, the earliest learnt first."""
        now = [[self.first[byte] for byte in word.encode()] for word in words(normal(text))]
        stages = [now]
        while pairs := {pair for word in now for pair in pairwise(word) if pair in self.rank}:
            best = min(pairs, key=self.rank.__getitem__)
            now = [joined(word, best, 257 + self.rank[best]) for word in now]
            stages.append(now)
        return stages

    def encode(self, text: str) -> list[int]:
        """The token ids of a text, which may be empty. Words are merged apart, which gives the last of `steps`."""
        return [i for word in words(normal(text)) for i in self._encode_word(word)]

    def _word(self, word: str) -> tuple[int, ...]:
        ids = [self.first[byte] for byte in word.encode()]
        while pairs := [pair for pair in pairwise(ids) if pair in self.rank]:
            best = min(pairs, key=self.rank.__getitem__)
            ids = joined(ids, best, 257 + self.rank[best])
        return tuple(ids)

    def tokens_at(self, text: str, sizes: Sequence[int]) -> list[int]:
        """How many tokens the text has in each smaller vocabulary: the first `size` tokens of this one, 257 at least.

        A merge makes a token that only later merges use, so the merges of a word come in the order they were learnt, and
        a smaller vocabulary stops on the same way.
        """
        spared = Counter()  # by rank
        total = 0
        for word, times in Counter(words(normal(text))).items():
            ids = [self.first[byte] for byte in word.encode()]
            total += times * len(ids)
            while pairs := [pair for pair in pairwise(ids) if pair in self.rank]:
                best = min(pairs, key=self.rank.__getitem__)
                fewer = joined(ids, best, 257 + self.rank[best])
                spared[self.rank[best]] += times * (len(ids) - len(fewer))
                ids = fewer
        return [total - sum(many for rank, many in spared.items() if rank < size - 257) for size in sizes]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of the ids; bytes that make no whole character come out as U+FFFD."""
        return b"".join(self.tokens[i] for i in ids).decode(errors="replace")


def joined(ids: Sequence[int], pair: tuple[int, int], token: int) -> list[int]:
    """`ids` with every occurrence of `pair` replaced by `token`, from left to right."""
    out: list[int] = []
    at = 0
    while at < len(ids):
        here = tuple(ids[at : at + 2]) == pair
        out.append(token if here else ids[at])
        at += 2 if here else 1
    return out


def learn(counts: Mapping[str, int], most: int) -> list[tuple[str, str, int]]:
    """The first merges of a training text, given how often each of its words comes: (left, right, how often the pair came).

    Of pairs equally frequent, the first in the order of the word list is taken. Stops early when no pair comes twice.
    """
    now = {word: list(word) for word in counts}
    merges = []
    for _ in range(most):
        pairs = Counter()
        for word, times in counts.items():
            for pair in pairwise(now[word]):
                pairs[pair] += times
        best = max(pairs, key=pairs.__getitem__, default=None)
        if best is None or pairs[best] < 2:
            break
        merges.append((*best, pairs[best]))
        now = {word: joined(parts, best, "".join(best)) for word, parts in now.items()}
    return merges
