"""What a request to one of our own routes carries."""

from urllib.parse import urlsplit

from starlette.requests import Request

from dashboard.language import LANGUAGES


async def body(request: Request, most: int) -> bytes | None:
    """The body of at most so many bytes; None for a longer one, which is refused before it is read where it says its length."""
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or int(said) > most:
        return None
    read = b""
    async for part in request.stream():
        read += part
        if len(read) > most:
            return None
    return read


def same_origin(request: Request) -> bool:
    """A browser says where a POST comes from; a page of another site may not make this server work."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:  # behind another server, too, that calls this one by another name
        return site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def spoken(request: Request) -> str:
    """The first of our languages among the browser's."""
    asked = request.headers.get("accept-language", "").lower()
    found = [one.strip()[:2] for one in asked.split(",")]
    return next((one for one in found if one in LANGUAGES), "pt")
