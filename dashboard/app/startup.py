"""What is settled before the first visitor comes: sound settings, enough descriptors, no uploads, and where errors go.

Nothing here imports torch unless the owner has set something: the server is there at once.
"""

import gzip
import os
from contextlib import suppress
from functools import cache

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

from dashboard import language
from dashboard.app.log import logged
from dashboard.app.messages import message
from dashboard.language import LANGUAGES, ROOT
from dashboard.vega import vega

DESCRIPTORS = 65_536  # a visitor holds three, also for some time after he left


def raise_descriptors() -> None:
    """The soft limit of open files as high as the system lets it be, up to DESCRIPTORS. Windows has no such limit."""
    with suppress(ImportError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
        if soft != resource.RLIM_INFINITY and soft < most:
            with suppress(ValueError, OSError):  # a system with a lower limit of its own
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def check_settings() -> None:
    """End the program, with one line that names the variable, where the owner's environment cannot be followed."""
    if not any(name.startswith("AMOSTRA_") for name in os.environ):
        return
    from core.models.hub_list import HubError, listed
    from core.models.remote import remote_models
    from dashboard.app.limits import Limits, check_listed

    for variables, read in (
        ("AMOSTRA_LIMIT_…", Limits.from_environment),
        ("AMOSTRA_SERVER_…", remote_models),
        ("AMOSTRA_MODELS", lambda: check_listed(listed().values())),
    ):
        try:
            read()
        except (ValueError, HubError) as error:
            named = str(error).startswith("AMOSTRA_")
            raise SystemExit(f"error: {error}" if named else f"error: {variables}: {error}") from None


def vega_script(request: Request) -> Response:
    """The script of Vega, which figures ask for when they come near; its address changes with it."""
    headers = {"content-encoding": "gzip", "cache-control": "public, max-age=31536000, immutable"}
    return Response(_packed_vega(), media_type="text/javascript", headers=headers)


@cache
def _packed_vega() -> bytes:
    return gzip.compress(vega().encode())


class NoUploads:
    """Turns uploads away: no page asks for one, and what is uploaded stays in the server's memory."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        refuse = scope["type"] == "http" and "/_stcore/upload_file/" in scope["path"]
        await (Response(status_code=404) if refuse else self._app)(scope, receive, send)


class PageScript:
    """Puts `page.js` at the head of the document, before any of Streamlit's scripts runs."""

    def __init__(self, app):
        self._app = app
        self._head = (
            f"<head><script>{(ROOT / 'dashboard' / 'app' / 'page.js').read_text(encoding='utf-8')}</script>".encode()
        )

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http" or "." in scope["path"] or "/_stcore/" in scope["path"]:
            await self._app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name not in (b"accept-encoding", b"range")]
        start, body = None, b""

        async def rewrite(part) -> None:
            nonlocal start, body
            if part["type"] == "http.response.start":
                start = part
                return
            body += part.get("body", b"")
            if part.get("more_body"):
                return
            told = body.replace(b"<head>", self._head, 1)
            if told != body:
                kept = [
                    (name, value)
                    for name, value in start["headers"]
                    if name.lower() not in (b"content-length", b"etag", b"last-modified")
                ]
                start["headers"] = [*kept, (b"content-length", str(len(told)).encode())]
            await send(start)
            await send({**part, "body": told})

        await self._app({**scope, "headers": plain}, receive, rewrite)


def unexpected(error: Exception) -> bool:
    """For Streamlit, in the place of its own box: whatever a page, a fragment or a callback did not catch.

    A callback runs before the page has said its language.
    """
    chosen = st.session_state.get("lang")
    language.set_language(chosen if chosen in LANGUAGES else language.current())
    st.error(message("fault.unexpected", code=logged(error)), icon=":material/error:")
    return True
