"""The ordered chain of samplers: what it leaves, the distribution drawn from, and every stage on the way.

Logits are (..., V), as for the samplers. Half precision is raised to float32 once, before the first stage, so that no
stage rounds to three digits. Invalid logits raise `ParameterError`.
"""

from dataclasses import dataclass
from math import inf

import torch
from torch import Tensor

from core import samplers
from core.distributions import effective_choices, entropy, kept_mass, softmax
from core.params import SamplingParams
from core.validation import as_logits, at_least_float32

SAMPLERS = {
    "temperature": samplers.temperature,
    "top_k": samplers.top_k,
    "top_p": samplers.top_p,
    "min_p": samplers.min_p,
}


@dataclass(frozen=True, eq=False)  # == between tensors is a tensor, not an answer
class Stage:
    """The distribution after one stage.

    Attributes:
        name: "logits" for the raw one, otherwise the stage's name.
        logits: (..., V).
        probs: (..., V), softmax(logits).
        kept: (..., V), true where the token is still possible.
        mass_removed: (...), the probability that the tokens cut here had in the previous stage.
        entropy: (...), in bits.
        effective_choices: (...), e^H with H in nats.
    """

    name: str
    logits: Tensor
    probs: Tensor
    kept: Tensor
    mass_removed: Tensor
    entropy: Tensor
    effective_choices: Tensor


def apply(logits, params: SamplingParams) -> Tensor:
    """The logits (..., V) after every stage of `params`, cut tokens at −inf."""
    logits = at_least_float32(as_logits(logits))
    for name in params.stages:
        logits = SAMPLERS[name](logits, getattr(params, name))
    return logits


def probabilities(logits, params: SamplingParams) -> Tensor:
    """The distribution (..., V) that is drawn from: softmax of what the chain leaves."""
    return softmax(apply(logits, params))


def trace(logits, params: SamplingParams) -> list[Stage]:
    """Every stage with its distribution, first the raw one, named "logits". A stage that is off appears unchanged."""
    logits = at_least_float32(as_logits(logits))
    stages = [_stage("logits", logits, softmax(logits))]
    for name in params.stages:
        previous = stages[-1]
        stages.append(_stage(name, SAMPLERS[name](previous.logits, getattr(params, name)), previous.probs))
    return stages


def _stage(name: str, logits: Tensor, previous_probs: Tensor) -> Stage:
    probs, kept = torch.softmax(logits, dim=-1), logits > -inf
    removed = kept_mass(previous_probs, ~kept)
    return Stage(name, logits, probs, kept, removed, entropy(probs), effective_choices(probs))
