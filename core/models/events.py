"""One request to a completions server, and its reply as a stream of server-sent events."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from http.client import BadStatusLine, HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from ..streaming import valid

LONGEST = 2**20  # bytes of one line, or of an error
GLANCE = 0.05  # seconds between two looks at `cancelled` while a read waits
PIECE = 6  # characters of the key that nobody sees together


class RemoteError(RuntimeError):
    """A server that did not do what was asked.

    Attributes:
        kind: "unreachable" (no connection, or lost), "timeout", "refused" (the request or the key), "model" (none of
            that name), "logprobs" (it gives none), "malformed" (not a completions server, or a reply cut short),
            "failed" (its own error) or "interrupted" (it ended a text for a reason that is no end, such as a filter).
        detail: more, in English or in the server's words.
        status: of the HTTP reply, where that is what went wrong; otherwise None.
    """

    def __init__(self, kind: str, detail: str, status: int | None = None):
        super().__init__(kind, detail, status)
        self.kind, self.detail, self.status = kind, detail, status

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


def events(server, body: dict, cancelled: Callable[[], bool] | None) -> Iterator[dict]:
    """The choices that the server streams back for `body`, up to the end; closing it closes the connection.

    Args:
        server: with `base_url`, `key`, `connect_timeout` and `read_timeout`.
        cancelled: looked at all the time, also while the server is silent; then the stream ends.

    Raises:
        RemoteError: see there. Its detail may hold anything that the server says, the key too: see `public`.
    """
    if cancelled and cancelled():
        return
    try:
        connection = _connect(server)
        try:
            with _watched(connection.sock, cancelled) if cancelled else nullcontext():
                yield from _stream(connection, server, body)
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError, ArithmeticError, RecursionError, MemoryError, RemoteError) as error:
        if not (cancelled and cancelled()):
            raise _as_remote(error) from error


def public(error: RemoteError, key: str | None) -> RemoteError:
    """The same error as a visitor may see it: short, valid text, and nothing of the key that is six characters or longer."""
    return RemoteError(error.kind, shortened(without(valid(error.detail), key)), error.status)


def without(text: str, key: str | None) -> str:
    """`text` with "•••" for every piece of the key."""
    n = min(len(key or ""), PIECE)
    pieces = {key[i : i + n] for i in range(len(key) - n + 1)} if n else set()
    found = [text[i : i + n] in pieces for i in range(len(text))]
    hidden = [any(found[max(0, i - n + 1) : i + 1]) for i in range(len(text))]
    return "".join("" if gone and i and hidden[i - 1] else "•••" if gone else text[i] for i, gone in enumerate(hidden))


def shortened(text: str, most: int = 200) -> str:
    """In one line of at most so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most]}…"


def _connect(server) -> HTTPConnection:
    address = urlsplit(server.base_url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname, address.port, timeout=server.connect_timeout)
    connection.connect()
    connection.sock.settimeout(server.read_timeout)
    return connection


@contextmanager
def _watched(sock: socket.socket, cancelled: Callable[[], bool]):
    """Shut `sock` down as soon as `cancelled` says so: a read that waits then returns."""
    over = threading.Event()

    def watch():
        while not over.wait(GLANCE):
            if cancelled():
                with suppress(OSError):  # it may be closed by now
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)  # under the encryption, without its farewell
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _stream(connection: HTTPConnection, server, body: dict) -> Iterator[dict]:
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream", "Connection": "close"}
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    path = urlsplit(server.base_url).path.rstrip("/") + "/completions"
    connection.request("POST", path, json.dumps(body), headers)
    with connection.getresponse() as reply:
        if reply.status != 200:
            raise _refusal(reply.status, _text(reply.read(LONGEST)), body["model"])
        for event in _events(reply):
            yield from _choices(event)


def _events(reply) -> Iterator[dict]:
    """Server-sent events as JSON: one may take several lines, and a server may leave out the empty line between two.

    A reply that is one JSON object, an error or a text that was not streamed, counts as one event.
    """
    name, lines = "", []
    while line := reply.readline(LONGEST):
        if len(line) == LONGEST and not line.endswith(b"\n"):
            raise RemoteError("malformed", f"a line longer than {LONGEST} bytes")
        line = _text(line).removeprefix("\ufeff").strip()
        if line.startswith("{"):
            yield _object(line + _text(reply.read(LONGEST)))
            return
        field, _, value = line.partition(":")
        value = value.strip()
        if field == "data" and value == "[DONE]" and not lines:
            return
        if field == "error":  # llama.cpp's server, before its errors became data
            raise RemoteError("failed", _message(_json(value) or value))
        name = value if field == "event" else name
        lines += [value] if field == "data" else []
        if not line or (len(lines) == 1 and field == "data" and _json(value)):
            yield from _event(name, "\n".join(lines))
            name, lines = name if line else "", []
    yield from _event(name, "\n".join(lines))


def _event(name: str, data: str) -> Iterator[dict]:
    if data and name == "error":
        raise RemoteError("failed", _message(_json(data) or data))
    if data:
        yield _object(data)


def _json(data: str) -> dict | None:
    """A JSON object, or None."""
    try:
        found = json.loads(data)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _object(data: str) -> dict:
    found = _json(data)
    if found is None:
        raise RemoteError("malformed", f"not an event of completions: {data}")
    return found


def _choices(event: dict) -> list[dict]:
    """The first choice of an event; none in a ping, or in one that tells the usage only."""
    if event.get("error") or "error" in (event.get("object"), event.get("type")) or _is_message(event):
        raise RemoteError("failed", _message(event))
    choices = event.get("choices")
    if choices is not None and not isinstance(choices, list):
        raise RemoteError("malformed", f"not an event of completions: {event}")
    return [choice for choice in (choices or [])[:1] if choice is not None]


def _is_message(event: dict) -> bool:
    return "choices" not in event and any(isinstance(event.get(name), str) for name in ("message", "detail"))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _refusal(status: int, body: str, model: str) -> RemoteError:
    try:
        message = _message(json.loads(body))
    except ValueError:
        message = body
    kind = "failed" if status >= 500 else "refused" if status >= 400 and status != 404 else "malformed"
    if kind != "failed" and any(f"{quote}{model}{quote}" in message for quote in "`'\""):  # `x` does not exist
        kind = "model"
    return RemoteError(kind, f"{status}: {message}", status)


def _message(data) -> str:
    """What went wrong, wherever the server says it."""
    for name in ("error", "message", "detail"):
        if isinstance(data, dict) and data.get(name):
            return _message(data[name])
    return str(data)


def _as_remote(error: Exception) -> RemoteError:
    if isinstance(error, RemoteError):
        return error
    if isinstance(error, TimeoutError):
        return RemoteError("timeout", "the server did not answer in time")
    if isinstance(error, OSError):  # RemoteDisconnected is one
        return RemoteError("unreachable", str(error))
    kind = "an answer that is not HTTP" if isinstance(error, BadStatusLine) else "a reply cut short or out of shape"
    return RemoteError("malformed", kind)
