"""Checks for a file that someone else may have written: each takes where a value stands, and the value.

They are put together like the file itself: `record(Step, {"index": whole, "text": text})` makes a `Step`.
"""

from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from .streaming import valid
from .validation import ParameterError

Check = Callable[[str, Any], Any]


class RunFileError(ValueError):
    """A saved generation that cannot be read.

    Attributes:
        where: the place in the file ("rows[0].params.top_p"), or "" for the whole of it.
        fault: what is wrong there, in English; both are short, whatever the file holds.
    """

    def __init__(self, where: str, fault: str):
        super().__init__(_short(where), _short(fault, 300))
        self.where, self.fault = self.args

    def __str__(self) -> str:
        return f"{self.where or 'the file'}: {self.fault}"


def _short(text: str, most: int = 80) -> str:
    text = valid(text)
    return text if len(text) <= most else f"{text[:most]}…"


def _must(where: str, value, good: bool, accepted: str):
    if good:
        return value
    raise RunFileError(where, f"must be {accepted}; got {_short(repr(value), 60)}")


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def whole(where: str, value, low: int = 0, bits: int = 63) -> int:
    good = type(value) is int and low <= value < 2**bits
    return _must(where, value, good, f"a whole number >= {low} and < 2**{bits}")


def count(where: str, value) -> int:
    return whole(where, value, low=1)


def seed(where: str, value) -> int:
    return whole(where, value, bits=128)


def finite(where: str, value) -> float:
    good = _is_number(value) and 0 <= value <= 1.7e308
    return float(_must(where, value, good, "a finite number >= 0"))


def number(where: str, value) -> float:
    good = _is_number(value) and (0 <= value <= 1.7e308 or value == inf)  # a larger whole number is no float
    return float(_must(where, value, good, "a number >= 0"))


def probability(where: str, value) -> float:
    good = _is_number(value) and 0 <= value <= 1.000001  # float32 may add up to a little more
    return float(_must(where, value, good, "a number in [0, 1]"))


def text(where: str, value) -> str:
    """A string, as one that UTF-8 can write."""
    return valid(_must(where, value, isinstance(value, str), "a string"))


def flag(where: str, value) -> bool:
    return _must(where, value, isinstance(value, bool), "true or false")


def one_of(choices: Iterable[str]) -> Check:
    accepted = " or ".join(f'"{choice}"' for choice in choices)
    return lambda where, value: _must(where, value, isinstance(value, str) and value in choices, accepted)


def optional(check: Check) -> Check:
    return lambda where, value: None if value is None else check(where, value)


def items(check: Check, least: int = 0) -> Check:
    """A list of at least so many, as a tuple."""

    def these(where: str, value) -> tuple:
        accepted = f"a list of at least {least}" if least else "a list"
        _must(where, value, isinstance(value, list) and len(value) >= least, accepted)
        return tuple(check(f"{where}[{i}]", one) for i, one in enumerate(value))

    return these


def record(make: Callable, checks: dict[str, Check], every: bool = True) -> Check:
    """An object with these names, all of them unless told, as what `make` makes of it."""

    def this(where: str, value):
        _must(where, value, isinstance(value, dict), "an object")
        below = f"{where}." if where else ""
        for name in value:
            if name not in checks:
                raise RunFileError(below + name, f"unknown; known are {', '.join(checks)}")
        for name in checks if every else ():
            if name not in value:
                raise RunFileError(below + name, "missing")
        try:
            return make(**{name: checks[name](below + name, one) for name, one in value.items()})
        except ParameterError as error:
            got = _short(repr(error.value), 60)
            raise RunFileError(below + error.argument, f"must be {error.accepted}; got {got}") from None

    return this
