"""The settings of a draw in each engine's own words, to copy."""

import streamlit as st

from core.engines.facts import ENGINES
from dashboard.app.faults import lost
from dashboard.language import say


def copy_settings(params) -> None:
    """One tab for each engine, and what it cannot express."""
    from core import to_engine

    st.header(say("lab.copy"), anchor="copy")
    for engine, tab in zip(ENGINES, st.tabs(list(ENGINES)), strict=True):
        with tab:
            settings = to_engine(params, engine)
            st.code(
                settings.text, language={"openai": "json", "llama.cpp": "bash"}.get(engine, "python"), wrap_lines=True
            )
            for loss in settings.missing:
                st.caption(lost(loss))
            if not settings.missing:
                st.caption(say("lab.missing.none"))
