"""Mounts pieces of a page in Streamlit: HTML made by `dashboard.page`, brought to life by its scripts (`shell.js`)."""

import streamlit as st

from dashboard import language
from dashboard.app.headers import embedders
from dashboard.blocks import Block
from dashboard.links import addressed
from dashboard.page.document import Document
from dashboard.page.html import html, words

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
    _mount(made.slug, made.html)


def show_blocks(key: str, *blocks: Block) -> None:
    """Show blocks without formulas (figures) among Streamlit's own elements."""
    _mount(key, f'<div class="am-page">{"".join(html(block) for block in blocks)}</div>')


def _mount(key: str, body: str) -> None:
    data = {"html": addressed(body, address), "words": _words()}
    _piece(key=f"page-{key}", data=data)  # one for both languages: two would stand side by side until the run ends


def _words() -> dict[str, str]:
    """What the scripts say; the code for a frame is offered only where the owner has named a page that may show one."""
    told = words()
    if not embedders():
        del told["embed.code"]
    return told
