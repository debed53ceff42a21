"""Starts the real browser and the real app, for the tests and for the page benchmark."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TextIO

from dashboard.language import ROOT

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> str | None:
    """Where Chromium is: the variable CHROMIUM, the system's, or playwright's own (None lets playwright find it)."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def start_streamlit(
    *what: str, folder: Path = ROOT, log: TextIO | int = subprocess.DEVNULL, **settings: str
) -> tuple[subprocess.Popen, str, float]:
    """Start what `streamlit` is told in a folder, with these in its environment, and wait until its page and its health are answered.

    Returns the process, the address, and the seconds until then.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", *what, f"--server.port={port}", "--server.fileWatcherType=none"]
    start = time.perf_counter()
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=log, env=os.environ | settings)
    url = f"http://127.0.0.1:{port}"
    while time.perf_counter() - start < 60:
        try:
            if all(urllib.request.urlopen(url + path, timeout=1).status == 200 for path in ("/", "/_stcore/health")):
                return server, url, time.perf_counter() - start
        except OSError:
            time.sleep(0.02)
    server.kill()
    raise TimeoutError(f"`streamlit {' '.join(what)}` did not answer within a minute")


def start_app(
    folder: Path = ROOT, log: TextIO | int = subprocess.DEVNULL, **settings: str
) -> tuple[subprocess.Popen, str, float]:
    """Start the app of a folder as its user does."""
    return start_streamlit("run", "streamlit_app.py", folder=folder, log=log, **settings)
