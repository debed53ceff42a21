"""Sentences about rows: `{field|format}` from the first row, `{control}`, and `[{token} {p|%1}]` once per row.

The page fills the same templates as its controls move (`dashboard/page/numbers.js`); here they are checked and filled as
first drawn. Formats: "4" decimals, "%1" percentage, "%~" percentage whose values near 0% and 100% keep a digit, "~" a
count that is no whole number, "e2" with a power of ten, "short", "text".
"""

import math
import re
from collections.abc import Iterable, Sequence

from dashboard.blocks import Input, Range, Switch
from dashboard.language import number, percent, short

_FIELD = re.compile(r"\{(\w+)(?:\|([%~\w]+))?\}")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_EACH = re.compile(r"\[([^\[\]]*\{[^\[\]]*)\]")


def names(template: str) -> set[str]:
    """The fields and controls that a template speaks of."""
    return {name for name, _ in _FIELD.findall(template)}


def show(value: object, format: str) -> str:
    """A value in a format, in the reader's language."""
    if format == "text" or isinstance(value, str) or value is None:
        return "" if value is None else str(value)
    value = value if isinstance(value, int) else float(value)
    if format == "short":
        return short(value)
    if format == "%~":
        return _share(value)
    if format.startswith("e"):
        return _scientific(value, int(format[1:]))
    if format == "~":
        return number(value, 1 if value < 10 else 0)
    return percent(value, int(format[1:])) if format.startswith("%") else number(float(value), int(format))


def _scientific(value: float, digits: int) -> str:
    """ "2,01·10¹": digits and a power of ten."""
    if value == 0 or math.isinf(value):
        return "0" if value == 0 else number(value)
    mantissa, _, power = f"{value:.{digits}e}".partition("e")
    return f"{number(float(mantissa), digits)}·10{str(int(power)).translate(RAISED)}"


def _share(p: float) -> str:
    if 0 < p < 1e-6:
        return f"< {percent(1e-6, 4)}"
    least = 1 if p >= 0.01 or p == 0 else 2 if p >= 1e-4 else 3 if p >= 1e-5 else 4
    whole = p > 1 - 1e-12  # 1, but for the rounding of a sum
    digits = next((one for one in range(least, 5) if whole or round(100 * p, one) < 100), None)
    return percent(p, digits) if digits else f"> {percent(0.999999, 4)}"


def written(control: Input) -> str:
    """A control's initial value as its reader reads it."""
    if isinstance(control, Range):
        return show(control.value, str(control.digits))
    return str(control.value) if isinstance(control, Switch) else control.labels[control.values.index(control.value)]


def setting(control: Input) -> object:
    """A control's initial value as the charts compute with it."""
    return float("inf") if control.value == "inf" else control.value


def fill(template: str, rows: Sequence[dict], controls: Iterable[Input]) -> str:
    """The sentence at the controls' initial values."""
    told = {control.name: written(control) for control in controls}
    moved = {control.name: setting(control) for control in controls}

    def one(text: str, row: dict) -> str:
        def value(match: re.Match) -> str:
            name, format = match.groups()
            if name in row:
                return show(row[name], format or "4")
            return show(moved[name], format) if format else told[name]

        return _FIELD.sub(value, text)

    return one(_EACH.sub(lambda each: ", ".join(one(each[1], row) for row in rows), template), rows[0])
