"""Inside the model: a text of the reader's, read by the embedded model, with its attention and its logit lens."""

import streamlit as st

from dashboard import inside
from dashboard.app import address, mount
from dashboard.app.embedded import embedded
from dashboard.app.messages import joined, literal, message
from dashboard.charts import visible
from dashboard.language import say

START = "O céu hoje está"
LONGEST = 300  # characters


def page() -> None:
    """The tool. The text lives in the address."""
    address.read({"text": address.text(LONGEST)})
    st.title(say("nav.inside"), anchor=False)
    st.markdown(say("inside.lead"))
    text = st.text_input(
        say("inside.text"),
        START,
        key="text",
        bind="query-params",
        max_chars=LONGEST,
        help=message("inside.text.help", most=inside.MOST),
    )
    try:
        one = inside.see(embedded(), text)
    except inside.TextError as error:
        st.error(message("inside.long", tokens=error.tokens, most=inside.MOST) if error.tokens else say("inside.empty"))
        return
    tokens = joined(*(literal(visible(token)) for token in one.tokens), between=" · ")
    st.caption(message("inside.tokens", count=len(one.tokens), tokens=tokens))
    for figure in inside.figures(one):
        mount.show_blocks(figure.id, figure)
