"""SamplingParams: the settings of one draw, frozen and validated."""

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, fields
from functools import cached_property
from math import inf

from core.engines import DEFAULT_ORDER, ORDERS
from core.penalties import SCOPES, check_bias, check_penalty, check_repetition
from core.validation import (
    ParameterError,
    check_choice,
    check_number,
    check_probability,
    check_temperature,
    check_whole,
)

STAGES = {  # every stage by name, and the fields that switch it on by leaving their default
    "logit_bias": ("logit_bias",),
    "penalties": ("repetition_penalty", "frequency_penalty", "presence_penalty"),
    "no_repeat_ngram": ("no_repeat_ngram",),
    "temperature": ("temperature", "dynatemp_range"),
    "top_k": ("top_k",),
    "top_p": ("top_p",),
    "min_p": ("min_p",),
    "typical_p": ("typical_p",),
    "epsilon_cutoff": ("epsilon_cutoff",),
    "eta_cutoff": ("eta_cutoff",),
    "top_n_sigma": ("top_n_sigma",),
    "top_a": ("top_a",),
    "xtc": ("xtc_probability",),
    "greedy": ("greedy",),
}


@dataclass(frozen=True, repr=False)
class SamplingParams:
    """How a distribution is cut and reshaped before the draw. The defaults change nothing.

    Attributes:
        temperature: τ ≥ 0; 0 is the limit (uniform over the tied maxima), 1 is off, inf is uniform.
        top_k: a whole number ≥ 0; 0 is off.
        top_p: in [0, 1]; 1 is off.
        min_p: in [0, 1], relative to the largest probability; 0 is off.
        order: which stage comes first, second, ...: an engine's name ("transformers", "vllm", "llama.cpp", "openai",
            see `core.ENGINES`), a sequence of stage names, or None for the order of transformers with every other
            stage added. A stage that the order leaves out does not run: `ignored` names those.
        dynatemp_range: ≥ 0; 0 is off. Otherwise τ moves with the entropy in temperature ± range, not below 0; both
            are finite then.
        dynatemp_exponent: ≥ 0, the power of the entropy's share.
        typical_p: in [0, 1]; 1 is off.
        epsilon_cutoff, eta_cutoff, top_a: in [0, 1]; 0 is off.
        top_n_sigma: ≥ 0; 0 is off.
        xtc_probability: in [0, 1], how often XTC acts; 0 is off.
        xtc_threshold: in [0, 1]; above 0.5 XTC cuts nothing.
        greedy: keep the first maximum only.
        logit_bias: a mapping from token id to what is added to its logit; kept as sorted pairs.
        repetition_penalty: > 0; 1 is off.
        frequency_penalty, presence_penalty: 0 is off.
        repetition_scope, frequency_scope: which tokens count, "prompt", "output" or "both"; the second one for
            frequency and presence.
        penalty_window: how many of the last tokens of the scope count; 0 is all.
        no_repeat_ngram: a whole number ≥ 0; 0 is off.
        min_tokens_to_keep: how many tokens every cut leaves at least, a whole number ≥ 1.

    Raises:
        ParameterError: a value outside its range; an unknown engine; an unknown or repeated stage.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    order: str | Sequence[str] | None = None
    _: KW_ONLY
    dynatemp_range: float = 0.0
    dynatemp_exponent: float = 1.0
    typical_p: float = 1.0
    epsilon_cutoff: float = 0.0
    eta_cutoff: float = 0.0
    top_n_sigma: float = 0.0
    top_a: float = 0.0
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    greedy: bool = False
    logit_bias: Mapping[int, float] | tuple[tuple[int, float], ...] = ()
    repetition_penalty: float = 1.0
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    repetition_scope: str = "both"
    frequency_scope: str = "output"
    penalty_window: int = 0
    no_repeat_ngram: int = 0
    min_tokens_to_keep: int = 1

    def __post_init__(self):
        for name, check in CHECKS.items():
            object.__setattr__(self, name, check(name, getattr(self, name)))  # the class is frozen
        if self.dynatemp_range and self.temperature + self.dynatemp_range > 1.7e308:
            raise ParameterError("dynatemp_range", self.dynatemp_range, "0, or such that temperature + range is finite")

    def __repr__(self) -> str:
        told = (f"{name}={getattr(self, name)!r}" for name in DEFAULTS if getattr(self, name) != DEFAULTS[name])
        return f"SamplingParams({', '.join(told)})"

    @cached_property
    def stages(self) -> tuple[str, ...]:
        """The names of the stages that run, in their order: those of `order` that are not off."""
        return tuple(name for name in self._order if self._is_on(name))

    @property
    def ignored(self) -> tuple[str, ...]:
        """The stages that are set and do not run, because the order (an engine's, say) has no place for them."""
        return tuple(name for name in STAGES if self._is_on(name) and name not in self._order)

    @property
    def _order(self) -> tuple[str, ...]:
        return self.order if isinstance(self.order, tuple) else ORDERS.get(self.order, DEFAULT_ORDER)

    def _is_on(self, stage: str) -> bool:
        return any(getattr(self, name) != DEFAULTS[name] for name in STAGES[stage])


def _check_order(argument: str, order: object) -> str | tuple[str, ...] | None:
    if order is None or (isinstance(order, str) and order in ORDERS):
        return order
    if isinstance(order, Sequence) and not isinstance(order, str):
        known = [name for name in order if isinstance(name, str) and name in STAGES]
        if len(set(known)) == len(order):
            return tuple(order)
    engines, stages = ", ".join(ORDERS), ", ".join(STAGES)
    raise ParameterError(argument, order, f"an engine ({engines}) or stages without repetition ({stages})")


def _check_switch(argument: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ParameterError(argument, value, "True or False")


def _check_positive(argument: str, value: object) -> float:
    return check_number(argument, value, 0, inf, "a number >= 0")


CHECKS = {
    "temperature": lambda _, value: check_temperature(value),
    "top_k": check_whole,
    "top_p": check_probability,
    "min_p": check_probability,
    "order": _check_order,
    "dynatemp_range": _check_positive,
    "dynatemp_exponent": _check_positive,
    "typical_p": check_probability,
    "epsilon_cutoff": check_probability,
    "eta_cutoff": check_probability,
    "top_n_sigma": _check_positive,
    "top_a": check_probability,
    "xtc_probability": check_probability,
    "xtc_threshold": check_probability,
    "greedy": _check_switch,
    "logit_bias": lambda _, value: check_bias(value),
    "repetition_penalty": lambda _, value: check_repetition(value),
    "frequency_penalty": check_penalty,
    "presence_penalty": check_penalty,
    "repetition_scope": lambda name, value: check_choice(name, value, SCOPES),
    "frequency_scope": lambda name, value: check_choice(name, value, SCOPES),
    "penalty_window": check_whole,
    "no_repeat_ngram": check_whole,
    "min_tokens_to_keep": lambda name, value: check_whole(name, value, 1),
}
DEFAULTS = {entry.name: entry.default for entry in fields(SamplingParams)}
