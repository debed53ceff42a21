"""What temperature and cuts do to a distribution: the theorems, one function each, beside the exact quantities.

Notation: u the logits of one row, p_τ = softmax(u/τ), V the number of possible tokens (finite logits; a token at −inf
is outside every statement), m the number of maxima, Δ the gap from the maximum to the next distinct logit, R the range
max u − min u. Logits are (..., V), as for the samplers; results are float64 of shape (...) unless stated otherwise.
Every function raises `ParameterError` for invalid logits or a temperature that is not ≥ 0, and takes its limit at
τ = 0 and τ = inf. Softmax with temperature: Ackley, Hinton & Sejnowski (1985); Hinton, Vinyals & Dean (2015).
"""

from math import inf, log

import torch
from torch import Tensor

from ..distributions import in_unit, kept_mass, softmax, total_variation
from ..samplers import ROUNDING
from ..validation import as_bits, as_logits, check_number, check_probability, check_temperature


def possible_count(logits) -> Tensor:
    """V, the number of possible tokens: those with a finite logit (int64)."""
    return (as_logits(logits) > -inf).sum(-1)


def argmax_count(logits) -> Tensor:
    """m, the number of tokens that share the largest logit (int64)."""
    return _is_maximum(as_logits(logits)).sum(-1)


def argmax_gap(logits) -> Tensor:
    """Δ, from the largest logit to the next distinct finite one; +inf if there is none."""
    u = as_logits(logits).double()
    return u.amax(-1) - u.masked_fill(_is_maximum(u), -inf).amax(-1)


def logit_range(logits) -> Tensor:
    """R = max u − min u over the finite logits."""
    u = as_logits(logits).double()
    return u.amax(-1) - u.masked_fill(u == -inf, inf).amin(-1)


def cold_miss(logits, temperature: float) -> Tensor:
    """1 − P_τ(argmax set): the probability that a draw is not one of the maxima, exactly."""
    u = as_logits(logits).double()
    return softmax(u, temperature).masked_fill(_is_maximum(u), 0).sum(-1)  # 1 − P would cancel


def cold_miss_bound(logits, temperature: float) -> Tensor:
    """1 − P_τ(argmax set) ≤ (V−m)e^{−Δ/τ} / (m + (V−m)e^{−Δ/τ}), for every τ.

    It goes to 0 with τ, so the limit is uniform over the m maxima. Tight when all other logits are equal.
    Proved in the temperature lesson (Proposition 3.3).
    """
    m, others = argmax_count(logits), possible_count(logits) - argmax_count(logits)
    weight = others * torch.exp(-_over(argmax_gap(logits), temperature))
    return torch.where(others > 0, weight / (m + weight), 0.0)


def cold_temperature(logits, miss: float) -> Tensor:
    """Cold enough: τ ≤ Δ / ln((V−m)/(m ε)) implies 1 − P_τ(argmax set) ≤ ε; this is the right-hand side.

    `miss` is ε in [0, 1]. +inf where every temperature is cold enough (V = m, or (V−m)/m ≤ ε).
    Proved in the temperature lesson (a corollary of Proposition 3.3).
    """
    m, others = argmax_count(logits), possible_count(logits) - argmax_count(logits)
    needed = torch.log(others.double() / (m.double() * check_probability("miss", miss)))
    return torch.where(needed > 0, argmax_gap(logits) / needed, inf)


def hot_distance(logits, temperature: float) -> Tensor:
    """TV(p_τ, uniform over the possible tokens), exactly."""
    u = as_logits(logits).double()
    return total_variation(softmax(u, temperature), softmax(u, inf))


def hot_distance_bound(logits, temperature: float) -> Tensor:
    """TV(p_τ, uniform) ≤ tanh(R/(4τ)) ≤ R/(4τ), for every τ.

    Reached when a fraction 1/(1 + e^{R/(2τ)}) of the tokens is at the maximum and the rest at the minimum.
    Proved in the temperature lesson (Proposition 3.4).
    """
    return torch.tanh(_over(logit_range(logits), temperature) / 4)


def hot_entropy_gap_bound(logits, temperature: float, unit: str = "bits") -> Tensor:
    """0 ≤ ln V − H(p_τ) ≤ R²/(8τ²) nats, for every τ. Proved in the temperature lesson (Proposition 3.4)."""
    return in_unit(_over(logit_range(logits), temperature) ** 2 / 8, unit)


def largest_odds(logits, temperature: float) -> Tensor:
    """max_i p_i / min_i p_i = e^{R/τ} over the possible tokens; more generally p_i/p_j = e^{(u_i−u_j)/τ}."""
    return torch.exp(_over(logit_range(logits), temperature))


def entropy_slope(logits, temperature: float, unit: str = "bits") -> Tensor:
    """dH/dτ = Var_{p_τ}(u)/τ³ ≥ 0, strictly positive unless all possible logits are equal; in `unit` per unit of τ.

    The thermodynamic identity of energy fluctuations (Gibbs, 1902); proved in the temperature lesson (Theorem 3.2).
    """
    p, deviation = _deviations(logits, temperature)
    return in_unit(_over((p * deviation**2).sum(-1), temperature), unit)  # Var(u/τ)/τ: τ³ would underflow


def largest_slope(logits, temperature: float = 1.0) -> Tensor:
    """max |∂p_i/∂x_j| over all i and j, x = u/τ: the steepest that this softmax can react, p_i (1 − p_i) at most 1/4.

    With one maximum it is at most 1 − P_τ(argmax), hence at most `cold_miss_bound`: a saturated softmax passes on almost
    no gradient. Proved in the attention lesson (Proposition 2).
    """
    p, miss = softmax(as_logits(logits).double(), temperature), cold_miss(logits, temperature)
    return torch.where(p.amax(-1) > 0.5, miss * (1 - miss), (p * (1 - p)).amax(-1))  # near 1, 1 − p would cancel


