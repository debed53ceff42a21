"""Servers on this machine for the tests: real ones in a process of their own, and one that says what it is told."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def process(log, *command):
    """`python -m command --port N`, once it answers; its base URL."""
    port = free_port()
    environ = os.environ | {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with open(log, "wb") as file:
        arguments = [sys.executable, "-m", *command, "--port", str(port)]
        server = subprocess.Popen(arguments, stdout=file, stderr=file, env=environ)
    try:
        for _ in range(3000):
            if answers(f"http://127.0.0.1:{port}/v1/models"):
                break
            if server.poll() is not None:
                raise RuntimeError(log.read_text(errors="replace"))
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


class Told:
    """Answers each request with the same bytes, then waits for the caller to hang up, unless told to hang up itself.

    Attributes:
        requests: what came, one entry per request.
        left: set once a caller has hung up.
    """

    def __init__(self, reply: bytes, hang_up: bool = False):
        self.reply, self.hang_up, self.requests, self.left = reply, hang_up, [], threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def answered(self, body: str) -> bytes:
        """What is said to a request."""
        return self.reply

    def _serve(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket):
        with caller, caller.makefile("rb") as file:
            head = b"".join(iter(file.readline, b"\r\n"))
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            self.requests.append((head.decode(), file.read(length).decode()))
            with suppress(ConnectionError):  # the caller may have heard enough
                caller.sendall(self.answered(self.requests[-1][1]))
            if not self.hang_up:
                file.read()
                self.left.set()
