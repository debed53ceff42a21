"""The page's styles and scripts as files beside Streamlit, under a name that changes with their text: loaded once, then kept."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import language, lesson, theme
from dashboard.app.mount import address
from dashboard.language import LANGUAGES
from dashboard.page import document
from dashboard.page.scripts import STYLES, page_script
from dashboard.vega import figure_script

HERE = Path(__file__).parent
TYPES = {"css": "text/css", "js": "text/javascript"}


@cache
def files() -> dict[str, bytes]:
    """What the page loads, by name, as sent (gzip)."""
    styles = (path.read_text(encoding="utf-8") for path in (*STYLES, HERE / "app.css"))
    texts = {
        "page.css": theme.css() + "".join(styles),
        "page.js": page_script(),
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


async def _send(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in files():
        return Response(status_code=404)
    headers = {"content-encoding": "gzip", "cache-control": "public, max-age=31536000, immutable"}
    return Response(files()[name], media_type=TYPES[name.rpartition(".")[2]], headers=headers)


def _send_exercises(request: Request) -> Response:
    """The exercises of a lesson; where it was never read, they are made now."""
    lang, name = request.path_params["lang"], request.path_params["name"]
    found = [one for one in lesson.lessons() if f"{one.slug}.js" == name]
    if lang not in LANGUAGES or not found:
        return Response(status_code=404)
    with language.using(lang):
        script = document.exercises(found[0], address)
    headers = {"content-encoding": "gzip", "cache-control": "no-cache"}
    return Response(gzip.compress(script.encode(), mtime=0), media_type=TYPES["js"], headers=headers)


def routes() -> list[Route]:
    """Where Streamlit's own server also answers."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    place = f"{f'/{base}' if base else ''}/_page"
    return [Route(f"{place}/exercises/{{lang}}/{{name}}", _send_exercises), Route(f"{place}/{{digest}}/{{name}}", _send)]
