"""The project's own model for the tools that ask it directly: one in memory, for all of them and all visitors."""

import gc

import streamlit as st


@st.cache_resource(show_spinner=False)
def embedded():
    """The embedded model, loaded when it is first asked for."""
    from core.models import load_model

    model = load_model("embedded")
    # Streamlit collects garbage after every run: what comes with the model (the compiler's tables above all) is here to
    # stay and need not be looked through each time, while twelve visitors wait.
    gc.collect()
    gc.freeze()
    return model
