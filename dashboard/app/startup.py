"""What is settled before the first visitor comes: sound settings, enough descriptors, pages, no uploads, where errors go.

Nothing here imports torch unless the owner has set something: the server is there at once.
"""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st
from starlette.responses import Response

from dashboard import language
from dashboard.app import served
from dashboard.app.log import logged
from dashboard.app.messages import message
from dashboard.language import LANGUAGES, ROOT
from dashboard.streams import ending_streams

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
    from dashboard.app.headers import EMBED, embedders
    from dashboard.app.limits import Limits, check_listed

    for variables, read in (
        ("AMOSTRA_LIMIT_…", Limits.from_environment),
        ("AMOSTRA_SERVER_…", remote_models),
        (EMBED, embedders),
        ("AMOSTRA_MODELS", lambda: check_listed(listed().values())),
    ):
        try:
            read()
        except (ValueError, HubError) as error:
            named = str(error).startswith("AMOSTRA_")
            raise SystemExit(f"error: {error}" if named else f"error: {variables}: {error}") from None


@asynccontextmanager
async def pages_ahead(app) -> AsyncIterator[None]:
    """While the server runs: at its start a process of its own makes the pages that nobody has asked for yet."""
    maker = subprocess.Popen(
        [sys.executable, "-m", "dashboard.page"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    with suppress(AttributeError, OSError):  # Windows has none
        os.setpriority(os.PRIO_PROCESS, maker.pid, 10)
    try:
        with ending_streams():
            yield
    finally:
        maker.terminate()
        maker.wait()


class NoUploads:
    """Turns uploads away: no page asks for one, and what is uploaded stays in the server's memory."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        refuse = scope["type"] == "http" and "/_stcore/upload_file/" in scope["path"]
        await (Response(status_code=404) if refuse else self._app)(scope, receive, send)


class PageHead:
    """Puts what the page needs at the head of the document, before any of Streamlit's scripts runs."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or "." in path or "/_stcore/" in path or "/_page/" in path or served.is_room(path):
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
            told = body.replace(b"<head>", f"<head>{served.head()}".encode(), 1)
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
    chosen = st.query_params.get("lang")
    language.set_language(chosen if chosen in LANGUAGES else language.current())
    st.error(message("fault.unexpected", code=logged(error)), icon=":material/error:")
    return True
