"""Real logits for the lessons: what the embedded model said after a few prompts, kept in a small file.

`python -m dashboard.recorded` makes the file again from the shipped weights. It holds every logit of the vocabulary,
rounded to a thousandth and sorted, and the texts of the largest ones; so a page needs neither torch nor the model, and
no mass is left out.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.recorded.files import arrays, document, save

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


def snapshot(name: str) -> Snapshot:
    """One of PROMPTS by its name."""
    row = list(PROMPTS).index(name)
    return Snapshot(
        PROMPTS[name], tuple(document("real_logits")["tokens"][name]), arrays("real_logits")["thousandths"][row] / 1000
    )


def make() -> None:
    """Ask the embedded model and write the file."""
    from core.models import load_model

    model = load_model("embedded")
    tokens, rows = {}, []
    for name, prompt in PROMPTS.items():
        logits = model.next_logits(model.encode(prompt))[0].double().numpy()
        order = np.argsort(-logits, kind="stable")
        rows.append(np.rint(logits[order] * 1000))
        tokens[name] = [model.decode([int(i)]) for i in order[:NAMED]]
    save("real_logits", {"prompts": PROMPTS, "tokens": tokens}, thousandths=np.array(rows, np.int32))
