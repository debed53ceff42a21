"""Mounts pieces of a page in Streamlit: HTML made by `dashboard.page`, brought to life by its scripts (`shell.js`)."""

import streamlit as st

from dashboard import language
from dashboard.app.headers import embedders
from dashboard.links import addressed
from dashboard.page.document import Document
from dashboard.page.html import words

_MOUNT = """
export default ({ data, parentElement }) => window.amostraPage.mount(parentElement.querySelector(".am-home"), data);
"""

_piece = st.components.v2.component("amostra_page", js=_MOUNT, html='<div class="am-home"></div>', isolate_styles=False)


def address(kind: str, name: str, rest: str) -> str:
    """Where a link of the lessons' own leads in the app, in the language in force."""
    here = f"?lang={language.current()}"
    if kind == "exercises":
        return f"./_page/exercises/{language.current()}/{name}.js"
    if kind == "term":
        return f"glossary{here}#{name}"
    return f"{'./' if name == 'home' else name}{here}{rest.replace('?', '&amp;', 1)}"


def show(made: Document) -> None:
    """Show a whole page."""
    data = {"html": addressed(made.html, address), "words": _words()}
    # One for both languages: two would stand side by side until the run ends.
    _piece(key=f"page-{made.slug}", data=data)


def _words() -> dict[str, str]:
    """What the scripts say; the code for a frame is offered only where the owner has named a page that may show one."""
    told = words()
    if not embedders():
        del told["embed.code"]
    return told
