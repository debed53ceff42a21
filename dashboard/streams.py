"""Server-sent events of our own routes: how they are written, and that they end with the server."""

import json
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from functools import partial

from starlette.responses import StreamingResponse

NEVER = {"cache-control": "no-store"}
ALIVE = ": here\n\n"  # a sign of life

stopping = threading.Event()
"""Set once the server is told to end: a stream that sees it ends too."""


def event(name: str, value: object, id: int = 0) -> str:
    """One event, its value as JSON."""
    return f"id: {id}\nretry: 1000\nevent: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


def streamed(events: AsyncIterator[str]) -> StreamingResponse:
    """An answer that sends each event as it comes, and that nobody on the way keeps or holds back."""
    return StreamingResponse(events, media_type="text/event-stream", headers={**NEVER, "x-accel-buffering": "no"})


@contextmanager
def ending_streams() -> Iterator[None]:
    """While the server runs: its signal to end also ends the streams, for whose end it would wait for ever."""
    before = {}
    with suppress(ValueError):  # outside the main thread there are no signals
        for one in (signal.SIGINT, signal.SIGTERM):
            before[one] = signal.getsignal(one)
            signal.signal(one, partial(_end, before[one]))
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _end(before, number, frame) -> None:
    stopping.set()
    if callable(before):
        before(number, frame)
