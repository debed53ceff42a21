"""The one reader of the address: what a page takes from it is checked before a control of Streamlit's sees it.

    address.read({"present": address.SWITCH, "lang": address.one_of(["pt", "en"])})

A value that is none is taken out of the address, so that the control has its initial value, and the visitor is told.
"""

from collections.abc import Callable, Iterable, Mapping

import streamlit as st
from streamlit.runtime.state import get_session_state

from dashboard.app.messages import message

Check = Callable[[list[str]], bool]  # every value that the address gives a name, in order; most have one


def _alone(check: Callable[[str], bool]) -> Check:
    return lambda values: len(values) == 1 and check(values[0])


def one_of(choices: Iterable[str]) -> Check:
    known = frozenset(map(str, choices))
    return _alone(lambda value: value in known)


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
