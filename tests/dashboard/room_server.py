"""The rooms alone, on a server of this process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.app.headers import Headers
from dashboard.room.routes import Service


@contextmanager
def room_server(base: str = "", port: int = 0) -> Iterator[tuple[str, Service]]:
    """The address of a server without any room yet, and what it runs."""
    service = Service(base)
    app = Starlette(routes=service.routes(), middleware=[Middleware(Headers)])
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{taken.getsockname()[1]}{base}", service
        server.should_exit = True
        thread.join(20)
