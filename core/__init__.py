"""Sampling from a language model's logits, written to be read.

Logits come from any model, as a tensor, a list or a NumPy array of shape (..., V):

    from amostra import SamplingParams, probabilities, sample, trace  # in the project's folder: from core

    params = SamplingParams(temperature=0.8, top_k=50, top_p=0.95)
    probabilities(logits, params)            # (..., V): the distribution that is drawn from
    trace(logits, params)                    # every stage on the way, as a table
    sample(logits, params, seed=7)           # (...): token ids, the same for the same seed

And a text from a model, one step at a time:

    for step in generate(load_model(), "Era uma vez", params, seed=7):
        print(step.text, end="")

`__all__` is what most uses need. Every other name of the samplers can be asked for here too; `PLACES` says which file it
lives in, and that file is read when the name is first used.
"""

import os
from importlib import import_module

# Before torch is imported: idle OpenMP threads that spin make every parallel region wait when the machine is shared.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from . import cuts
from .best_of_n import best_of_n  # here, or the file would stand in the place of its function
from .chain import apply, probabilities, trace
from .distributions import softmax
from .draws import sample
from .params import SamplingParams
from .penalties import Context
from .samplers import min_p, temperature, top_k, top_p
from .validation import ParameterError

__all__ = [
    "Context",
    "ParameterError",
    "SamplingParams",
    "apply",
    "best_of_n",
    "from_engine",
    "generate",
    "load_model",
    "min_p",
    "probabilities",
    "sample",
    "softmax",
    "temperature",
    "to_engine",
    "top_k",
    "top_p",
    "trace",
]

PLACES = {  # file: the names in it that can be asked for here
    "best_of_n": "Candidate Vote best_of best_of_n_kl_bound length_normalised likelihood self_consistency",
    "chain": "Stage",
    "course.beam_search": "beam_search",
    "course.theorems": "argmax_count argmax_gap cold_miss cold_miss_bound cold_temperature continuity_bound cut_cost "
    "entropy_slope hot_distance hot_distance_bound hot_entropy_gap_bound largest_odds largest_slope logit_range "
    "min_p_count_bound min_p_threshold nucleus_kl_bound nucleus_size_bounds possible_count probability_slope "
    "quantisation_distance_bound quantisation_kl_bound",
    "cuts": " ".join(cuts.__all__),  # a new cut is named where it is written
    "distributions": "effective_choices entropy kept_mass kl_divergence total_variation",
    "draws": "CounterGenerator draw",
    "engines.facts": "ENGINES ORDERS",
    "engines.huggingface": "ChainProcessor for_transformers",
    "engines.translation": "EngineSettings LossWarning Missing Reading from_engine read_engine to_engine",
    "generation": "generate generate_rows",
    "history": "History",
    "memory": "Memory adaptive_p mirostat",
    "models": "load_model",
    "params": "STAGES",
    "penalties": "dry frequency_penalty logit_bias no_repeat_ngram presence_penalty repetition_penalty token_mask",
    "samplers": "greedy",
    "schedules": "Schedule dynamic_temperature",
    "steps": "Alternative Row Step candidate collect text_of",
}
_PLACE = {name: place for place, names in PLACES.items() for name in names.split()}


def __getattr__(name: str):
    if name not in _PLACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{_PLACE[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACE})
