"""What is accepted, and the one error that says what was not."""

from collections.abc import Iterable
from math import inf
from numbers import Real

import numpy as np
import torch
from torch import Tensor


class ParameterError(ValueError):
    """An argument outside its range, in parts, so that a caller can say it in another language.

    Attributes:
        argument: its name, as `SamplingParams` spells it ("top_p"), or "logits", "order", ...
        value: what was given; for logits, the largest value of the row at fault.
        accepted: what would have been accepted, in English.
        row: for logits and probabilities, the leading index of the row at fault; otherwise None.
    """

    def __init__(self, argument: str, value: object, accepted: str, row: tuple[int, ...] | None = None):
        super().__init__(argument, value, accepted, row)
        self.argument, self.value, self.accepted, self.row = argument, value, accepted, row

    def __str__(self) -> str:
        row = f" (row {', '.join(map(str, self.row))})" if self.row else ""
        return f"{self.argument}{row} must be {self.accepted}; got {self.value!r}"


def check_number(argument: str, value: object, low: float, high: float, accepted: str) -> float:
    """`value` as a float, low ≤ value ≤ high; any real number type but bool."""
    if isinstance(value, Real) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    raise ParameterError(argument, value, accepted)


def check_temperature(value: object) -> float:
    return check_number("temperature", value, 0, inf, "a number >= 0")


def check_probability(argument: str, value: object) -> float:
    return check_number(argument, value, 0, 1, "a number in [0, 1]")


def check_whole(argument: str, value: object, low: int = 0) -> int:
    """`value` as an int ≥ `low`; 2.0 is whole, True is not a number."""
    if isinstance(value, Real) and not isinstance(value, bool) and value >= low and value // 1 == value:
        return int(value)
    raise ParameterError(argument, value, f"a whole number >= {low}")


def check_choice(argument: str, value: object, choices: Iterable[str]) -> str:
    """`value`, one of the strings in `choices`."""
    if isinstance(value, str) and value in choices:
        return value
    raise ParameterError(argument, value, " or ".join(f'"{choice}"' for choice in choices))


def as_reals(argument: str, values: object) -> Tensor:
    """A floating tensor as it is; anything else array-like as a new float64 tensor."""
    if isinstance(values, Tensor) and values.is_floating_point():
        return values
    try:
        if isinstance(values, Tensor):
            if values.is_complex():
                raise TypeError
            return values.double()
        return torch.from_numpy(np.array(values, dtype=np.float64, order="C"))
    except (TypeError, ValueError):
        raise ParameterError(argument, values, "an array of real numbers") from None


def as_logits(logits: object) -> Tensor:
    """Logits (..., V), V ≥ 1, checked: every row finite or −inf, with at least one finite logit."""
    logits = as_reals("logits", logits)
    if logits.ndim == 0 or logits.shape[-1] == 0:
        raise ParameterError("logits", list(logits.shape), "of shape (..., V) with V >= 1")
    highest = logits.amax(-1)  # NaN wins every comparison, so one look at the maximum finds all three faults
    check_rows("logits", highest, highest.isfinite(), "finite or -inf, with a finite maximum")
    return logits


def at_least_float32(values: Tensor) -> Tensor:
    """Half precision raised to float32: bfloat16 carries three digits, too few to add up."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def check_rows(argument: str, values: Tensor, good: Tensor, accepted: str) -> None:
    """Raise for the first row that is not `good`; both have the leading shape (...)."""
    if not good.all():
        row = tuple((~good).nonzero()[0].tolist())
        raise ParameterError(argument, values[row].item(), accepted, row)
