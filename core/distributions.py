"""Probabilities from logits, and what is measured on a distribution.

The theorems about temperature, one function each, are in `core.course.theorems`.

A distribution is a (..., V) tensor, or anything array-like, whose rows add up to 1 (not checked; negative numbers and
NaN raise `ParameterError`). Measures come back as float64 tensors of shape (...). `unit` is "bits" or "nats".
"""

from math import log

import torch
from torch import Tensor
from torch.special import entr, xlogy

from . import samplers
from .validation import as_bits, as_logits, as_masses, at_least_float32, check_broadcast, check_choice

NATS_PER = {"bits": log(2), "nats": 1.0}


def softmax(logits, temperature: float = 1.0) -> Tensor:
    """p_i = e^{u_i/τ} / Σ_j e^{u_j/τ}, the Gibbs (Boltzmann) distribution.

    Adding a constant to every logit changes nothing, and τ = 1 is the plain softmax (Lemma 3.1 of the temperature lesson). τ = 0 is the limit:
    uniform over the tied maxima. τ = inf is uniform over the possible tokens. A logit at −inf has probability 0.

    Args:
        logits: (..., V); half precision is answered in float32. Sums are in float64: 5,000 terms of float32 are off
            by 10⁻⁶.
        temperature: τ ≥ 0.

    Raises:
        ParameterError: logits with NaN, +inf, a row of −inf only or no token; τ < 0 or not a number.

    Source: Ackley, Hinton & Sejnowski (1985); Hinton, Vinyals & Dean (2015), eq. 1.
    """
    u = samplers.temperature(at_least_float32(as_logits(logits)), temperature)
    return torch.softmax(u, dim=-1, dtype=torch.float64).to(u.dtype)


def entropy(probs, unit: str = "bits") -> Tensor:
    """H(p) = −Σ p_i ln p_i, with 0 ln 0 = 0. Source: Shannon (1948)."""
    return in_unit(entr(as_masses("probs", probs)).sum(-1), unit)


def effective_choices(probs) -> Tensor:
    """e^{H(p)}, H in nats: how many equally likely tokens would be as uncertain (the perplexity of p)."""
    return entropy(probs, "nats").exp()


def kl_divergence(p, q, unit: str = "bits") -> Tensor:
    """KL(p‖q) = Σ p_i ln(p_i/q_i); +inf when q rules out what p allows. Source: Kullback & Leibler (1951)."""
    p, q = _pair(p, q)
    return in_unit((xlogy(p, p) - xlogy(p, q)).sum(-1), unit)


def total_variation(p, q) -> Tensor:
    """TV(p, q) = ½ Σ |p_i − q_i|, in [0, 1]: the largest difference that any event's probability can show."""
    p, q = _pair(p, q)
    return (p - q).abs().sum(-1) / 2


def kept_mass(probs, kept) -> Tensor:
    """P(S) = Σ_{i∈S} p_i, with `kept` (..., V) true on S.

    Cutting p to S and renormalising gives p_S, and P(S) says what that costs (proved in the lessons on top-k and top-p):
    TV(p_S, p) = 1 − P(S) and KL(p_S‖p) = −ln P(S), while KL(p‖p_S) = ∞ as soon as mass is lost. For a nucleus
    P(S) ≥ p, so the cost is at most 1 − p and −ln p; its size is between ⌈p/p_max⌉ and ⌈pV⌉ (without ties); a nucleus
    of a nucleus can be smaller. Min-p with share m keeps at most 1/(m·p_max) tokens.
    """
    probs, kept = as_masses("probs", probs), as_bits("kept", kept)
    check_broadcast("kept", kept, probs.shape)
    return (probs * kept).sum(-1)


def _pair(p, q) -> tuple[Tensor, Tensor]:
    p, q = as_masses("p", p), as_masses("q", q)
    check_broadcast("q", q, p.shape)
    return p, q


def in_unit(nats: Tensor, unit: str) -> Tensor:
    """Information in nats, told in `unit`; an unknown unit raises ParameterError."""
    per = NATS_PER[check_choice("unit", unit, NATS_PER)]
    return nats.clamp(min=0) / per  # rounding alone can make entropy or divergence negative
