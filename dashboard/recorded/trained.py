"""What the training of the shipped models wrote down: `core/weights/evaluation.json` and one `training.json` per model.

`python -m core.training train`, `export` and `evaluate` make them (see `core/weights/README.md`). No torch is needed to read
them.
"""

import csv
import json
from functools import cache

from dashboard.language import ROOT

WEIGHTS = ROOT / "core" / "weights"


@cache
def evaluation() -> dict:
    """Every model on the test works, beside the n-gram baseline and the compressors."""
    return json.loads((WEIGHTS / "evaluation.json").read_text(encoding="utf-8"))


@cache
def works(split: str) -> list[dict[str, str]]:
    """The rows of `corpus.csv` of one split: "train", "validation" or "test"."""
    with (WEIGHTS / "corpus.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split]


@cache
def training(model: str) -> dict:
    """How one of the models of `evaluation` was trained: recipe, curve, summary."""
    return json.loads((WEIGHTS / model / "training.json").read_text(encoding="utf-8"))


def losses(model: str) -> list[tuple[float, float]]:
    """(millions of tokens read, mean loss in nats per token since the point before)."""
    return [(point["tokens"] / 1e6, point["loss"]) for point in training(model)["training"]]


def validations(model: str) -> list[tuple[float, float]]:
    """(millions of tokens read, bits per byte on the validation works)."""
    record = training(model)
    return [
        (point["step"] * record["recipe"]["batch_tokens"] / 1e6, point["bits_per_byte"])
        for point in record["validation"]
    ]
