"""Sampling from a language model's logits, written to be read.

Logits come from any model, as a tensor, a list or a NumPy array of shape (..., V):

    from core import SamplingParams, probabilities, sample, trace

    params = SamplingParams(temperature=0.8, top_k=50, top_p=0.95)
    probabilities(logits, params)            # (..., V): the distribution that is drawn from
    trace(logits, params)                    # every stage on the way
    sample(logits, params, generator=7)      # (...): token ids, the same for the same seed

And a text from a model, one step at a time:

    for step in generate(load_model(), "Era uma vez", params, seed=7):
        print(step.text, end="")
"""

import os

# Before torch is imported: idle OpenMP threads that spin make every parallel region wait when the machine is shared.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from core import cuts
from core.best_of_n import (
    Candidate,
    Vote,
    best_of,
    best_of_n,
    best_of_n_kl_bound,
    length_normalised,
    likelihood,
    self_consistency,
)
from core.chain import Stage, apply, probabilities, trace
from core.cuts import *  # noqa: F403, a new cut is exported where it is written
from core.distributions import effective_choices, entropy, kept_mass, kl_divergence, softmax, total_variation
from core.draws import CounterGenerator, draw, sample
from core.engines import ENGINES, ORDERS
from core.generation import generate, generate_rows
from core.history import History
from core.memory import Memory, adaptive_p, mirostat
from core.params import STAGES, SamplingParams
from core.penalties import (
    Context,
    dry,
    frequency_penalty,
    logit_bias,
    no_repeat_ngram,
    presence_penalty,
    repetition_penalty,
    token_mask,
)
from core.samplers import greedy, min_p, temperature, top_k, top_p
from core.schedules import Schedule, dynamic_temperature
from core.steps import Alternative, Row, Step, candidate, collect, text_of
from core.theorems import (
    argmax_count,
    argmax_gap,
    cold_miss,
    cold_miss_bound,
    cold_temperature,
    continuity_bound,
    cut_cost,
    entropy_slope,
    hot_distance,
    hot_distance_bound,
    hot_entropy_gap_bound,
    largest_odds,
    largest_slope,
    logit_range,
    min_p_count_bound,
    min_p_threshold,
    nucleus_kl_bound,
    nucleus_size_bounds,
    possible_count,
    probability_slope,
    quantisation_distance_bound,
    quantisation_kl_bound,
)
from core.translation import EngineSettings, LossWarning, Missing, Reading, from_engine, read_engine, to_engine
from core.validation import ParameterError

__all__ = [
    *cuts.__all__,
    "ENGINES",
    "ORDERS",
    "STAGES",
    "Alternative",
    "Candidate",
    "Context",
    "CounterGenerator",
    "EngineSettings",
    "History",
    "LossWarning",
    "Memory",
    "Missing",
    "ParameterError",
    "Reading",
    "Row",
    "SamplingParams",
    "Schedule",
    "Stage",
    "Step",
    "Vote",
    "adaptive_p",
    "apply",
    "argmax_count",
    "argmax_gap",
    "best_of",
    "best_of_n",
    "best_of_n_kl_bound",
    "candidate",
    "cold_miss",
    "cold_miss_bound",
    "cold_temperature",
    "collect",
    "continuity_bound",
    "cut_cost",
    "draw",
    "dry",
    "dynamic_temperature",
    "effective_choices",
    "entropy",
    "entropy_slope",
    "frequency_penalty",
    "from_engine",
    "generate",
    "generate_rows",
    "greedy",
    "hot_distance",
    "hot_distance_bound",
    "hot_entropy_gap_bound",
    "kept_mass",
    "kl_divergence",
    "largest_odds",
    "largest_slope",
    "length_normalised",
    "likelihood",
    "load_model",  # noqa: F405
    "logit_bias",
    "logit_range",
    "min_p",
    "min_p_count_bound",
    "min_p_threshold",
    "mirostat",
    "no_repeat_ngram",
    "nucleus_kl_bound",
    "nucleus_size_bounds",
    "possible_count",
    "presence_penalty",
    "probabilities",
    "probability_slope",
    "quantisation_distance_bound",
    "quantisation_kl_bound",
    "read_engine",
    "repetition_penalty",
    "sample",
    "self_consistency",
    "softmax",
    "temperature",
    "text_of",
    "to_engine",
    "token_mask",
    "top_k",
    "top_p",
    "total_variation",
    "trace",
]


def __getattr__(name: str):
    if name == "load_model":  # only who asks for a model waits for what reads one
        from core.models import load_model

        return load_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
