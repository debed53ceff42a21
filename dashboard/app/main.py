"""What runs for every page: page configuration, language, navigation."""

from urllib.parse import unquote, urlsplit

import streamlit as st

from dashboard import lesson
from dashboard.app import frame, pages
from dashboard.language import say

st.set_page_config(page_title="Amostra", page_icon=frame.LOGO, layout="centered")
frame.choose()
parts = {
    part: [
        st.Page(pages.lesson_page(one), title=one.text("title"), url_path=one.slug, icon=":material/school:")
        for one in members
    ]
    for part, members in lesson.parts().items()
}
tools = {
    "lab": st.Page(pages.sampling_lab, title=say("nav.lab"), url_path="lab", icon=":material/science:"),
    "generation": st.Page(
        pages.generation, title=say("nav.generation"), url_path="generation", icon=":material/edit_note:"
    ),
    "inside": st.Page(pages.inside, title=say("nav.inside"), url_path="inside", icon=":material/visibility:"),
}
sections = {
    "": [st.Page(pages.home(parts, tools), title=say("nav.home"), url_path="", icon=":material/home:", default=True)],
    **{say(f"nav.part.{part}"): members for part, members in parts.items()},
    say("nav.tools"): list(tools.values()),
    say("nav.reference"): [
        st.Page(pages.glossary, title=say("nav.glossary"), url_path="glossary", icon=":material/dictionary:"),
        *(
            st.Page(pages.lesson_page(one), title=one.text("title"), url_path=one.slug, icon=":material/library_books:")
            for one in lesson.pages()
        ),
    ],
}
known = {page.url_path for members in sections.values() for page in members}
asked = unquote(urlsplit(st.context.url or "").path).rpartition("/")[2].strip()
lost = [] if asked in known else [st.Page(pages.not_found, title=say("nav.lost"), url_path=asked, visibility="hidden")]
current = st.navigation({**sections, "": [*sections[""], *lost]}, position="hidden")
frame.dress(sections)
current.run()
