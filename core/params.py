"""SamplingParams: the settings of one draw, frozen and validated, each declared once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields
from functools import cached_property
from math import inf

from . import cuts, samplers
from .engines.facts import ENGINES, ORDERS
from .penalties import SCOPES, check_bias, check_dry, check_dry_base, check_penalty, check_repetition
from .validation import (
    ParameterError,
    check_choice,
    check_number,
    check_probability,
    check_switch,
    check_temperature,
    check_token_ids,
    check_whole,
)

Slider = tuple[float, float, float]


def setting(
    default: object,
    check: Callable,
    *,
    stage: str = "",
    of: str = "",
    cut: Callable | None = None,
    after: str = "",
    slider: Slider | None = None,
):
    """The one declaration of a field of `SamplingParams`; everything that lists settings or stages follows from it.

    Args:
        default: what changes nothing.
        check: (argument, value) -> the value as it is kept; raises ParameterError.
        stage: the stage that a value other than the default switches on.
        of: the stage that this field only says more about.
        cut: (logits, value, min_tokens_to_keep) -> logits, of a cut that is a stage by the field's own name.
        after: the stage that this one comes right after in the default order; where it is "", and transformers has it
            not, the end, before greedy decoding.
        slider: (lowest, highest, step) worth offering on a page.
    """
    declared = {"check": check, "stage": stage, "of": of, "cut": cut, "after": after, "slider": slider}
    return field(default=default, metadata=declared)


def _order(argument: str, order: object) -> str | tuple[str, ...] | None:
    if order is None or (isinstance(order, str) and order in ORDERS):
        return order
    if isinstance(order, Sequence) and not isinstance(order, str):
        known = [name for name in order if isinstance(name, str) and name in STAGES]
        if len(set(known)) == len(order):
            return tuple(order)
    engines, stages = ", ".join(ORDERS), ", ".join(STAGES)
    raise ParameterError(argument, order, f"an engine ({engines}) or stages without repetition ({stages})")


def _at_least_0(argument: str, value: object) -> float:
    return check_number(argument, value, 0, inf, "a number >= 0")


def _at_least_1(argument: str, value: object) -> int:
    return check_whole(argument, value, 1)


def _decay(argument: str, value: object) -> float:
    return check_number(argument, value, 0, 0.99, "a number in [0, 0.99]")


def _scope(argument: str, value: object) -> str:
    return check_choice(argument, value, SCOPES)


def _without_name(check: Callable) -> Callable:
    return lambda _, value: check(value)


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
        top_h: in [0, 1], the share of the entropy that is kept; 1 is off.
        p_less: keep what is at least as likely as two draws that agree.
        top_n_sigma: ≥ 0; 0 is off.
        xtc_probability: in [0, 1], how often XTC acts; 0 is off.
        xtc_threshold: in [0, 1]; above 0.5 XTC cuts nothing.
        xtc_protected: token ids; XTC leaves alone a row that would lose one of them.
        mirostat_tau: ≥ 0, the surprise in bits that mirostat 2 steers towards; 0 is off.
        mirostat_eta: ≥ 0, how far it moves its cap after each draw.
        adaptive_target: in [0, 1], the probability that the drawn tokens are to have on average; 0 is off.
        adaptive_decay: in [0, 0.99], the weight of a draw before, per draw since.
        greedy: keep the first maximum only.
        logit_bias: a mapping from token id to what is added to its logit; kept as sorted pairs.
        repetition_penalty: > 0; 1 is off.
        frequency_penalty, presence_penalty: 0 is off.
        repetition_scope, frequency_scope: which tokens count, "prompt", "output" or "both"; the second one for
            frequency and presence.
        penalty_window: how many of the last tokens of the scope count; 0 is all.
        no_repeat_ngram: a whole number ≥ 0; 0 is off.
        dry_multiplier: ≥ 0; 0 is off.
        dry_base: ≥ 1, how many times as much each further token of a repetition costs.
        dry_allowed_length: a whole number ≥ 1, the length from which a repetition costs.
        dry_window: how many of the last tokens DRY looks at; 0 is all.
        dry_breakers: token ids that no repetition reaches across.
        allowed_token_ids: the only ids that may come; none is off.
        banned_token_ids: ids that may not come.
        min_tokens_to_keep: how many tokens every cut leaves at least, a whole number ≥ 1.

    Raises:
        ParameterError: a value outside its range; an unknown engine; an unknown or repeated stage.
    """

    temperature: float = setting(1.0, _without_name(check_temperature), stage="temperature", slider=(0.0, 3.0, 0.05))
    top_k: int = setting(0, check_whole, cut=samplers.top_k, slider=(0, 200, 1))
    top_p: float = setting(1.0, check_probability, cut=samplers.top_p, slider=(0.0, 1.0, 0.01))
    min_p: float = setting(0.0, check_probability, cut=samplers.min_p, slider=(0.0, 1.0, 0.01))
    order: str | Sequence[str] | None = setting(None, _order)
    _: KW_ONLY
    dynatemp_range: float = setting(0.0, _at_least_0, stage="temperature", slider=(0.0, 2.0, 0.05))
    dynatemp_exponent: float = setting(1.0, _at_least_0, of="temperature")
    typical_p: float = setting(1.0, check_probability, cut=cuts.typical_p, slider=(0.0, 1.0, 0.01))
    epsilon_cutoff: float = setting(0.0, check_probability, cut=cuts.epsilon_cutoff, slider=(0.0, 0.1, 0.001))
    eta_cutoff: float = setting(0.0, check_probability, cut=cuts.eta_cutoff, slider=(0.0, 0.1, 0.001))
    top_n_sigma: float = setting(0.0, _at_least_0, cut=cuts.top_n_sigma, slider=(0.0, 10.0, 0.1))
    top_a: float = setting(0.0, check_probability, cut=cuts.top_a, slider=(0.0, 1.0, 0.01))
    top_h: float = setting(1.0, check_probability, cut=cuts.top_h, slider=(0.0, 1.0, 0.01))
    p_less: bool = setting(False, check_switch, cut=lambda logits, on, at_least: cuts.p_less(logits, at_least))
    xtc_probability: float = setting(0.0, check_probability, stage="xtc", slider=(0.0, 1.0, 0.05))
    xtc_threshold: float = setting(0.1, check_probability, of="xtc", slider=(0.0, 0.5, 0.01))
    xtc_protected: Sequence[int] = setting((), check_token_ids, of="xtc")
    mirostat_tau: float = setting(0.0, check_dry, stage="mirostat", slider=(0.0, 10.0, 0.1))
    mirostat_eta: float = setting(0.1, check_dry, of="mirostat", slider=(0.0, 1.0, 0.01))
    adaptive_target: float = setting(0.0, check_probability, stage="adaptive_p", slider=(0.0, 1.0, 0.01))
    adaptive_decay: float = setting(0.9, _decay, of="adaptive_p", slider=(0.0, 0.99, 0.01))
    greedy: bool = setting(False, check_switch, stage="greedy")
    logit_bias: Mapping[int, float] | tuple[tuple[int, float], ...] = setting(
        (), _without_name(check_bias), stage="logit_bias"
    )
    repetition_penalty: float = setting(
        1.0, _without_name(check_repetition), stage="penalties", slider=(0.5, 2.0, 0.05)
    )
    frequency_penalty: float = setting(0.0, check_penalty, stage="penalties", slider=(-2.0, 2.0, 0.1))
    presence_penalty: float = setting(0.0, check_penalty, stage="penalties", slider=(-2.0, 2.0, 0.1))
    repetition_scope: str = setting("both", _scope, of="penalties")
    frequency_scope: str = setting("output", _scope, of="penalties")
    penalty_window: int = setting(0, check_whole, of="penalties")
    no_repeat_ngram: int = setting(0, check_whole, stage="no_repeat_ngram", slider=(0, 6, 1))
    dry_multiplier: float = setting(0.0, check_dry, stage="dry", after="penalties", slider=(0.0, 5.0, 0.1))
    dry_base: float = setting(1.75, check_dry_base, of="dry", slider=(1.0, 4.0, 0.05))
    dry_allowed_length: int = setting(2, _at_least_1, of="dry", slider=(1, 20, 1))
    dry_window: int = setting(0, check_whole, of="dry")
    dry_breakers: Sequence[int] = setting((), check_token_ids, of="dry")
    allowed_token_ids: Sequence[int] = setting((), check_token_ids, stage="token_mask", after="no_repeat_ngram")
    banned_token_ids: Sequence[int] = setting((), check_token_ids, stage="token_mask")
    min_tokens_to_keep: int = setting(1, _at_least_1)

    def __post_init__(self):
        for name, declared in SETTINGS.items():
            object.__setattr__(self, name, declared["check"](name, getattr(self, name)))  # the class is frozen
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


SETTINGS = {one.name: one.metadata for one in fields(SamplingParams)}  # as `setting` declares them
DEFAULTS = {one.name: one.default for one in fields(SamplingParams)}
CUTS = {name: declared["cut"] for name, declared in SETTINGS.items() if declared["cut"]}
STAGE_OF = {  # the stage that a field switches on or says more about
    name: stage
    for name, declared in SETTINGS.items()
    if (stage := declared["stage"] or declared["of"] or (name if declared["cut"] else ""))
}


def _stages() -> dict[str, tuple[str, ...]]:
    """Every stage by name in the default order, and the fields that switch it on by leaving their default.

    The default order is that of transformers. A stage that it has not stands where its declaration says, or right
    before greedy decoding.
    """
    switches = {name: stage for name, stage in STAGE_OF.items() if not SETTINGS[name]["of"]}
    order = list(ENGINES["transformers"].stages)
    for name, stage in switches.items():
        if stage not in order:
            after = SETTINGS[name]["after"]
            order.insert(order.index(after) + 1 if after else order.index("greedy"), stage)
    return {stage: tuple(name for name in switches if switches[name] == stage) for stage in order}


STAGES = _stages()
DEFAULT_ORDER = tuple(STAGES)
