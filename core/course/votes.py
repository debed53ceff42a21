"""How often a vote is right, exactly: the majority of N independent answers, and the most frequent one among several."""

from collections.abc import Sequence
from math import comb, factorial, fsum

import numpy as np

from ..validation import ParameterError, check_probability, check_whole


def majority(p: float, n: int) -> float:
    """The probability that most of N independent answers are right, each with probability p; a tie counts a half.

    Σ_{k > N/2} C(N, k) p^k (1 − p)^{N−k}, plus half of the term k = N/2 where N is even.

    Args:
        p: in [0, 1].
        n: N ≥ 1, a whole number, at most 1,000 (binomials of larger ones are beyond a float).

    Source: Condorcet (1785), Essai sur l'application de l'analyse à la probabilité des décisions.
    """
    p, n = check_probability("p", p), check_whole("n", n, 1)
    if n > 1000:
        raise ParameterError("n", n, "at most 1000")
    terms = (comb(n, k) * p**k * (1 - p) ** (n - k) * (1 if 2 * k > n else 0.5) for k in range((n + 1) // 2, n + 1))
    return min(1.0, fsum(terms))


def plurality(probs: Sequence[float], n: int) -> float:
    """The probability that the first of several answers gets the most of N independent votes.

    Ties for the most votes are settled by lot among those tied. With two answers this is `majority(probs[0], n)`.

    Args:
        probs: (A,), the probability of each answer; they add up to 1.
        n: N ≥ 1, a whole number, at most 60 (factorials of larger ones lose the digits).

    Source: the self-consistency of Wang et al. (2023), section 2, as a multinomial.
    """
    n = check_whole("n", n, 1)
    probs = [check_probability("probs", p) for p in probs]
    if n > 60 or not probs or abs(fsum(probs) - 1) > 1e-9:
        raise ParameterError("probs", probs, "probabilities that add up to 1, with n at most 60")
    first, *others = probs
    total = 0.0
    for k in range(1, n + 1):
        # ways[t] is a polynomial in x: the others' votes, t of them with exactly k and the rest with fewer
        ways = [np.ones(1)]
        for q in others:
            fewer = np.array([q**j / factorial(j) for j in range(k)])
            exactly = np.zeros(k + 1)
            exactly[k] = q**k / factorial(k)
            grown = [_product(one, fewer, n - k) for one in ways] + [np.zeros(1)]
            for t, one in enumerate(ways):
                grown[t + 1] = _sum(grown[t + 1], _product(one, exactly, n - k))
            ways = grown
        left = fsum(one[n - k] / (t + 1) for t, one in enumerate(ways) if len(one) > n - k)
        total += first**k / factorial(k) * left
    return min(1.0, total * factorial(n))


def _product(a: np.ndarray, b: np.ndarray, degree: int) -> np.ndarray:
    return np.convolve(a, b)[: degree + 1]


def _sum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.polynomial.polynomial.polyadd(a, b)