def probability_slope(logits, temperature: float) -> Tensor:
    """dp_i/dτ = p_i (E_{p_τ}[u] − u_i)/τ², of shape (..., V).

    A token gains while its logit is below the mean: the maxima only lose, and every other token's probability peaks at
    the τ where the mean passes its logit. Proved in the temperature lesson (Theorem 3.2).
    """
    p, deviation = _deviations(logits, temperature)
    return _over(-p * deviation, temperature)


def continuity_bound(logits, a: float, b: float) -> Tensor:
    """TV(p_a, p_b) ≤ tanh(R·|1/a − 1/b|/4), for any two temperatures a and b.

    The argument of Proposition 3.4 in the temperature lesson, with p_b in the place of the uniform distribution.
    """
    span = logit_range(logits)
    if check_temperature(a) == check_temperature(b):
        return torch.zeros_like(span)
    difference = _over(span, a) - _over(span, b)
    return torch.tanh(difference.nan_to_num(nan=inf).abs() / 4)  # inf − inf, two tiny temperatures: TV ≤ 1 is left


def cut_cost(probs, kept, unit: str = "bits") -> tuple[Tensor, Tensor]:
    """(TV(p_S, p), KL(p_S‖p)) = (1 − P(S), −ln P(S)): what cutting p to S and renormalising costs, exactly.

    Args:
        probs: (..., V), p.
        kept: (..., V), true on S, which has some mass.
    """
    kept = as_bits("kept", kept)
    lost = kept_mass(probs, ~kept)  # 1 − P(S) would cancel
    return lost, in_unit(-torch.log(kept_mass(probs, kept)), unit)


def nucleus_kl_bound(p: float, unit: str = "bits") -> Tensor:
    """KL(p_S‖p) ≤ −ln p for the nucleus S of mass p (and TV ≤ 1 − p), up to the rounding of "reached p"."""
    return in_unit(-torch.log(torch.tensor(check_probability("top_p", p), dtype=torch.float64)), unit)


def nucleus_size_bounds(logits, p: float) -> tuple[Tensor, Tensor]:
    """⌈p/p_max⌉ ≤ size ≤ ⌈p·V⌉ for the nucleus of p ∈ (0, 1] (int64, both), p_max the largest probability.

    Without ties. A tie at the cut stays whole, and only the lower bound holds. p counts as reached 4·2⁻²⁴ early.
    """
    p = max(check_probability("top_p", p) - ROUNDING, 0.0)
    p_max = softmax(as_logits(logits).double()).amax(-1)
    fewest = torch.ceil(p / p_max * (1 - 1e-12)).clamp(min=1).long()
    return fewest, torch.ceil(p * possible_count(logits).double() * (1 + 1e-12)).clamp(min=1).long()


def min_p_threshold(logits, m: float, temperature: float = 1.0) -> Tensor:
    """max u + τ ln m: min-p with share m ∈ [0, 1] after temperature τ keeps {u ≥ this}.

    Whatever m is, at τ = 0 that is max u, since only the maxima are left to cut, and at τ = inf it is −inf, since all
    possible tokens are equal there.
    """
    share, tau = check_probability("min_p", m), check_temperature(temperature)
    top = as_logits(logits).double().amax(-1)
    if tau == 0:
        return top
    return top + (tau * log(share) if share and tau < inf else -inf)


def min_p_count_bound(logits, m: float) -> Tensor:
    """Min-p with share m ∈ (0, 1] keeps at most 1/(m · p_max) tokens: each has at least m · p_max, and all add up to 1."""
    return 1 / (check_probability("min_p", m) * softmax(as_logits(logits).double()).amax(-1))


def quantisation_distance_bound(error: float, temperature: float) -> float:
    """Logits that are off by at most d, ‖Δu‖∞ ≤ d: TV ≤ tanh(d/(2τ)). What bfloat16 can do to a distribution."""
    return torch.tanh(_quantum(error, temperature) / 2).item()


def quantisation_kl_bound(error: float, temperature: float, unit: str = "bits") -> float:
    """‖Δu‖∞ ≤ d: KL ≤ d²/(2τ²) nats, in either direction (Hoeffding's lemma)."""
    return in_unit(_quantum(error, temperature) ** 2 / 2, unit).item()


def _quantum(error: float, temperature: float) -> Tensor:
    return _over(torch.tensor(check_number("error", error, 0, inf, "a number >= 0"), dtype=torch.float64), temperature)


def _is_maximum(u: Tensor) -> Tensor:
    return u == u.amax(-1, keepdim=True)


def _over(numerator: Tensor, temperature: float) -> Tensor:
    """numerator / τ with 0/0 = 0, equal logits stay equal in the limit τ → 0, and 0 at τ = inf, however far they are apart."""
    tau = check_temperature(temperature)
    return torch.zeros_like(numerator) if tau == inf else torch.where(numerator == 0, 0.0, numerator / tau)


def _deviations(logits, temperature: float) -> tuple[Tensor, Tensor]:
    """p_τ and u_i/τ − E[u/τ], both (..., V); a token of probability 0 counts as the mean."""
    u = as_logits(logits).double()
    p = softmax(u, temperature)
    gap = u / 2 - u.amax(-1, keepdim=True) / 2  # in halves, so that no difference of two numbers overflows
    x = 2 * _over(gap.masked_fill(p == 0, 0), temperature)
    return p, (x - (p * x).sum(-1, keepdim=True)).masked_fill(p == 0, 0)
