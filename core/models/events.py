"""One request to a completions server, and its reply as a stream of server-sent events."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from http.client import BadStatusLine, HTTPConnection, HTTPException, HTTPSConnection, RemoteDisconnected
from urllib.parse import urlsplit

LONGEST = 2**20  # bytes of one event, or of an error
GLANCE = 0.05  # seconds between two looks at `cancelled` while a read waits


class RemoteError(RuntimeError):
    """A server that did not do what was asked.

    Attributes:
        kind: "unreachable" (no connection, or lost), "timeout", "refused" (the request or the key), "model" (none of
            that name), "logprobs" (it gives none), "malformed" (not a completions server, or a reply cut short) or
            "failed" (its own error).
        detail: more, in English or in the server's words.
    """

    def __init__(self, kind: str, detail: str):
        super().__init__(kind, detail)
        self.kind, self.detail = kind, detail

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}"


def events(server, body: dict, cancelled: Callable[[], bool] | None) -> Iterator[dict]:
    """The choices that the server streams back for `body`, up to the end; closing it closes the connection.

    Args:
        server: with `base_url`, `key`, `connect_timeout` and `read_timeout`.
        cancelled: looked at all the time, also while the server is silent; then the stream ends.

    Raises:
        RemoteError: see there.
    """
    if cancelled and cancelled():
        return
    connection = _connect(server)
    try:
        with _watched(connection.sock, cancelled) if cancelled else nullcontext():
            yield from _stream(connection, server, body)
    except (OSError, HTTPException, RemoteError) as error:
        if not (cancelled and cancelled()):
            raise _as_remote(error) from error
    finally:
        connection.close()


def _connect(server) -> HTTPConnection:
    address = urlsplit(server.base_url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname, address.port, timeout=server.connect_timeout)
    try:
        connection.connect()
    except OSError as error:
        raise _as_remote(error) from error
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
            raise _refusal(reply.status, reply.read(LONGEST), body["model"])
        while line := reply.readline(LONGEST):
            name, _, data = line.strip().partition(b":")
            if name != b"data":
                continue
            if data.strip() == b"[DONE]":
                return
            try:
                event = json.loads(data)
                if "error" in event:
                    raise RemoteError("failed", _message(event))
                choices = event["choices"]
                yield from choices[:1]
            except (ValueError, TypeError, KeyError, AttributeError):
                raise RemoteError("malformed", f"not an event of completions: {data[:100]!r}") from None


def _refusal(status: int, body: bytes, model: str) -> RemoteError:
    try:
        message = _message(json.loads(body))
    except ValueError:
        message = body[:200].decode("utf-8", "replace")
    kind = "failed" if status >= 500 else "refused" if status >= 400 and status != 404 else "malformed"
    if kind != "failed" and any(f"{quote}{model}{quote}" in message for quote in "`'\""):  # `x` does not exist
        kind = "model"
    return RemoteError(kind, f"{status}: {message}")


def _message(data) -> str:
    """What went wrong, wherever the server says it."""
    for name in ("error", "message", "detail"):
        if isinstance(data, dict) and name in data:
            return _message(data[name])
    return str(data)[:200]


def _as_remote(error: Exception) -> RemoteError:
    if isinstance(error, RemoteError):
        return error
    if isinstance(error, TimeoutError):
        return RemoteError("timeout", "the server did not answer in time")
    if isinstance(error, HTTPException) and not isinstance(error, RemoteDisconnected):
        kind = "an answer that is not HTTP" if isinstance(error, BadStatusLine) else "a reply cut short"
        return RemoteError("malformed", kind)
    return RemoteError("unreachable", str(error))
