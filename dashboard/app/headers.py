"""What a browser is told to refuse on our pages: scripts that are not ours, other sites' frames, sensors, referrers."""

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

EMBED = "AMOSTRA_EMBED"
_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)

# Streamlit loads a component's script from a blob, sets styles from scripts, and decodes its messages in WebAssembly. Scripts
# written into a document are allowed by their digest; what a script makes of text ('unsafe-eval') is not.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "media-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


def embedders(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The origins whose pages may show the app in a frame: AMOSTRA_EMBED, separated by spaces or commas.

    Raises:
        ParameterError: one that is no origin, such as "https://moodle.example.org".
    """
    origins = re.split(r"[\s,]+", environ.get(EMBED, "").strip())
    for origin in filter(None, origins):
        parts = urlsplit(origin)
        if (
            parts.scheme not in ("http", "https")
            or origin != f"{parts.scheme}://{parts.netloc}"
            or not _host(parts.netloc)
        ):
            from core.validation import ParameterError  # with it comes torch, which no sound setting waits for

            raise ParameterError(EMBED, origin, "origins such as https://moodle.example.org, separated by spaces")
    return [origin for origin in origins if origin]


def _host(netloc: str) -> bool:
    return bool(re.fullmatch(r"(\*\.)?[\w.-]+(:\d+)?", netloc, re.ASCII))


def policy(document: bytes = b"", embed: list[str] | tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy for a document: its own inline scripts are allowed by their digest."""
    digests = (base64.b64encode(hashlib.sha256(text).digest()).decode() for text in _INLINE.findall(document))
    scripts = " ".join([_POLICY["script-src"], *(f"'sha256-{digest}'" for digest in digests)])
    framing = " ".join(["'self'", *embed])
    return "; ".join(
        f"{name} {value}" for name, value in {**_POLICY, "script-src": scripts, "frame-ancestors": framing}.items()
    )


class Headers:
    """Adds them to every answer. A document is held back until it is whole, since its policy names its scripts."""

    def __init__(self, app):
        self._app = app
        self._embed = embedders()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, body = None, b""

        async def safely(part) -> None:
            nonlocal start, body
            if part["type"] == "http.response.start":
                start = part
                if not _is_document(part["headers"]):
                    await send(self._safe(part, b""))
                return
            if not _is_document(start["headers"]):
                await send(part)
                return
            body += part.get("body", b"")
            if not part.get("more_body"):
                await send(self._safe(start, body))
                await send({**part, "body": body})

        await self._app(scope, receive, safely)

    def _safe(self, start, document: bytes) -> dict:
        told = {"content-security-policy": policy(document, self._embed), **_ALWAYS}
        kept = [(name, value) for name, value in start["headers"] if name.lower().decode() not in told]
        return {**start, "headers": [*kept, *((name.encode(), value.encode()) for name, value in told.items())]}


def _is_document(headers) -> bool:
    """Whether an answer is HTML that can be read here, which a compressed one cannot."""
    fields = {name.lower(): value for name, value in headers}
    return fields.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in fields
