"""The samplers: pure functions from logits (..., V) to logits (..., V), a cut token at −inf.

Equal logits, equal fate: a cut is a threshold on values, never on positions, so tied tokens stay or go together and
permuting the vocabulary permutes the result. At least one token always survives.

Logits are a tensor of any leading shape, whose dtype is kept, or anything array-like (lists, NumPy), which becomes a
float64 tensor. The input is never modified. Every function raises `ParameterError` (a `ValueError`) for logits with
NaN, +inf, a row of −inf only or no token at all, and for a parameter outside its range.
"""

from math import inf, log

import torch
from torch import Tensor

from .validation import as_logits, at_least_float32, check_probability, check_temperature, check_whole

ROUNDING = 4 * 2**-24  # how far a sum of float32 masses may fall short of p and still have reached it


def temperature(logits, temperature: float) -> Tensor:
    """u_i ↦ (u_i − max u) / τ.

    Subtracting the maximum changes no probability and keeps a tiny τ from overflowing. τ = 1 returns the logits as
    they are. τ = 0 is the limit τ → 0⁺: the tied maxima at 0, the others at −inf. τ = inf is the limit τ → ∞: every
    possible token at 0. A logit at −inf stays there at every τ.

    Args:
        logits: (..., V).
        temperature: τ ≥ 0, in the logits' own unit (nats).

    Source: the Gibbs distribution; Ackley, Hinton & Sejnowski (1985); Hinton, Vinyals & Dean (2015), eq. 1.
    """
    logits, tau = as_logits(logits), check_temperature(temperature)
    if tau == 1:
        return logits.clone()
    u = at_least_float32(logits)
    gap = (u - u.amax(-1, keepdim=True)).clamp(min=torch.finfo(u.dtype).min)  # finite, so that gap / inf is 0
    scaled = (gap / tau).masked_fill(gap == 0, 0)  # 0 / 0 at τ = 0
    return scaled.masked_fill(u == -inf, -inf).to(logits.dtype)


def greedy(logits) -> Tensor:
    """Keep the largest logit only, the first one among equals: the one rule here that looks at positions.

    τ = 0 is the limit without that choice: uniform over the tied maxima.

    Args:
        logits: (..., V).

    Engines: transformers' `do_sample=False`; what vLLM and llama.cpp do at τ = 0.
    """
    logits = as_logits(logits)
    first = logits.argmax(-1, keepdim=True)
    return torch.full_like(logits, -inf).scatter(-1, first, logits.gather(-1, first))


def top_k(logits, k: int, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : u_i ≥ the k-th largest logit}: k tokens, or more when others tie with the k-th.

    Args:
        logits: (..., V).
        k: a whole number ≥ 0; 0 and anything above V cut nothing.
        min_tokens_to_keep: a smaller k is raised to it.

    Engines: exactly k by position in llama.cpp; all ties in transformers and in vLLM's torch path, as here.
    Source: Fan, Lewis & Dauphin (2018), section 5.
    """
    logits, k = as_logits(logits), check_whole("top_k", k)
    at_least = check_whole("min_tokens_to_keep", min_tokens_to_keep, 1)
    return keep(logits, torch.zeros_like(logits, dtype=torch.bool), max(k or logits.shape[-1], at_least))


def top_p(logits, p: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep the nucleus {i : mass strictly above u_i < p}, masses under softmax(u).

    So the token that crosses p stays, and ties stay together. Masses add up in float64, and p counts as reached at
    p − 4·2⁻²⁴.

    Args:
        logits: (..., V), the temperature already applied.
        p: in [0, 1]; 1 cuts nothing, 0 keeps the tied maxima.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Engines: transformers, vLLM's torch path, llama.cpp and mlx-lm cut inside a tie, by the luck of their sort;
    FlashInfer keeps ties together, as here.
    Source: Holtzman, Buys, Du, Forbes & Choi (2020), section 3.1, eq. 2-3.
    """
    logits, p = as_logits(logits), check_probability("top_p", p)
    ordered = logits.sort(dim=-1, descending=True).values
    probs = torch.softmax(ordered.double(), dim=-1)
    mass_above = probs.cumsum(-1) - probs
    kept = mass_above < (inf if p == 1 else p - ROUNDING)
    last_kept = kept.sum(-1, keepdim=True).clamp(min=1) - 1
    return keep(logits, logits >= ordered.gather(-1, last_kept), min_tokens_to_keep)


def min_p(logits, p: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : p_i ≥ p · max_j p_j} = {i : u_i ≥ max u + ln p}: a threshold on logits, no normaliser needed.

    Args:
        logits: (..., V), the temperature already applied.
        p: the share of the largest probability, in [0, 1]; 0 cuts nothing, 1 keeps the tied maxima.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Engines: before top-k and top-p in vLLM, after them in transformers and llama.cpp; before the temperature there.
    Source: Nguyen et al. (2024), Algorithm 1.
    """
    logits, p = as_logits(logits), check_probability("min_p", p)
    u = logits.double()
    return keep(logits, u - u.amax(-1, keepdim=True) >= (log(p) if p else -inf), min_tokens_to_keep)


def keep(logits: Tensor, kept: Tensor, at_least: int = 1, rank: Tensor | None = None) -> Tensor:
    """The logits with everything outside `kept` at −inf, but for the `at_least` first by `rank` (and their equals).

    Args:
        logits: (..., V), checked.
        kept: (..., V), true where a token stays.
        at_least: a whole number ≥ 1.
        rank: (..., V), the logits themselves by default.
    """
    at_least = min(check_whole("min_tokens_to_keep", at_least, 1), logits.shape[-1])
    rank = logits if rank is None else rank
    last = rank.topk(at_least, dim=-1).values[..., -1:] if at_least > 1 else rank.amax(-1, keepdim=True)
    return logits.masked_fill(~kept & (rank < last), -inf)
