"""How long a text gets when it may end at every step, and what it costs.

`end` is the probability that a step draws end-of-text, the same at every step; the lesson on length says how far that
is from a real model. T is the number of steps, the last one included: P(T = t) = q (1 − q)^(t−1), the geometric law.
"""

from collections.abc import Iterable
from math import exp, expm1, inf, log1p

from ..validation import check_number


def survival(end: float, steps: float) -> float:
    """P(T > steps) = (1 − q)^steps."""
    end, steps = _check(end, steps)
    return 1.0 if steps == 0 or end == 0 else 0.0 if end == 1 else exp(steps * log1p(-end))


def expected_length(end: float, limit: float = inf) -> float:
    """E[min(T, L)] = (1 − (1 − q)^L) / q, in tokens: 1/q without a limit, L where the text never ends by itself."""
    end, limit = _check(end, limit)
    if end == 0:
        return limit
    return 1 / end if limit == inf else -expm1(limit * log1p(-end)) / end if end < 1 else min(limit, 1.0)


def path_survival(ends: Iterable[float]) -> list[float]:
    """P(still going) after each step of a path whose steps end with these probabilities: the running ∏ (1 − q_t)."""
    alive, going = [], 1.0
    for end in ends:
        going *= 1 - _check(end, 1)[0]
        alive.append(going)
    return alive


def cost(tokens_in: float, tokens_out: float, price_in: float, price_out: float) -> float:
    """What a request costs, with prices per million tokens, in the prices' currency."""
    given = {"tokens_in": tokens_in, "tokens_out": tokens_out, "price_in": price_in, "price_out": price_out}
    tokens_in, tokens_out, price_in, price_out = (
        check_number(k, v, 0, 1e150, "a number >= 0, at most 1e150") for k, v in given.items()
    )
    return (tokens_in * price_in + tokens_out * price_out) / 1e6


def _check(end: float, steps: float) -> tuple[float, float]:
    return check_number("end", end, 0, 1, "a probability"), check_number("steps", steps, 0, inf, "a number >= 0")
