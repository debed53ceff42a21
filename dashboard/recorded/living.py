"""What the home's first screen writes: one prompt, a few temperatures, the six faces of a die as seeds; every text drawn.

`python -m dashboard.recorded` makes the file again from the shipped weights. Of each step the likeliest tokens are named;
the others are kept as one number, ln Σ e^{u/τ} at the text's own temperature, so that no mass is left out.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.recorded.files import document, save

PROMPT = "Era uma vez"
HEATS = (0.0, 0.4, 0.7, 1.0, 1.5)
FACES = (1, 2, 3, 4, 5, 6)  # seeds
STEPS, NAMED = 22, 5


@dataclass(frozen=True)
class Living:
    """The texts of the home.

    Attributes:
        prompt: what the model read.
        heats, faces: the temperatures and the seeds.
        others: how many tokens are not named at a step.
        words: every text of a token that occurs.
        texts: texts[heat][face] is a list of steps [drawn, [named], [their logits, in hundredths], rest, in hundredths];
            tokens by their place in `words`.
    """

    prompt: str
    heats: list[float]
    faces: list[int]
    others: int
    words: list[str]
    texts: list[list[list]]


def living() -> Living:
    """What was recorded."""
    kept = document("living")
    return Living(**{name: kept[name] for name in Living.__dataclass_fields__})


def make() -> None:
    """Let the embedded model write, and keep it."""
    from core.models import load_model

    model = load_model("embedded")
    words: dict[int, int] = {}  # token id -> place
    texts = [[_text(model, heat, face, words) for face in (FACES if heat else FACES[:1])] for heat in HEATS]
    told_words = [model.decode([token]) for token in words]
    save(
        "living",
        {
            "prompt": PROMPT,
            "heats": HEATS,
            "faces": FACES,
            "others": len(model.next_logits(model.encode(PROMPT))[0]) - NAMED,
            "words": told_words,
            "texts": texts,
        },
    )


def _text(model, heat: float, face: int, words: dict[int, int]) -> list[list]:
    """One text; the end of the text stays out, so that each is as long as the others."""
    from core import SamplingParams, generate

    prompt = model.encode(PROMPT)
    bias = {model.eos_token_id: float("-inf")}
    steps = generate(
        model,
        prompt,
        SamplingParams(temperature=heat, logit_bias=bias),
        max_new_tokens=STEPS,
        seed=face,
        alternatives=0,
    )
    ids = [step.token_id for step in steps]
    rows = model.logits([*prompt, *ids])[0, len(prompt) - 1 : -1].double().numpy()
    rows[:, model.eos_token_id] = -np.inf
    return [_step(row, token, heat, words) for row, token in zip(rows, ids, strict=True)]


def _step(logits: np.ndarray, token: int, heat: float, words: dict[int, int]) -> list:
    order = np.argsort(-logits, kind="stable")
    named, others = order[:NAMED], logits[order[NAMED:]]
    top = logits[named[0]]
    rest = top / heat + np.log(np.exp((others - top) / heat).sum()) if heat else None
    place = [words.setdefault(int(one), len(words)) for one in (token, *named)]
    return [place[0], place[1:], _hundredths(logits[named]), None if rest is None else round(rest * 100)]


def _hundredths(values: np.ndarray) -> list[int]:
    return np.rint(values * 100).astype(int).tolist()
