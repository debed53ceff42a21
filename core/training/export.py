"""From a training run to a folder that `load_model` reads, and what the smaller numbers cost."""

import json
from functools import reduce
from operator import add
from pathlib import Path

from ..models.language_model import load_model
from ..models.storage import FLOAT, INT8, save_network, write_atomically
from .card import curve
from .corpus import Corpus
from .evaluate import open_model
from .run import Run
from .scores import score
from .tokenizer import save_tokenizer


def export(source: str | Path, out: Path, precision: str = "int8", corpus: Corpus | None = None) -> dict:
    """Write `source` (a run, with its record as `training.json`, or a model) into `out`; with a corpus, bits per byte on validation before and after."""
    model = open_model(source)
    save_network(out, model.network, precision, model.eos_token_id)
    save_tokenizer(model.tokenizer, out, model.context_length)
    written = load_model(out.resolve())
    weights = out / (INT8 if precision == "int8" else FLOAT)
    result = {"folder": str(out), "precision": precision, "weight_file_bytes": weights.stat().st_size}
    if corpus:
        texts = corpus.texts("validation")
        before, after = (reduce(add, (score(one, text) for text in texts)).bits_per_byte for one in (model, written))
        result |= {
            "bits_per_byte_before": round(before, 5),
            "bits_per_byte": round(after, 5),
            "cost": round(after - before, 5),
        }
    run = Run(source)
    if run.summary.exists():  # how it was trained stays beside it
        settings, summary = (json.loads(path.read_text()) for path in (run.folder / "run.json", run.summary))
        write_atomically(
            out / "training.json",
            json.dumps(settings | {"summary": summary, "export": result, **curve(run.lines())}).encode(),
        )
    return result
