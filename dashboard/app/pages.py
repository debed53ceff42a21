"""The app's pages: home, a lesson or a reference page written like one, the tools, the glossary."""

from collections.abc import Callable
from itertools import count

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import language, lesson
from dashboard.app import render
from dashboard.app.messages import Words, joined, message
from dashboard.language import LANGUAGES, say
from dashboard.language import glossary as terms
from dashboard.lesson import Lesson
from dashboard.repository import colab_link


def home(parts: dict[int, list[StreamlitPage]], tools: dict[str, StreamlitPage]) -> Callable[[], None]:
    """What this is, the tools and the lessons to start from, given the pages of each part and of each tool."""

    def page() -> None:
        front = lesson.home()
        st.title(Words(front.text("title")), anchor=False)
        st.markdown(Words(front.text("summary")))
        for block in lesson.produce(front, language.current()):
            render.show(block)
        with st.container(key="cards"):
            st.header(say("nav.tools"), anchor=False)
            _cards(
                3, [(target.title, say(f"home.{name}"), "", say("nav.open"), target) for name, target in tools.items()]
            )
            number = count(1)
            for part, members in lesson.parts().items():
                st.header(say(f"nav.part.{part}"), anchor=False)
                _cards(
                    2,
                    [
                        (
                            f"{next(number)}. {one.text('title')}",
                            one.text("summary"),
                            say("lesson.minutes", minutes=one.minutes),
                            say("nav.start"),
                            target,
                        )
                        for one, target in zip(members, parts[part], strict=True)
                    ],
                )

    return page


def _cards(columns: int, cards: list[tuple[str, str, str, str, StreamlitPage]]) -> None:
    """Cards side by side, row by row: title, text, note, and the label of the link to a page."""
    for start in range(0, len(cards), columns):
        for place, (title, text, note, label, target) in zip(
            st.columns(columns), cards[start : start + columns], strict=False
        ):
            with place.container(border=True, height="stretch"):
                st.subheader(Words(title), anchor=False)
                st.markdown(Words(text))
                if note:
                    st.caption(Words(note))
                st.page_link(target, label=Words(label), icon=":material/arrow_forward:")


def lesson_page(one: Lesson) -> Callable[[], None]:
    """The page of one lesson, or of a page written like one. Prose is on screen before the first calculation needs torch."""

    def page() -> None:
        st.title(Words(one.text("title")), anchor=False)
        st.markdown(Words(one.text("summary")))
        if one.numbered:
            st.caption(
                joined(
                    message("lesson.minutes", minutes=one.minutes),
                    message("lesson.prerequisites", what=Words(one.text("prerequisites"))),
                    between=" · ",
                )
            )
        for block in lesson.produce(one, language.current()):
            render.show(block)
        if one.numbered:
            _notebook(one)
        if one.header["sources"]:
            st.header(say("lesson.sources"), anchor="sources")
            st.markdown(Words("\n".join(f"- [{source['text']}]({source['url']})" for source in one.header["sources"])))

    page.__name__ = one.slug
    return page


def _notebook(one: Lesson) -> None:
    """The same lesson as a notebook: a download, and Colab where the project has a public address."""
    lang = language.current()

    def contents() -> str:
        import nbformat  # Jupyter's libraries: only for those who ask

        from dashboard import notebooks

        return nbformat.writes(notebooks.build(one, lang))

    with st.container(horizontal=True):
        st.download_button(
            say("lesson.notebook"),
            contents,
            file_name=f"{one.text('slug')}.ipynb",
            mime="application/x-ipynb+json",
            icon=":material/download:",
            on_click="ignore",
        )
        if link := colab_link(one, lang):
            st.link_button(say("lesson.colab"), link)


def sampling_lab() -> None:
    """The sampling lab."""
    from dashboard.app import lab_page  # with it comes torch, which no other page waits for

    lab_page.page()


def inside() -> None:
    """Inside the model."""
    from dashboard.app import inside_page  # with it comes torch

    inside_page.page()


def generation() -> None:
    """The generation tab."""
    from dashboard.app import generation_page  # with it comes torch

    generation_page.page()


def glossary() -> None:
    """Every term with its meaning and its name in the other language."""
    here = language.current()
    other = next(code for code in LANGUAGES if code != here)
    st.title(say("nav.glossary"), anchor=False)
    st.markdown(say("glossary.intro"))
    for term in sorted(terms().values(), key=lambda term: term.term[here].casefold()):
        st.subheader(Words(term.term[here]), anchor=term.id)
        source = message("glossary.source", source=Words(term.source)) if term.source else Words()
        st.markdown(joined(Words(term.meaning[here]), source))
        if term.term[other] != term.term[here]:
            st.caption(message("glossary.in_other", term=Words(term.term[other])))


def not_found() -> None:
    """Where an address leads to no page."""
    st.title(say("nav.lost"), anchor=False)
    st.markdown(say("nav.lost.help"))
