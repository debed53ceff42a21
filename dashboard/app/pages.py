"""The app's pages: home, a lesson, the glossary."""

from collections.abc import Callable

import streamlit as st

from dashboard import language, lesson
from dashboard.app import render
from dashboard.language import LANGUAGES, glossary as terms, say
from dashboard.lesson import Lesson, LessonError


def home() -> None:
    """What this is, and the lessons to start from."""
    st.title(say("project.claim"))
    st.markdown(say("home.lead"))
    for one in lesson.lessons():
        with st.container(border=True):
            st.subheader(one.text("title"), anchor=False)
            st.markdown(one.text("summary"))
            st.caption(say("lesson.minutes", minutes=one.header["minutes"]))
            st.page_link(lesson_page(one), label=say("nav.start"), icon=":material/arrow_forward:")


def lesson_page(one: Lesson) -> Callable[[], None]:
    """The page of one lesson. Prose is on screen before the first calculation needs torch."""

    def page() -> None:
        st.title(one.text("title"), anchor=False)
        st.markdown(one.text("summary"))
        st.caption(" · ".join([say("lesson.minutes", minutes=one.header["minutes"]),
                               say("lesson.prerequisites", what=one.text("prerequisites"))]))
        try:
            for block in lesson.produce(one, language.current()):
                render.show(block)
        except LessonError as error:
            st.error(say("lesson.failed"))
            st.exception(error)
        st.header(say("lesson.sources"), anchor="sources")
        st.markdown("\n".join(f"- [{source['text']}]({source['url']})" for source in one.header["sources"]))

    page.__name__ = one.slug
    return page


def glossary() -> None:
    """Every term with its meaning and its name in the other language."""
    here = language.current()
    other = next(code for code in LANGUAGES if code != here)
    st.title(say("nav.glossary"), anchor=False)
    st.markdown(say("glossary.intro"))
    for term in sorted(terms().values(), key=lambda term: term.term[here].casefold()):
        st.subheader(term.term[here], anchor=term.id)
        source = f" {term.source}." if term.source else ""
        st.markdown(f"{term.meaning[here]}{source}")
        if term.term[other] != term.term[here]:
            st.caption(say("glossary.in_other", term=term.term[other]))
