"""Things computed once per version of the code, kept on disk beside it. Deleting the folder is always safe."""

import os
import tempfile
from pathlib import Path

from dashboard.language import ROOT

CACHE = Path(os.environ.get("AMOSTRA_CACHE", ROOT / ".cache"))


def store(path: Path, text: str) -> None:
    """Write atomically and drop older versions: files whose name differs only in the part before the suffix.

    A read-only checkout simply goes without a cache.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(text)
        os.replace(file.name, path)
        name = path.stem.partition("@")[0]
        for old in path.parent.glob(f"{name}@*{path.suffix}"):
            if old != path:
                old.unlink(missing_ok=True)
    except OSError:
        return
