"""A hub of one repository, "me/small", over HTTP on this machine: what `snapshot_download` asks for, and no more."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMIT = "a" * 40


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address, while the files of `folder` are served as the repository's."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            path = self.path.split("?")[0]
            name = path.rpartition("/")[2]
            if path.startswith("/api/models/me/small/tree/"):
                self.answer(
                    json.dumps([{"type": "file", "path": n, "size": size(n), "oid": n} for n in names]).encode()
                )
            elif path.startswith("/api/models/me/small"):
                siblings = [{"rfilename": n} for n in [*names, "onnx/config.json"]]
                self.answer(json.dumps({"id": "me/small", "sha": COMMIT, "siblings": siblings, "tags": []}).encode())
            elif path.startswith("/me/small/resolve/") and name in names and "/onnx/" not in path:
                self.answer((folder / name).read_bytes())
            else:
                self.answer(b"", 401, {"X-Error-Code": "RepoNotFound"})

        do_HEAD = do_GET

        def answer(self, data: bytes, status: int = 200, headers: dict = {}) -> None:  # noqa: B006
            self.send_response(status)
            about = {"ETag": f'"{sha256(data).hexdigest()}"', "X-Repo-Commit": COMMIT, "Content-Length": len(data)}
            for name, value in (about | headers).items():
                self.send_header(name, str(value))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data)

        def log_message(self, *_):
            pass

    def size(name: str) -> int:
        return (folder / name).stat().st_size

    names = sorted(path.name for path in folder.iterdir())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
