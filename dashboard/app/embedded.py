"""The project's own model for the tools that ask it directly: one in memory, for all of them and all visitors."""

import streamlit as st


@st.cache_resource(show_spinner=False)
def embedded():
    """The embedded model, loaded when it is first asked for."""
    from core.models import load_model

    return load_model("embedded")
