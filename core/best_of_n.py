"""Several answers, one chosen: best of N by a score, and self-consistency by vote."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import inf, log

import torch
from torch import Tensor

from .validation import (
    ParameterError,
    as_masses,
    as_table,
    check_broadcast,
    check_number,
    check_rows,
    check_whole,
)


@dataclass(frozen=True)
class Candidate:
    """One sampled answer: its token ids, and the log-probability (nats) of each under the distribution drawn from."""

    tokens: tuple[int, ...]
    log_probs: tuple[float, ...]


def likelihood(candidate: Candidate) -> float:
    """Σ_t ln p(x_t | x_<t): the log-probability of the whole answer, which favours short ones."""
    return sum(candidate.log_probs)


def length_normalised(candidate: Candidate, alpha: float = 1.0) -> float:
    """Σ_t ln p(x_t | x_<t) / T^α, T tokens; α = 1 is the mean per token. Source: Wu et al. (2016), section 7."""
    alpha = check_number("alpha", alpha, 0, 10, "a number in [0, 10]")
    return likelihood(candidate) / max(len(candidate.tokens), 1) ** alpha


def best_of(candidates: Sequence[Candidate], score: Callable[[Candidate], float] = likelihood) -> Candidate:
    """The candidate with the highest score, the first one among equals; `score` may be any function of a candidate."""
    if not candidates:
        raise ParameterError("candidates", candidates, "at least one candidate")
    return max(candidates, key=score)


def best_of_n(probs, scores, n: int) -> Tensor:
    """Who wins among N independent draws from p: P(i) = F(s_i)^N − F(s_i −)^N.

    F(s) is the probability of a score ≤ s, and F(s −) of a score < s. Outcomes with equal scores share that mass in
    proportion to p, which is what "the first one among equals" (`best_of`) gives.

    Args:
        probs: (..., V), p; rows that add up to 1.
        scores: (..., V) or (V,), finite or −inf.
        n: N ≥ 1, a whole number.

    Returns:
        (..., V), float64.

    Raises:
        ParameterError: n below 1; scores of NaN, +inf or a shape that does not fit; probabilities that are none.

    Source: Hilton & Gao (2022), Measuring Goodhart's law; Beirami et al. (2024), Lemma 1.
    """
    probs, scores, n = as_masses("probs", probs), as_table("scores", scores).double(), check_whole("n", n, 1)
    check_broadcast("scores", scores, probs.shape)
    check_rows("probs", probs.sum(-1), probs.sum(-1) > 0, "with a positive sum")
    highest = scores.amax(-1)
    check_rows("scores", highest, highest < inf, "finite or -inf")  # NaN is below nothing
    probs, scores = (one.contiguous() for one in torch.broadcast_tensors(probs, scores))
    ordered, order = scores.sort(dim=-1)
    cumulative = probs.gather(-1, order).cumsum(-1)
    last = torch.searchsorted(ordered, scores, right=True) - 1
    first = torch.searchsorted(ordered, scores) - 1
    up_to = cumulative.gather(-1, last) / cumulative[..., -1:]
    below = torch.where(first < 0, 0.0, cumulative.gather(-1, first.clamp(min=0)) / cumulative[..., -1:])
    level = torch.zeros_like(probs).scatter_add(-1, first + 1, probs).gather(-1, first + 1)
    return torch.where(level > 0, (up_to**n - below**n) * probs / level.clamp(min=1e-300), 0.0)


def best_of_n_kl_bound(n: int) -> float:
    """KL(best-of-N ‖ p) ≤ ln N − (N−1)/N nats, whatever the score; reached in the limit of many small outcomes.

    Source: Hilton & Gao (2022); proved as an upper bound by Beirami et al. (2024), Theorem 1.
    """
    n = check_whole("n", n, 1)
    return log(n) - (n - 1) / n


@dataclass(frozen=True)
class Vote:
    """The outcome of a majority vote: the winner, its share of the votes in [0, 1], and every answer tied with it."""

    answer: Hashable
    share: float
    tied: tuple[Hashable, ...]


def self_consistency(answers: Iterable[Hashable]) -> Vote:
    """The answer given most often; among equals the one that came first (`tied` names them all).

    Source: Wang et al. (2023), Self-Consistency Improves Chain of Thought Reasoning, section 2.
    """
    counts: dict[Hashable, int] = {}
    for answer in answers:
        counts[answer] = counts.get(answer, 0) + 1
    if not counts:
        raise ParameterError("answers", [], "at least one answer")
    most = max(counts.values())
    tied = tuple(answer for answer, count in counts.items() if count == most)
    return Vote(tied[0], most / sum(counts.values()), tied)
