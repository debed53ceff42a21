"""How a text, a translation or a judge is scored, one formula each.

Texts are sequences of words or tokens, already cut; `str.split` is a good cut for a page.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, inf, prod, sqrt

from ..validation import ParameterError, check_number, check_whole


def perplexity(log_probs: Sequence[float]) -> float:
    """exp(−(1/T) Σ ln p_t), the geometric mean of 1/p_t over T ≥ 1 tokens.

    Args:
        log_probs: (T,), in nats.

    Source: Jelinek, Mercer, Bahl & Baker (1977).
    """
    if not log_probs:
        raise ParameterError("log_probs", log_probs, "at least one number")
    mean = -fsum(log_probs) / len(log_probs)
    return exp(mean) if mean < 709 else inf  # beyond a float


def clipped_precision(candidate: Sequence[str], references: Sequence[Sequence[str]], n: int) -> tuple[int, int]:
    """(hits, n-grams of the candidate): each n-gram hits at most as often as one reference has it.

    Source: Papineni et al. (2002), section 2.1.
    """
    said = ngrams(candidate, n)
    allowed = Counter()
    for reference in references:
        allowed |= ngrams(reference, n)
    return (said & allowed).total(), said.total()


@dataclass(frozen=True)
class Bleu:
    """A BLEU score in its parts: (hits, n-grams) for n = 1 … N, the brevity penalty, and their product."""

    precisions: tuple[tuple[int, int], ...]
    brevity: float
    score: float


def bleu(candidate: Sequence[str], references: Sequence[Sequence[str]], most: int = 4) -> Bleu:
    """BP · (p_1 … p_N)^{1/N}, with p_n the clipped precision and BP = min(1, e^{1 − r/c}).

    c is the candidate's length and r that of the reference nearest in length (the shorter one, of two). Without smoothing:
    one p_n = 0 makes the score 0, which is why BLEU was defined over a whole test set.

    Args:
        candidate: at least `most` words.

    Raises:
        ParameterError: a candidate shorter than `most`, or no reference.

    Source: Papineni et al. (2002).
    """
    if len(candidate) < most or not references:
        raise ParameterError("candidate", list(candidate), f"at least {most} words, beside at least one reference")
    precisions = tuple(clipped_precision(candidate, references, n) for n in range(1, most + 1))
    c = len(candidate)
    r = min((len(one) for one in references), key=lambda length: (abs(length - c), length))
    brevity = min(1.0, exp(1 - r / c))
    return Bleu(precisions, brevity, brevity * prod(hits / total for hits, total in precisions) ** (1 / most))


@dataclass(frozen=True)
class Rouge:
    """Precision and recall of an overlap, and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def rouge_n(candidate: Sequence[str], reference: Sequence[str], n: int) -> Rouge:
    """Shared n-grams over those of the candidate (precision) and of the reference (recall). Source: Lin (2004), ROUGE-N."""
    said, wanted = ngrams(candidate, n), ngrams(reference, n)
    hits = (said & wanted).total()
    return Rouge(hits / max(1, said.total()), hits / max(1, wanted.total()))


def rouge_l(candidate: Sequence[str], reference: Sequence[str]) -> Rouge:
    """The same with the longest common subsequence for the hits: words in order, with gaps. Source: Lin (2004), ROUGE-L."""
    row = [0] * (len(reference) + 1)
    for word in candidate:
        above = row
        row = [0]
        for j, other in enumerate(reference):
            row.append(above[j] + 1 if word == other else max(above[j + 1], row[j]))
    return Rouge(row[-1] / max(1, len(candidate)), row[-1] / max(1, len(reference)))


def ngrams(words: Sequence[str], n: int) -> Counter:
    """How often each run of n words comes."""
    return Counter(zip(*(words[i:] for i in range(n)), strict=False))


@dataclass(frozen=True)
class Agreement:
    """Two raters on the same items: how often they agree, how often they would by chance, and κ."""

    observed: float
    chance: float

    @property
    def kappa(self) -> float:
        return (self.observed - self.chance) / (1 - self.chance)


def cohen_kappa(table: Sequence[Sequence[float]]) -> Agreement:
    """κ = (p_o − p_e)/(1 − p_e), with p_o the diagonal and p_e what independent raters with the same margins would share.

    Args:
        table: (K, K), how many items the first rater put in the row's class and the second in the column's.

    Raises:
        ParameterError: not square, negative, or all items in one class for both (p_e = 1, and κ is 0/0).

    Source: Cohen (1960).
    """
    total = fsum(fsum(row) for row in table)
    if any(len(row) != len(table) or min(row) < 0 for row in table) or total <= 0:
        raise ParameterError("table", table, "square, with counts >= 0 that are not all 0")
    observed = fsum(table[i][i] for i in range(len(table))) / total
    rows, columns = [fsum(row) for row in table], [fsum(column) for column in zip(*table, strict=True)]
    chance = fsum(a * b for a, b in zip(rows, columns, strict=True)) / total**2
    if chance >= 1:
        raise ParameterError("table", table, "with both raters using more than one class")
    return Agreement(observed, chance)


def wilson_interval(hits: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The shares that `hits` out of n independent answers leave possible, a score interval; z = 1.96 is 95%.

    The ends solve |hits/n − p| = z √(p(1 − p)/n), so they stay inside [0, 1] and have width even at 0 and at n hits.

    Source: Wilson (1927).
    """
    n = check_whole("n", n, 1)
    hits = check_whole("hits", hits, 0)
    if hits > n:
        raise ParameterError("hits", hits, f"at most {n}")
    z = check_number("z", z, 0, 1e6, "a finite number >= 0")
    share = hits / n
    middle, reach = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = ((middle + side * reach) / (1 + z * z / n) for side in (-1, 1))
    return 0.0 if hits == 0 else low, 1.0 if hits == n else high
