"""Texts that the embedded model read: what probability it gave each token, and which token it would have said instead.

`python -m dashboard.recorded` makes the file again from the shipped weights.
"""

from dataclasses import dataclass

from dashboard.recorded.files import document, save

TEXTS = {  # the first two are the openings of the first entry of Memorial de Aires (test) and of Dom Casmurro (training)
    "unread": "Ora bem, faz hoje um ano que voltei definitivamente da Europa.",
    "read": "Uma noite destas, vindo da cidade para o Engenho Novo, encontrei no trem da Central um rapaz aqui do bairro.",
    "shuffled": "Europa da definitivamente voltei que ano um hoje faz bem Ora.",
    "today": "O aplicativo travou de novo depois da última atualização.",
}


@dataclass(frozen=True)
class Reading:
    """A text as the model read it, from the start of a text on.

    Attributes:
        tokens: each decoded alone.
        probs: the probability of each, given those before it (τ = 1).
        guesses: the most probable token at each place; `guess_probs`, its probability.
    """

    text: str
    tokens: tuple[str, ...]
    probs: tuple[float, ...]
    guesses: tuple[str, ...]
    guess_probs: tuple[float, ...]

    @property
    def bytes(self) -> int:
        """The length of the text in UTF-8."""
        return len(self.text.encode())


def reading(name: str) -> Reading:
    """One of TEXTS by its name."""
    kept = document("readings")[name]
    return Reading(TEXTS[name], *(tuple(kept[field]) for field in ("tokens", "probs", "guesses", "guess_probs")))


def read(model, text: str) -> dict[str, list]:
    """What is kept of one text; end-of-text stands before its first token."""
    from core import softmax

    ids = model.encode(text)
    probs = softmax(model.logits([model.eos_token_id, *ids])[0, :-1].double())
    best = probs.max(-1)
    return {
        "tokens": [model.decode([i]) for i in ids],
        "probs": [float(f"{row[i]:.6g}") for row, i in zip(probs.tolist(), ids, strict=True)],
        "guesses": [model.decode([i]) for i in best.indices.tolist()],
        "guess_probs": [float(f"{p:.6g}") for p in best.values.tolist()],
    }


def make() -> None:
    """Let the embedded model read, and keep it."""
    from core.models import load_model

    model = load_model("embedded")
    save("readings", {name: read(model, text) for name, text in TEXTS.items()})
