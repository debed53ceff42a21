"""From a training run to a folder that `load_model` reads, and what the smaller numbers cost."""

from functools import reduce
from operator import add
from pathlib import Path

from core.models.language_model import load_model
from core.models.storage import FLOAT, INT8, save_network
from core.training.corpus import Corpus
from core.training.evaluate import open_model
from core.training.scores import score
from core.training.tokenizer import save_tokenizer


def export(source: str | Path, out: Path, precision: str = "int8", corpus: Corpus | None = None) -> dict:
    """Write `source` (a run or a model) into `out`; with a corpus, bits per byte on validation before and after."""
    model = open_model(source)
    save_network(out, model.network, precision, model.eos_token_id)
    save_tokenizer(model.tokenizer, out, model.context_length)
    written = load_model(out.resolve())
    weights = out / (INT8 if precision == "int8" else FLOAT)
    result = {"folder": str(out), "precision": precision, "weight_file_bytes": weights.stat().st_size}
    if corpus:
        texts = corpus.texts("validation")
        before, after = (reduce(add, (score(one, text) for text in texts)).bits_per_byte for one in (model, written))
        result |= {"bits_per_byte_before": round(before, 5), "bits_per_byte": round(after, 5), "cost": round(after - before, 5)}
    return result
