"""The files of `lessons/data`: each a JSON document and, where the numbers are many, arrays beside it.

Every document carries the SHA-256 of the weights it came from, which a test compares with that of the shipped ones.
"""

import json
from functools import cache

import numpy as np

from dashboard.language import ROOT

FOLDER = ROOT / "lessons" / "data"


@cache
def document(name: str) -> dict:
    """The document of a record."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@cache
def arrays(name: str) -> dict[str, np.ndarray]:
    """The arrays of a record."""
    with np.load(FOLDER / f"{name}.npz") as file:
        return dict(file)


def weights_sha256(model: str = "embedded") -> str:
    """Which weights a shipped model has."""
    from core.models.language_model import WEIGHTS  # torch: imported when a record is made, not when it is read

    return json.loads((WEIGHTS / model / "config.json").read_text(encoding="utf-8"))["weights_sha256"]


def save(name: str, contents: dict, **numbers: np.ndarray) -> None:
    """Write a record made from the embedded model."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if numbers:
        np.savez_compressed(FOLDER / f"{name}.npz", **numbers)
    text = json.dumps({"weights_sha256": weights_sha256(), **contents}, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
