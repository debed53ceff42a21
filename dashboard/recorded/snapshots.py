"""Real logits for the lessons: what the embedded model said after a few prompts, kept in a small file.

`python -m dashboard.recorded` makes the file again from the shipped weights. It holds every logit of the vocabulary,
rounded to a thousandth and sorted, and the texts of the largest ones; so a page needs neither torch nor the model, and
no mass is left out.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from dashboard.language import ROOT

FOLDER = ROOT / "lessons" / "data"
PROMPTS = {
    "sky": "O céu hoje está",
    "once": "Era uma vez",
    "unicorn": "Era uma vez, um unicórnio",
    "capital": "Qual é a capital do Brasil?",
    "rio": "Embarcou para o Rio de",
    "door": "Ela abriu a porta e viu",
    "said": "— Não, senhor, disse",
    "love": "O amor é",
}
NAMED = 100  # how many of the largest logits keep the text of their token


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The logits after a prompt, largest first: (V,) float64; `tokens` are the texts of the first ones."""

    prompt: str
    tokens: tuple[str, ...]
    logits: np.ndarray


@cache
def _file() -> tuple[dict, np.ndarray]:
    described = json.loads((FOLDER / "real_logits.json").read_text(encoding="utf-8"))
    with np.load(FOLDER / "real_logits.npz") as file:
        return described, file["thousandths"] / 1000


def snapshot(name: str) -> Snapshot:
    """One of PROMPTS by its name."""
    described, logits = _file()
    row = list(PROMPTS).index(name)
    return Snapshot(PROMPTS[name], tuple(described["tokens"][name]), logits[row])


def source() -> str:
    """The SHA-256 of the weights that the logits came from."""
    return _file()[0]["weights_sha256"]


def make(folder: Path = FOLDER) -> None:
    """Ask the embedded model and write the file."""
    from core.models import load_model
    from core.models.language_model import WEIGHTS

    model = load_model("embedded")
    config = json.loads((WEIGHTS / "embedded" / "config.json").read_text(encoding="utf-8"))
    tokens, rows = {}, []
    for name, prompt in PROMPTS.items():
        logits = model.next_logits(model.encode(prompt))[0].double().numpy()
        order = np.argsort(-logits, kind="stable")
        rows.append(np.rint(logits[order] * 1000))
        tokens[name] = [model.decode([int(i)]) for i in order[:NAMED]]
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "real_logits.npz", thousandths=np.array(rows, np.int32))
    described = {"weights_sha256": config["weights_sha256"], "prompts": PROMPTS, "tokens": tokens}
    text = json.dumps(described, ensure_ascii=False, indent=1) + "\n"
    (folder / "real_logits.json").write_text(text, encoding="utf-8")
