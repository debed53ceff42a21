"""The app's pages: documents mounted whole, the tools, and what an address without a page is told."""

from collections.abc import Callable

import streamlit as st

from dashboard import language
from dashboard.app import mount
from dashboard.language import say
from dashboard.lesson import Lesson
from dashboard.page import document
from dashboard.repository import colab_link


def home() -> None:
    """What this is, the tools and the lessons to start from."""
    mount.show(document.home())


def lesson_page(one: Lesson) -> Callable[[], None]:
    """The page of one lesson, or of a page written like one."""

    def page() -> None:
        mount.show(document.of(one))
        if one.numbered:
            _notebook(one)

    page.__name__ = one.slug
    return page


def glossary() -> None:
    """Every term with its meaning and its name in the other language."""
    mount.show(document.terms())


def review() -> None:
    """What waits for another answer, and what the browser keeps."""
    mount.show(document.review())


def quiz() -> None:
    """A class's quiz, out of the exercises of any lessons."""
    mount.show(document.quiz())


def search() -> None:
    """The search over all pages but the tools."""
    mount.show(document.search())


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
    mount.show(document.tool("lab"))


def inside() -> None:
    """Inside the model."""
    mount.show(document.tool("inside"))


def generation() -> None:
    """Generation, by the page's own model and by those of this server."""
    mount.show(document.tool("generation"))


def server() -> None:
    """The address that the server's models had once: they are in the generation."""


def not_found() -> None:
    """Where an address leads to no page."""
    st.title(say("nav.lost"), anchor=False)
    st.markdown(say("nav.lost.help"))
