"""What is accepted, and the one error that says what was not."""

from collections.abc import Iterable, Sequence
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
        return f"{self.argument}{row} must be {self.accepted}; got {_shown(self.value)}"


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than some thousand digits
        text = f"a number of {value.bit_length()} bits" if isinstance(value, int) else f"a {type(value).__name__}"
    return text if len(text) <= 200 else f"{text[:200]}…"


def check_number(argument: str, value: object, low: float, high: float, accepted: str) -> float:
    """`value` as a float, low ≤ value ≤ high; any real number type but bool, whole numbers that no float holds refused.

    −0.0 comes back as 0.0: the sign of a zero is no setting.
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            number = float(value) + 0.0
        except OverflowError:
            raise ParameterError(argument, value, f"{accepted} that a float can hold") from None
        if low <= number <= high:
            return number
    raise ParameterError(argument, value, accepted)


def check_temperature(value: object) -> float:
    return check_number("temperature", value, 0, inf, "a number >= 0")


def check_probability(argument: str, value: object) -> float:
    return check_number(argument, value, 0, 1, "a number in [0, 1]")


def check_whole(argument: str, value: object, low: int = 0, bits: int = 63) -> int:
    """`value` as an int, low ≤ value < 2^bits (by default what an int64 holds); 2.0 is whole, True is not a number."""
    if isinstance(value, Real) and not isinstance(value, bool) and value >= low and value // 1 == value:
        if value < 2**bits:
            return int(value)
        raise ParameterError(argument, value, f"a whole number < 2**{bits}")
    raise ParameterError(argument, value, f"a whole number >= {low}")


def check_switch(argument: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ParameterError(argument, value, "True or False")


def check_token_ids(argument: str, ids: object) -> tuple[int, ...]:
    """Token ids in ascending order, each once."""
    try:
        return tuple(sorted({check_whole(argument, i) for i in (ids.tolist() if hasattr(ids, "tolist") else ids)}))
    except (TypeError, ParameterError):
        raise ParameterError(argument, ids, "token ids") from None


def check_ids(argument: str, ids: Sequence[int], vocabulary: int) -> Sequence[int]:
    """`ids` itself, every one in [0, V)."""
    if len(ids) and (min(ids) < 0 or max(ids) >= vocabulary):
        value = int(min(ids) if min(ids) < 0 else max(ids))
        raise ParameterError(argument, value, f"token ids in [0, {vocabulary})")
    return ids


def check_text(argument: str, value: str) -> str:
    """`value` itself, which UTF-8 can write: half of a surrogate pair is no character."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ParameterError(argument, value, "text without a lone half of a surrogate pair") from None
    return value


def check_choice(argument: str, value: object, choices: Iterable[str]) -> str:
    """`value`, one of the strings in `choices`."""
    if isinstance(value, str) and value in choices:
        return value
    raise ParameterError(argument, value, " or ".join(f'"{choice}"' for choice in choices))


def as_reals(argument: str, values: object) -> Tensor:
    """A dense floating tensor as it is, of eight bits as float32; anything else array-like as a new float64 tensor.

    Numbers only: no complex ones, strings or dates, and nothing masked, whose mask would be lost.
    """
    try:
        if isinstance(values, Tensor):
            return _dense(values)
        return torch.from_numpy(_as_array(values).astype(np.float64, order="C"))
    except (TypeError, ValueError, OverflowError, RuntimeError):
        raise ParameterError(argument, values, "an array of real numbers") from None


PLAIN = {torch.float64, torch.float32, torch.float16, torch.bfloat16}


def _dense(values: Tensor) -> Tensor:
    if values.is_nested or values.layout is not torch.strided or values.is_meta:
        raise TypeError
    if values.dtype in PLAIN:  # asked first: each question takes a microsecond of a draw of sixty
        return values.resolve_neg()
    if values.is_quantized or values.is_complex():
        raise TypeError
    return values.float() if values.is_floating_point() else values.double()  # the former of eight bits or fewer


def _as_array(values: object) -> np.ndarray:
    """NumPy's array of numbers, before it is converted: a conversion drops masks and imaginary parts in silence."""
    # Plain numbers are no tensors and nothing masked: to ask each took three quarters of a softmax over a list of 8192.
    if isinstance(values, (list, tuple)) and not {*map(type, values)} <= {float, int}:
        values = [_dense(value).detach().double().cpu() if isinstance(value, Tensor) else value for value in values]
        if any(isinstance(value, np.ma.MaskedArray) for value in values):
            raise TypeError
    array = np.asanyarray(values)
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError
    if array.dtype.kind not in "biuf" and not (
        array.dtype.kind == "O" and all(isinstance(x, Real) for x in array.flat)
    ):
        raise TypeError
    return array


def as_table(argument: str, values: object) -> Tensor:
    """`as_reals` of shape (..., V), V ≥ 1."""
    values = as_reals(argument, values)
    if values.ndim == 0 or values.shape[-1] == 0:
        raise ParameterError(argument, list(values.shape), "of shape (..., V) with V >= 1")
    return values


def as_logits(logits: object) -> Tensor:
    """Logits (..., V), V ≥ 1, checked: every row finite or −inf, with at least one finite logit."""
    logits = as_table("logits", logits)
    highest = logits.amax(-1)  # NaN wins every comparison, so one look at the maximum finds all three faults
    check_rows("logits", highest, highest.isfinite(), "finite or -inf, with a finite maximum")
    return logits


def as_masses(argument: str, probs: object) -> Tensor:
    """Probabilities, or weights in their place, (..., V) as float64: none negative, every row of a finite sum."""
    masses = as_table(argument, probs).double()
    least, total = masses.amin(-1), masses.sum(-1)
    good = (least >= 0) & total.isfinite()
    check_rows(argument, torch.where(least >= 0, total, least), good, "non-negative with a finite sum")
    return masses


def as_bits(argument: str, values: object) -> Tensor:
    """True or False, as a bool tensor."""
    try:
        return torch.as_tensor(values).bool()
    except (TypeError, ValueError, RuntimeError):
        raise ParameterError(argument, values, "an array of True and False") from None


def check_broadcast(argument: str, values: Tensor, shape: Sequence[int]) -> None:
    """Raise unless `values` and `shape` fit each other, as NumPy and torch fit them."""
    try:
        torch.broadcast_shapes(values.shape, shape)
    except RuntimeError:
        raise ParameterError(argument, list(values.shape), f"of a shape that fits {list(shape)}") from None


def at_least_float32(values: Tensor) -> Tensor:
    """Half precision raised to float32: bfloat16 carries three digits, too few to add up."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def check_rows(argument: str, values: Tensor, good: Tensor, accepted: str) -> None:
    """Raise for the first row that is not `good`; both have the leading shape (...)."""
    if not good.all():
        row = tuple((~good).nonzero()[0].tolist())
        raise ParameterError(argument, values[row].item(), accepted, row)
