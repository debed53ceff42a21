"""The rarer cuts: by surprise, by absolute probability, by spread, and the one that removes the likeliest.

As in `core.samplers`: pure functions from logits (..., V) to logits (..., V) with a cut token at −inf; equal logits,
equal fate; at least one token survives; the same inputs and the same errors. Probabilities are softmax(u) in float64.
"""

from collections.abc import Sequence
from math import inf, sqrt

import torch
from torch import Tensor
from torch.special import entr

from .distributions import entropy
from .samplers import ROUNDING, keep
from .validation import (
    as_logits,
    as_reals,
    check_broadcast,
    check_ids,
    check_number,
    check_probability,
    check_rows,
    check_token_ids,
    check_whole,
)

__all__ = ["epsilon_cutoff", "eta_cutoff", "p_less", "top_a", "top_h", "top_n_sigma", "typical_p", "xtc"]


def typical_p(logits, p: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : mass strictly closer to typical than i < p}; closeness is |−ln p_i − H|, H the entropy in nats.

    That is |u_i − E[u]|, E under softmax(u): a difference of logits, which rounds less than one of logarithms does.

    The most likely token can be cut: it is less surprising than the average. p counts as reached at p − 4·2⁻²⁴.

    Args:
        logits: (..., V), the temperature already applied.
        p: in [0, 1]; 1 cuts nothing, 0 keeps the most typical token.
        min_tokens_to_keep: the most typical ones that stay in any case.

    Engines: transformers' `typical_p` (ties kept together, as here); llama.cpp's `typical`, which goes on until the
    mass is above p and not at it.
    Source: Meister, Pimentel, Wiher & Cotterell (2023), Locally Typical Sampling, eq. 9-10.
    """
    logits, p = as_logits(logits), check_probability("typical_p", p)
    u = logits.double() - logits.double().amax(-1, keepdim=True)
    probs = torch.softmax(u, dim=-1)
    deviation = (u - (probs * u.masked_fill(probs == 0, 0)).sum(-1, keepdim=True)).abs()
    ordered, order = deviation.sort(dim=-1)
    cumulative = probs.gather(-1, order).cumsum(-1)
    reached = (cumulative < (inf if p == 1 else p - ROUNDING)).sum(-1, keepdim=True).clamp(max=logits.shape[-1] - 1)
    return keep(logits, deviation <= ordered.gather(-1, reached), min_tokens_to_keep, rank=-deviation)


def epsilon_cutoff(logits, epsilon: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : p_i ≥ ε}, and the tied maxima when none is.

    Args:
        logits: (..., V), the temperature already applied.
        epsilon: in [0, 1]; 0 cuts nothing.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Source: Hewitt, Manning & Liang (2022), Truncation Sampling as Language Model Desmoothing, section 4.
    """
    logits, epsilon = as_logits(logits), check_probability("epsilon_cutoff", epsilon)
    return keep(logits, torch.softmax(logits.double(), dim=-1) >= epsilon, min_tokens_to_keep)


def eta_cutoff(logits, epsilon: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : p_i ≥ η} with η = min(ε, √ε · e^{−H}), H in nats: the flatter the distribution, the lower the bar.

    Args:
        logits: (..., V), the temperature already applied.
        epsilon: in [0, 1]; 0 cuts nothing.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Engines: transformers' `eta_cutoff` is this ε, not η.
    Source: Hewitt, Manning & Liang (2022), section 4, with their α = √ε.
    """
    logits, epsilon = as_logits(logits), check_probability("eta_cutoff", epsilon)
    probs = torch.softmax(logits.double(), dim=-1)
    eta = (sqrt(epsilon) * torch.exp(-entropy(probs, "nats"))).clamp(max=epsilon)
    return keep(logits, probs >= eta.unsqueeze(-1), min_tokens_to_keep)


def top_a(logits, a: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : p_i ≥ a · (max_j p_j)²}: the more certain the model, the more is cut.

    Args:
        logits: (..., V), the temperature already applied.
        a: in [0, 1]; 0 cuts nothing.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Engines: none of the four; KoboldCpp has it. Source: Peng (BlinkDL), RWKV-LM (2022), "top-a sampling".
    """
    logits, a = as_logits(logits), check_probability("top_a", a)
    probs = torch.softmax(logits.double(), dim=-1)
    return keep(logits, probs >= a * probs.amax(-1, keepdim=True) ** 2, min_tokens_to_keep)


