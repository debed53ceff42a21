"""Sampling from a language model's logits, written to be read.

Logits come from any model, as a tensor, a list or a NumPy array of shape (..., V):

    from core import SamplingParams, probabilities, sample, trace

    params = SamplingParams(temperature=0.8, top_k=50, top_p=0.95)
    probabilities(logits, params)            # (..., V): the distribution that is drawn from
    trace(logits, params)                    # every stage on the way
    sample(logits, params, generator=7)      # (...): token ids, the same for the same seed
"""

import os

# Before torch is imported: idle OpenMP threads that spin make every parallel region wait when the machine is shared.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from core.chain import Stage, apply, probabilities, trace
from core.distributions import effective_choices, entropy, kept_mass, kl_divergence, softmax, total_variation
from core.draws import CounterGenerator, draw, sample
from core.params import ORDERS, SamplingParams
from core.samplers import min_p, temperature, top_k, top_p
from core.theorems import (
    argmax_count,
    argmax_gap,
    cold_miss,
    cold_miss_bound,
    cold_temperature,
    continuity_bound,
    entropy_slope,
    hot_distance,
    hot_distance_bound,
    hot_entropy_gap_bound,
    largest_odds,
    logit_range,
    possible_count,
    probability_slope,
)
from core.validation import ParameterError

__all__ = [
    "ORDERS",
    "CounterGenerator",
    "ParameterError",
    "SamplingParams",
    "Stage",
    "apply",
    "argmax_count",
    "argmax_gap",
    "cold_miss",
    "cold_miss_bound",
    "cold_temperature",
    "continuity_bound",
    "draw",
    "effective_choices",
    "entropy",
    "entropy_slope",
    "hot_distance",
    "hot_distance_bound",
    "hot_entropy_gap_bound",
    "kept_mass",
    "kl_divergence",
    "largest_odds",
    "logit_range",
    "min_p",
    "possible_count",
    "probabilities",
    "probability_slope",
    "sample",
    "softmax",
    "temperature",
    "top_k",
    "top_p",
    "total_variation",
    "trace",
]
