"""Shows a block in Streamlit: one function per block type."""

from functools import singledispatch

import pandas as pd
import streamlit as st

from dashboard import language
from dashboard.app.messages import Words, joined, message
from dashboard.blocks import (
    Answer,
    Block,
    Callout,
    Correction,
    Derivation,
    Exercise,
    Figure,
    Merges,
    Prose,
    Table,
    to_json,
)
from dashboard.language import say
from dashboard.links import follow
from dashboard.words import correction_columns, figure_words

ICONS = {
    "note": ":material/info:",
    "engines": ":material/memory:",
    "instructor": ":material/co_present:",
    "misconception": ":material/warning:",
}

# A figure is mounted by the page's runtime (dashboard/page/figure.js); on a rerun with the same data nothing is redrawn.
_FIGURE = """
export default ({ data, parentElement }) => {
  const home = parentElement.querySelector(".am-home");
  const mount = () => window.Amostra.mount(home, data.figure, data.words);
  if (window.Amostra) mount(); else window.addEventListener("amostra-ready", mount, { once: true });
};
"""


_figure = st.components.v2.component(
    "amostra_figure", js=_FIGURE, html='<div class="am-home"></div>', isolate_styles=False
)


def _markdown(text: str) -> Words:
    """Markdown with the lessons' own links as addresses of the app."""
    query = f"?lang={language.current()}"

    def write(label: str, kind: str, name: str) -> str:
        return f"[{label}](glossary{query}#{name})" if kind == "term" else f"[{label}]({name}{query})"

    return Words(follow(text, write))


@singledispatch
def show(block: Block) -> None:
    """Show one block on the current page."""
    raise TypeError(f"the app cannot show a {type(block).__name__}")


@show.register
def _(block: Prose) -> None:
    if block.anchor:
        st.html(f'<div id="{block.anchor}"></div>')
    st.markdown(_markdown(block.text))


@show.register
def _(block: Table) -> None:
    st.table(pd.DataFrame(block.rows, columns=block.columns).set_index(block.columns[0]))
    if block.caption:
        st.caption(Words(block.caption))


@show.register
def _(block: Callout) -> None:
    with st.container(border=True):
        st.markdown(Words(f"**{ICONS[block.kind]} {say(f'callout.{block.kind}')}: {block.title}**"))
        st.markdown(_markdown(block.text))


@show.register
def _(block: Correction) -> None:
    with st.container(border=True):
        st.markdown(Words(f"**:material/rule: {say('correction.title')}**"))
        columns = correction_columns()
        st.table(pd.DataFrame(block.rows, columns=columns).set_index(columns[0]))
        st.markdown(_markdown(block.why))


@show.register
def _(block: Derivation) -> None:
    with st.container(border=True):
        st.markdown(Words(f"**{block.title}**"))
        one = len(block.cases) == 1
        places = [st.container()] if one else st.tabs([case.label for case in block.cases])
        for case, place in zip(block.cases, places, strict=True):
            with place:
                for number, step in enumerate(case.steps, 1):
                    st.markdown(Words(f"**{number}.** {step.text}\n\n$$\n{step.tex}\n$$"))


@show.register
def _(block: Figure | Merges) -> None:
    _figure(key=f"figure-{block.id}", data={"figure": to_json(block), "words": figure_words()})


@show.register
def _(block: Exercise) -> None:
    ask = _ask if block.kind == "bet" else st.fragment(_ask)  # a bet is opened by another block: the whole page reruns
    with st.container(border=True):
        ask(block)


def _ask(block: Exercise) -> None:
    key = f"answer-{block.id}"
    st.markdown(Words(f"**{say(f'exercise.{block.kind}')}**\n\n{_markdown(block.question)}"))
    if block.code:
        st.code(block.code, language="python", line_numbers=True)
    if block.kind == "numeric":
        given = st.text_input(
            say("exercise.number"), key=key, help=say("exercise.number.help"), persist_state="session"
        )
        if given.strip():
            _verdict(block.check(given))
        return
    given = st.radio(
        say("exercise.answers"),
        block.order,
        index=None,
        key=key,
        persist_state="session",
        format_func=lambda i: Words(block.options[i].text),
        label_visibility="collapsed",
    )
    if given is None:
        return
    if block.kind == "bet":
        st.info(say("exercise.kept"), icon=":material/casino:")
    elif block.kind != "predict" or st.button(say("exercise.check"), key=f"check-{block.id}"):
        _verdict(block.check(given))


def _verdict(feedback) -> None:
    if feedback.correct is None:
        st.warning(Words(feedback.text))
    elif feedback.correct:
        st.success(Words(f"**{say('exercise.correct')}** {_markdown(feedback.text)}"), icon=":material/check:")
    else:
        st.error(Words(f"**{say('exercise.incorrect')}** {_markdown(feedback.text)}"), icon=":material/close:")


@show.register
def _(block: Answer) -> None:
    given = st.session_state.get(f"answer-{block.bet.id}")
    with st.container(border=True):
        if given is None:
            right = block.bet.right_option
            st.markdown(
                joined(
                    message("exercise.no_bet", answer=Words(f"**{right.text}**")), Words(right.feedback), between="\n\n"
                )
            )
        else:
            st.markdown(message("exercise.your_bet", bet=Words(f"**{block.bet.options[given].text}**")))
            _verdict(block.bet.check(given))
