"""The page's styles and scripts as files beside Streamlit, under a name that changes with their text: loaded once, then kept."""

import gzip
import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import language, lesson, theme
from dashboard.app import models
from dashboard.app.check import check
from dashboard.app.mount import address
from dashboard.cache import CACHE, fetch, store
from dashboard.language import LANGUAGES, ROOT
from dashboard.page import document, scripts, search, tools
from dashboard.room.routes import Service
from dashboard.vega import vega

HERE = Path(__file__).parent
TYPES = {"css": "text/css", "js": "text/javascript"}
SOURCES = ("dashboard/**/*.js", "dashboard/**/*.css", "dashboard/catalog.toml", "dashboard/page/scripts.py", "dashboard/theme.py", "dashboard/vega.py",
           "dashboard/page/weights.py", "core/engines/facts.py", "core/params.py", "core/weights/embedded/*")  # fmt: skip


def _styles() -> str:
    files = (*scripts.STYLES, HERE / "app.css")
    return scripts.without_css_comments(theme.css() + "".join(path.read_text(encoding="utf-8") for path in files))


def _page() -> str:
    return scripts.without_comments(scripts.page_script() + scripts.merges_script())


def _embedded() -> bytes:
    from dashboard.page import weights  # with it comes torch, which no page waits for

    return weights.script()


FILES = {
    "page.css": _styles,
    "page.js": _page,
    "vega.js": vega,
    "tools.css": tools.styles,
    "model.js": scripts.model_script,
    "model_embedded.js": _embedded,
    **{name: lambda make=make: scripts.without_comments(make()) for name, make in scripts.LATER.items()},
}
"""What each is made by: a text, or bytes."""


@cache
def digest() -> str:
    """What changes with the files."""
    read = (path.read_bytes() for pattern in SOURCES for path in sorted(ROOT.glob(pattern)))
    return hashlib.sha256(b"".join(read) + version("vl-convert-python").encode()).hexdigest()[:12]


@cache
def packed(name: str) -> bytes:
    """One of FILES as sent (gzip); it is kept on disk."""
    kept = CACHE / f"{name.replace('.', '-')}@{digest()}.gz"
    if (found := fetch(kept)) is not None:
        return found
    made = FILES[name]()
    sent = gzip.compress(made if isinstance(made, bytes) else made.encode(), mtime=0)
    store(kept, sent)
    return sent


@cache
def head() -> str:
    """The elements for the document's head. Addresses are relative, as Streamlit's own."""
    place = f"./_page/{digest()}"
    shell = (HERE / "shell.js").read_text(encoding="utf-8")
    return (
        f'<link rel="stylesheet" href="{place}/page.css"><script>{shell}</script>'
        f'<script defer src="{place}/page.js"></script>'
    )


@cache
def search_index(lang: str) -> bytes:
    """The index of the search, as sent (gzip): made when it is first asked for, since every page is in it."""
    with language.using(lang):
        return gzip.compress(search.script(address).encode(), mtime=0)


def _file(name: str) -> bytes | None:
    """A file by its name, None where there is none."""
    lang = name.removeprefix("search.").removesuffix(".js")
    if lang in LANGUAGES and name == f"search.{lang}.js":
        return search_index(lang)
    return packed(name) if name in FILES else None


def _send(request: Request) -> Response:
    """In a thread of its own: the index takes its time."""
    name = request.path_params["name"]
    body = _file(name)
    if body is None:
        return Response(status_code=404)
    headers = {"content-encoding": "gzip", "cache-control": "public, max-age=31536000, immutable"}
    return Response(body, media_type=TYPES[name.rpartition(".")[2]], headers=headers)


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


@cache
def base() -> str:
    """What stands before every address: "" or "/amostra"."""
    given = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{given}" if given else ""


def is_room(path: str) -> bool:
    """Whether an address is of the rooms, whose pages are not Streamlit's."""
    return f"{path}/".startswith(f"{base()}/r/")


def routes() -> list[Route]:
    """Where Streamlit's own server also answers."""
    return [
        Route(f"{base()}/_page/check", check, methods=["POST"]),
        Route(f"{base()}/_page/exercises/{{lang}}/{{name}}", _send_exercises),
        *models.routes(base()),
        Route(f"{base()}/_page/{{digest}}/{{name}}", _send),
        *Service(base()).routes(),
    ]
