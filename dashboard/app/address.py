"""The one reader of the address: what a page takes from it is checked before a control of Streamlit's sees it.

    address.read({"temperature": address.number(0, 3), "lang": address.one_of(["pt", "en"])})

A value that is none is taken out of the address, so that the control has its initial value, and the visitor is told.
"""

import re
from collections.abc import Callable, Iterable, Mapping

import streamlit as st
from streamlit.runtime.state import get_session_state

from dashboard.app.messages import message

Check = Callable[[list[str]], bool]  # every value that the address gives a name, in order; most have one

_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,30})?(?:e-?[0-9]{1,2})?", re.IGNORECASE)


def _alone(check: Callable[[str], bool]) -> Check:
    return lambda values: len(values) == 1 and check(values[0])


def _is_number(value: str, low: float, high: float, whole: bool) -> bool:
    if not _NUMBER.fullmatch(value) or (value.startswith("-") and not float(value)):  # -0 is no place on a slider
        return False
    return low <= float(value) <= high and not (whole and float(value) % 1)


def number(low: float, high: float) -> Check:
    """One number from `low` to `high`, a whole one where both are whole (`int`)."""
    whole = isinstance(low, int) and isinstance(high, int)
    return _alone(lambda value: _is_number(value, low, high, whole))


def range_in(low: float, high: float) -> Check:
    """Two numbers from `low` to `high`, the smaller one first."""
    return lambda values: (
        len(values) == 2
        and all(_is_number(one, low, high, False) for one in values)
        and float(values[0]) <= float(values[1])
    )


def one_of(choices: Iterable[str]) -> Check:
    known = frozenset(map(str, choices))
    return _alone(lambda value: value in known)


def text(most: int) -> Check:
    """At most so many characters."""
    return _alone(lambda value: len(value) <= most)


SWITCH = _alone(lambda value: value.lower() in ("true", "false"))


def read(expected: Mapping[str, Check]) -> None:
    """Take what is no value of its name out of the address, and say so."""
    with get_session_state().query_params() as address:
        given = {name: address.get_all(name) for name in expected if name in address}
        bad = {name: values for name, values in given.items() if not expected[name](values)}
        for name in bad:
            address.remove_param(name)
        if bad:
            address.set_initial_query_params_from_current()
    for name, values in bad.items():
        st.toast(message("link.bad", name=name, value=", ".join(values)), icon=":material/link_off:")
