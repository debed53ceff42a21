"""The page's styles and scripts as files beside Streamlit, under a name that changes with their text: loaded once, then kept."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import language, theme
from dashboard.app import mount
from dashboard.language import LANGUAGES
from dashboard.page import search
from dashboard.page.scripts import STYLES, core_script, page_script
from dashboard.vega import figure_script

HERE = Path(__file__).parent
TYPES = {"css": "text/css", "js": "text/javascript"}


@cache
def files() -> dict[str, bytes]:
    """What the page loads, by name, as sent (gzip)."""
    styles = (path.read_text(encoding="utf-8") for path in (*STYLES, HERE / "app.css"))
    texts = {
        "page.css": theme.css() + "".join(styles),
        "page.js": core_script() + page_script(),
        "figure.js": figure_script(),
    }
    return {name: gzip.compress(text.encode(), mtime=0) for name, text in texts.items()}


@cache
def _digest() -> str:
    return hashlib.sha256(b"".join(files().values())).hexdigest()[:12]


@cache
def head() -> str:
    """The elements for the document's head. Addresses are relative, as Streamlit's own."""
    place = f"./_page/{_digest()}"
    shell = (HERE / "shell.js").read_text(encoding="utf-8")
    return (
        f'<link rel="stylesheet" href="{place}/page.css"><script>{shell}</script>'
        f'<script defer src="{place}/page.js"></script><script async src="{place}/figure.js"></script>'
    )


@cache
def search_index(lang: str) -> bytes:
    """The index of the search, as sent (gzip): made when it is first asked for, since every page is in it."""
    with language.using(lang):
        return gzip.compress(search.script(mount.address).encode(), mtime=0)


def _file(name: str) -> bytes | None:
    """A file by its name, None where there is none."""
    lang = name.removeprefix("search.").removesuffix(".js")
    return search_index(lang) if lang in LANGUAGES and name == f"search.{lang}.js" else files().get(name)


def _send(request: Request) -> Response:
    """In a thread of its own: the index takes its time."""
    name = request.path_params["name"]
    body = _file(name)
    if body is None:
        return Response(status_code=404)
    headers = {"content-encoding": "gzip", "cache-control": "public, max-age=31536000, immutable"}
    return Response(body, media_type=TYPES[name.rpartition(".")[2]], headers=headers)


def routes() -> list[Route]:
    """Where Streamlit's own server also answers."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return [Route(f"{f'/{base}' if base else ''}/_page/{{digest}}/{{name}}", _send)]
