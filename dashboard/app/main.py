"""The app's script, run at every change: its pages, and the one that the address asks for."""

from urllib.parse import unquote, urlsplit

import streamlit as st

from dashboard import lesson
from dashboard.app import frame, pages
from dashboard.language import say

st.set_page_config(page_icon=frame.LOGO, layout="centered")
frame.choose()
known = {
    "": st.Page(pages.home, title=say("nav.home"), url_path="", default=True),
    **{
        one.slug: st.Page(pages.lesson_page(one), title=one.text("title"), url_path=one.slug)
        for one in [*lesson.lessons(), *lesson.pages()]
    },
    "lab": st.Page(pages.sampling_lab, title=say("nav.lab"), url_path="lab"),
    "generation": st.Page(pages.generation, title=say("nav.generation"), url_path="generation"),
    "server": st.Page(pages.server, title=say("nav.generation"), url_path="server"),
    "inside": st.Page(pages.inside, title=say("nav.inside"), url_path="inside"),
    "quiz": st.Page(pages.quiz, title=say("nav.quiz"), url_path="quiz"),
    "review": st.Page(pages.review, title=say("nav.review"), url_path="review"),
    "glossary": st.Page(pages.glossary, title=say("nav.glossary"), url_path="glossary"),
    "search": st.Page(pages.search, title=say("site.search"), url_path="search"),
}
asked = unquote(urlsplit(st.context.url or "").path).rpartition("/")[2].strip()
lost = [] if asked in known else [st.Page(pages.not_found, title=say("nav.lost"), url_path=asked, visibility="hidden")]
current = st.navigation([*known.values(), *lost], position="hidden")
st.set_page_config(page_title=f"{current.title} · {say('project')}")
moved = current is known["server"]  # where the server's models were before they came into the tool
frame.dress(current, instead="generation" if moved else "")
if not moved:
    current.run()
