"""Draws with memory: what earlier draws leave for the next one. The functions are pure; the loop keeps the memory."""

from dataclasses import dataclass
from math import inf, log, log2

import torch
from torch import Tensor

from .samplers import keep
from .validation import as_logits, check_number, check_probability

WIDTH, PEAK, SHARPNESS = 0.3, 5.0, 10.0  # of adaptive-p, as in llama.cpp


@dataclass(frozen=True)
class Memory:
    """What the draws of one text have left. The defaults stand before the first one.

    Attributes:
        cap: mirostat's μ, the largest surprise that stays, in bits; None before the first draw: 2τ.
        average: adaptive-p's decayed sum of the drawn probabilities and of their weights; None: as if the target had
            always been met.
    """

    cap: float | None = None
    average: tuple[float, float] | None = None


FRESH = Memory()


def mirostat(logits, cap: float, min_tokens_to_keep: int = 1) -> Tensor:
    """Keep {i : −log₂ p_i ≤ μ}, and the tied maxima when none is: the cut of mirostat 2, given its cap μ.

    Args:
        logits: (..., V), the temperature already applied.
        cap: μ in bits, any number; inf cuts nothing.
        min_tokens_to_keep: the most likely ones that stay in any case.

    Engines: llama.cpp's `--mirostat 2`, where it takes the place of every other sampler but the temperature.
    Source: Basu, Ramachandran, Keskar & Varshney (2021), Mirostat; arXiv:2007.14966. llama.cpp: llama_sampler_mirostat_v2.
    """
    logits, cap = as_logits(logits), check_number("mirostat_cap", cap, -inf, inf, "a number")
    return keep(logits, torch.log_softmax(logits.double(), dim=-1) >= -cap * log(2), min_tokens_to_keep)


def next_cap(cap: float, prob: float, tau: float, eta: float) -> float:
    """μ ← μ − η (S − τ), S = −log₂ of the drawn token's probability among those that were left (as llama.cpp has it)."""
    return cap - eta * (-log2(prob) - tau)


def adaptive_p(logits, target: float) -> Tensor:
    """u_i ↦ 5 − 10 d²/(1 + d), d = |p_i − t| / 0.3: the tokens whose probability is near t become the likely ones.

    An impossible token stays so. Of the three constants llama.cpp lets none be set.

    Args:
        logits: (..., V), cut as they will be.
        target: t in [0, 1], for this draw; `next_target` moves it.

    Engines: llama.cpp's `adaptive_p`, last in its chain and only where `--samplers` names it. Source: llama.cpp #17927.
    """
    logits, target = as_logits(logits), check_probability("adaptive_target", target)
    distance = (torch.softmax(logits.double(), dim=-1) - target).abs() / WIDTH
    moved = PEAK - SHARPNESS * distance**2 / (1 + distance)
    return moved.masked_fill(logits == -inf, -inf).to(logits.dtype)


def next_target(memory: Memory, target: float, decay: float) -> float:
    """t = 2 · target − (the average so far), in [0, 1]: above the target after unlikely draws, below it after likely ones."""
    total, weight = memory.average or start_of(target, decay)
    return min(max(2 * target - total / weight, 0.0), 1.0)


def next_average(memory: Memory, prob: float, target: float, decay: float) -> tuple[float, float]:
    """Both sums times the decay, plus the drawn token's probability before adaptive-p, and 1."""
    total, weight = memory.average or start_of(target, decay)
    return prob + decay * total, 1 + decay * weight


def start_of(target: float, decay: float) -> tuple[float, float]:
    return target / (1 - decay), 1 / (1 - decay)
