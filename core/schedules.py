"""Temperatures that move: with the model's uncertainty, or with the step.

What either preserves (Lemma 10.1): at each step every token sees one and the same τ ≥ 0, so ranks never change, ties
stay ties, and top-k keeps the same tokens; only how far apart they are does.
"""

from dataclasses import dataclass
from math import cos, inf, log, pi

import torch
from torch import Tensor

from .distributions import entropy
from .samplers import temperature
from .validation import ParameterError, as_logits, check_choice, check_number, check_temperature, check_whole

SHAPES = {"linear": lambda x: x, "cosine": lambda x: (1 - cos(pi * x)) / 2}


def dynamic_temperature(logits, low: float, high: float, exponent: float = 1.0) -> Tensor:
    """u_i ↦ (u_i − max u) / τ with τ = low + (high − low)·(H / ln V)^exponent: cold where the model is sure.

    H is the entropy of softmax(u) in nats and V the number of possible tokens, one τ per row. A row with one possible
    token takes τ = low.

    Args:
        logits: (..., V).
        low, high: 0 ≤ low ≤ high < inf.
        exponent: ≥ 0.

    Raises:
        ParameterError: as `core.samplers`; low above high; a negative exponent.

    Engines: llama.cpp's dynatemp, with low = max(0, temp − range) and high = temp + range, last in its chain. After
    top-nσ its V is that of all candidates: what top-nσ cuts stays among them, at −inf.
    Source: kalomaze (2023), Dynamic Temperature; llama.cpp #4972.
    """
    logits, taus = as_logits(logits), entropy_temperature(logits, low, high, exponent)
    flat = logits.reshape(-1, logits.shape[-1])
    rows = [temperature(row, tau) for row, tau in zip(flat, taus.flatten().tolist(), strict=True)]
    return torch.stack(rows).reshape(logits.shape) if rows else logits.clone()


def entropy_temperature(logits, low: float, high: float, exponent: float = 1.0) -> Tensor:
    """The τ (...) float64 that `dynamic_temperature` finds for each row of logits (..., V); raises what it raises."""
    logits = as_logits(logits)
    high = check_number("high", high, 0, 1.7e308, "a finite number >= 0")
    low = check_number("low", low, 0, high, "a number in [0, high]")
    exponent = check_number("exponent", exponent, 0, inf, "a number >= 0")
    possible = (logits > -inf).sum(-1)
    share = entropy(torch.softmax(logits.double(), dim=-1), "nats") / possible.double().log().clamp(min=log(2))
    return low + (high - low) * torch.where(possible > 1, share.clamp(max=1), 0.0) ** exponent


@dataclass(frozen=True)
class Schedule:
    """τ_t for step t = 0, 1, …: from `start` to `end` in `steps` steps, and `end` from there on.

    Attributes:
        start: τ_0 ≥ 0.
        end: τ_t for t ≥ steps, or None for a constant.
        steps: a whole number ≥ 0.
        shape: "linear", or "cosine" (slow at both ends).

    Raises:
        ParameterError: a value outside its range; a schedule of infinite ends that moves.
    """

    start: float
    end: float | None = None
    steps: int = 0
    shape: str = "linear"

    def __post_init__(self):
        start = check_temperature(self.start)
        end = start if self.end is None else check_temperature(self.end)
        if start != end and inf in (start, end):
            raise ParameterError("end", end, "finite, like start, unless the temperature is constant")
        checked = (start, end, check_whole("steps", self.steps), check_choice("shape", self.shape, SHAPES))
        for name, value in zip(("start", "end", "steps", "shape"), checked, strict=True):
            object.__setattr__(self, name, value)  # the class is frozen

    def at(self, step: int) -> float:
        """τ_t = start + (end − start)·shape(t / steps), for the step t ≥ 0."""
        if check_whole("step", step) >= self.steps or self.start == self.end:
            return self.end
        return self.start + (self.end - self.start) * SHAPES[self.shape](step / self.steps)