def top_h(logits, h: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : Σ −p_j ln p_j over all p_j ≥ p_i is at most h · H(p)}: from the top, as long as their share of H fits.

    Tokens that tie stay or go together, so what is kept never takes more than the share, but for the tied maxima, which
    stay in any case.

    Args:
        logits: (..., V), the temperature already applied.
        h: in [0, 1]; 1 cuts nothing, 0 keeps the tied maxima.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Engines: transformers, after the temperature and before top-k; it looks at the 100 most likely tokens alone, as if
    there were no others, cuts inside a tie and keeps no minimum of tokens.
    Source: Baghaei Potraghloo et al. (2025), Top-H Decoding; arXiv:2509.02510.
    """
    logits, h = as_logits(logits), check_probability("top_h", h)
    ordered = logits.sort(dim=-1, descending=True).values
    shares = entr(torch.softmax(ordered.double(), dim=-1)).cumsum(-1)
    over = shares > (inf if h == 1 else h * shares[..., -1:])
    first_over = over.int().argmax(-1, keepdim=True)
    return keep(logits, (logits > ordered.gather(-1, first_over)) | ~over.any(-1, keepdim=True), min_tokens_to_keep)


def p_less(logits, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : p_i ≥ Σ_j p_j²}: at least as likely as it is that two draws from p agree. There is nothing to set.

    Σ p² is at most the largest p, so the tied maxima always stay; it is e^{−H₂}, with H₂ Rényi's entropy of order 2.

    Args:
        logits: (..., V), the temperature already applied.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Engines: none of the four in the versions read here; in llama.cpp's sampling tests @07e4038.
    Source: Tan, Wu & Howard (2025), p-less Sampling; arXiv:2509.23234.
    """
    logits = as_logits(logits)
    probs = torch.softmax(logits.double(), dim=-1)
    return keep(logits, probs >= probs.square().sum(-1, keepdim=True), min_tokens_to_keep)


def top_n_sigma(logits, n: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : u_i ≥ max u − n·σ}, σ the standard deviation of the possible logits (population, not sample).

    Scaling all logits scales σ too, so the kept set does not depend on the temperature.

    Args:
        logits: (..., V).
        n: ≥ 0; 0 is off, as in llama.cpp.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Source: Tang, Liu, Xu et al. (2024), Top-nσ: Not All Logits Are You Need, Algorithm 1.
    """
    logits, n = as_logits(logits), check_number("top_n_sigma", n, 0, inf, "a number >= 0")
    u = logits.double()
    possible = u > -inf
    gap = _in_reach(u / 2 - u.amax(-1, keepdim=True) / 2, possible)
    many = possible.sum(-1, keepdim=True)
    deviation = gap - gap.masked_fill(~possible, 0).sum(-1, keepdim=True) / many
    sigma = (deviation.masked_fill(~possible, 0).square().sum(-1, keepdim=True) / many).sqrt()
    return keep(logits, gap >= (-n * sigma if 0 < n < inf else -inf), min_tokens_to_keep)


def _in_reach(gap: Tensor, possible: Tensor) -> Tensor:
    """Each row of `gap` times the power of two that brings its largest to [1, 2): squares do not overflow or vanish."""
    largest = gap.masked_fill(~possible, 0).abs().amax(-1, keepdim=True)
    power = torch.where(largest > 0, largest / (2 * torch.frexp(largest).mantissa), 1.0)
    return gap / power


def xtc(
    logits,
    threshold: float,
    probability: float = 1.0,
    u=0.0,
    min_tokens_to_keep: int = 1,
    protected: Sequence[int] = (),
) -> Tensor:
    """Exclude top choices: where u < probability, cut every token likelier than the least likely with p_i ≥ threshold.

    So one token above the threshold survives, and all below it. Fewer than two above it: nothing is cut, hence a
    threshold above 0.5 is off.

    Args:
        logits: (..., V).
        threshold: in [0, 1].
        probability: how often it acts, in [0, 1]; 0 is off.
        u: (...), in [0, 1), the uniform number of each row that decides; 0 acts whenever probability > 0.
        min_tokens_to_keep: a row that would be left with fewer is left alone.
        protected: token ids; a row that would lose one of them is left alone.

    Engines: llama.cpp (after min-p, before the temperature), without protected tokens; text-generation-webui protects
    the line break and end-of-text, as here, and mlx-lm only spares those tokens. Source: p-e-w (2024), text-generation-webui #6335.
    """
    logits, threshold = as_logits(logits), check_probability("xtc_threshold", threshold)
    u = as_reals("u", u).to(logits.device)
    check_rows("u", u, (u >= 0) & (u < 1), "in [0, 1)")
    acts = u < check_probability("xtc_probability", probability)
    above = (torch.softmax(logits.double(), dim=-1) >= threshold) & (logits > -inf)
    least = logits.masked_fill(~above, inf).amin(-1, keepdim=True)
    enough = ((logits <= least) & (logits > -inf)).sum(-1) >= check_whole("min_tokens_to_keep", min_tokens_to_keep, 1)
    check_broadcast("u", acts, enough.shape)
    cut = logits > least
    if protected := check_token_ids("xtc_protected", protected):
        check_ids("xtc_protected", protected, logits.shape[-1])
        enough = enough & ~cut[..., list(protected)].any(-1)
    return logits.masked_fill(cut & (acts & enough).unsqueeze(-1), -inf)
