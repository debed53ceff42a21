"""Things computed once per version of the code, kept on disk beside it. Deleting the folder is always safe."""

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from dashboard.language import ROOT

CACHE = Path(os.environ.get("AMOSTRA_CACHE", ROOT / ".cache"))


_LENGTH = hashlib.sha256().digest_size


def fetch(path: Path) -> bytes | None:
    """What `store` wrote, None where there is nothing or what there is was damaged since."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    return kept[_LENGTH:] if hashlib.sha256(kept[_LENGTH:]).digest() == kept[:_LENGTH] else None


def store(path: Path, made: str | bytes) -> None:
    """Write atomically, a checksum in front, and drop older versions: files whose name differs only in the part before the suffix.

    A read-only checkout simply goes without a cache. Whoever may read the project may read it, too: a server need not
    run as the user who made it.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = made if isinstance(made, bytes) else made.encode()
        partial.write_bytes(hashlib.sha256(data).digest() + data)
        os.replace(partial, path)
        name = path.stem.partition("@")[0]
        for old in path.parent.glob(f"{name}@*{path.suffix}"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            partial.unlink()
