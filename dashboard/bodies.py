"""What a request to one of our own routes carries."""

from starlette.requests import Request


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
