"""Inside the model: a text of the reader's, read by the embedded model, with its attention and its logit lens."""

import re

import streamlit as st

from dashboard import inside
from dashboard.app import render
from dashboard.app.embedded import embedded
from dashboard.charts import visible
from dashboard.language import say


def page() -> None:
    """The tool. The text lives in the address."""
    st.title(say("nav.inside"), anchor=False)
    st.markdown(say("inside.lead"))
    text = st.text_input(
        say("inside.text"),
        "O céu hoje está",
        key="text",
        bind="query-params",
        max_chars=300,
        help=say("inside.text.help", most=inside.MOST),
    )
    try:
        one = inside.see(embedded(), text)
    except inside.TextError as error:
        st.error(say("inside.long", tokens=error.tokens, most=inside.MOST) if error.tokens else say("inside.empty"))
        return
    st.caption(
        say("inside.tokens", count=len(one.tokens), tokens=" · ".join(_code(visible(token)) for token in one.tokens))
    )
    for figure in inside.figures(one):
        render.show(figure)


def _code(token: str) -> str:
    """A token as Markdown code; one that holds backticks is fenced by more of them."""
    fence = "`" * (1 + max(map(len, re.findall("`*", token))))
    return f"{fence} {token} {fence}" if "`" in token else f"`{token}`"
