"""SamplingParams: the settings of one draw, frozen and validated."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.validation import ParameterError, check_probability, check_temperature, check_whole

ORDERS = {
    "transformers": ("temperature", "top_k", "top_p", "min_p"),
    "vllm": ("temperature", "min_p", "top_k", "top_p"),
    "llama.cpp": ("top_k", "top_p", "min_p", "temperature"),
}
DEFAULT_ORDER = "transformers"


@dataclass(frozen=True)
class SamplingParams:
    """How a distribution is cut and reshaped before the draw. The defaults change nothing.

    Attributes:
        temperature: τ ≥ 0; 0 is the limit (uniform over the tied maxima), 1 is off, inf is uniform.
        top_k: a whole number ≥ 0; 0 is off.
        top_p: in [0, 1]; 1 is off.
        min_p: in [0, 1], relative to the largest probability; 0 is off.
        order: which stage comes first, second, ...: an engine's name ("transformers", "vllm", "llama.cpp"), a sequence
            of stage names (a stage left out does not run), or None for the order of transformers.

    Raises:
        ParameterError: a value outside its range; an unknown engine; an unknown or repeated stage.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    order: str | Sequence[str] | None = None

    def __post_init__(self):
        checked = {
            "temperature": check_temperature(self.temperature),
            "top_k": check_whole("top_k", self.top_k),
            "top_p": check_probability("top_p", self.top_p),
            "min_p": check_probability("min_p", self.min_p),
            "order": _check_order(self.order),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)  # the class is frozen

    @property
    def stages(self) -> tuple[str, ...]:
        """The stage names in the order in which they run."""
        return self.order if isinstance(self.order, tuple) else ORDERS[self.order or DEFAULT_ORDER]


def _check_order(order: object) -> str | tuple[str, ...] | None:
    if order is None or (isinstance(order, str) and order in ORDERS):
        return order
    if isinstance(order, Sequence) and not isinstance(order, str):
        known = [name for name in order if name in ORDERS[DEFAULT_ORDER]]
        if len(set(known)) == len(order):
            return tuple(order)
    engines, stages = ", ".join(ORDERS), ", ".join(ORDERS[DEFAULT_ORDER])
    raise ParameterError("order", order, f"an engine ({engines}) or stages without repetition ({stages})")
