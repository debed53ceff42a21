"""Learning a byte-pair vocabulary from a handful of words, step by step."""

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

from core.course.bpe import joined, learn
from dashboard.blocks import Case, Derivation, Step
from dashboard.language import t


def merges_by_hand(id: str, title: str, counts: Mapping[str, int], many: int) -> Derivation:
    """The first `many` merges of words that come so many times: the pairs counted, the most frequent one joined."""
    now = {word: list(word) for word in counts}
    steps = [
        Step(
            t(
                pt="Para caber no papel, cada palavra começa em letras, não em bytes; à direita, quantas vezes ela aparece",
                en="To fit on paper, each word begins as letters, not bytes; on the right, how often it occurs",
            ),
            _words(now, counts),
        )
    ]
    made = []
    for n in range(1, many + 1):
        pairs = Counter()
        for word, times in counts.items():
            for pair in pairwise(now[word]):
                pairs[pair] += times
        (best, most), *rest = pairs.most_common(3)
        assert not rest or rest[0][1] < most  # a tie would hide a rule
        shown = [rf"{_pair(pair)} &: {times}" for pair, times in [(best, most), *rest]]
        steps.append(Step(t(pt=f"Rodada {n}: conte os pares de vizinhos; estes são os mais frequentes", en=f"Round {n}: count the pairs of neighbours; these are the most frequent"),
                          r"\begin{aligned}" + r" \\ ".join(shown) + r"\end{aligned}"))  # fmt: skip
        now = {word: joined(parts, best, "".join(best)) for word, parts in now.items()}
        made.append((*best, most))
        steps.append(
            Step(
                t(pt=f"Funda «{''.join(best)}» onde ele aparece", en=f"Merge “{''.join(best)}” wherever it stands"),
                _words(now, counts),
            )
        )
    assert made == learn(counts, many)
    return Derivation(id, title, [Case("", steps)])


def _pair(pair: tuple[str, str]) -> str:
    return r"\,".join(rf"\texttt{{{part}}}" for part in pair)


def _words(now: Mapping[str, list[str]], counts: Mapping[str, int]) -> str:
    rows = [
        r"\;".join(rf"\texttt{{{part}}}" for part in parts) + rf" &\quad \times {counts[word]}"
        for word, parts in now.items()
    ]
    return r"\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}"
