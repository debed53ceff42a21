"""Growing texts of the embedded model for the lessons, kept in a small file: what it said at every step of a text.

`python -m dashboard.recorded` makes the file again from the shipped weights. Where only some tokens are named, the others
are kept as one number, the logarithm of the sum of their exponentials, so that no mass is left out.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.recorded.files import document, save
from dashboard.recorded.snapshots import PROMPTS

GREEDY, WRITTEN, BEST = (
    "door",
    80,
    6,
)  # the text that grows: its prompt, its tokens, how many of each step's best are named
PENALTIES = (
    (1.0, 0.0, 0.0),
    (1.3, 0.0, 0.0),
    (1.0, 0.5, 0.0),
    (1.0, 0.0, 1.0),
    (1.0, 2.0, 2.0),
)  # repetition, frequency, presence
WALKS, STEPS, SEED = ("once", "said", "love"), 160, 9  # texts drawn at τ = 1 that may not end
STREAMS = {  # texts that a reader watches arrive, cut into tokens
    "list.pt": "1. uva\n2. pera\n3. maçã\n4. figo\n5. kiwi\n6. limão\n7. manga\n8. ameixa\n9. banana\n10. goiaba\n11. caqui\n12. jaca",
    "list.en": "1. grape\n2. pear\n3. apple\n4. fig\n5. kiwi\n6. lemon\n7. mango\n8. plum\n9. banana\n10. guava\n11. date\n12. lime",
    "books.pt": "Lima Barreto:\n1. Recordações do Escrivão Isaías Caminha (1909)\n2. Triste Fim de Policarpo Quaresma (1911)\n"
    "3. Numa e a Ninfa (1915)",
    "books.en": "Lima Barreto:\n1. Recordações do Escrivão Isaías Caminha (1909)\n2. Triste Fim de Policarpo Quaresma (1911)\n"
    "3. Numa e a Ninfa (1915)",
    "chat.pt": "Claro.\nUsamos duas regras.\nUsuário: obrigado",
    "chat.en": "Of course.\nUse two rules.\nUser: thank you",
}


@dataclass(frozen=True, eq=False)
class Growth:
    """A text and the logits at every step of it.

    `words` are the named tokens; `text` holds each token's place among them, the prompt's first, which are `given`.
    `logits` is (steps, named), `rest` (steps,) is ln Σ e^u over the other tokens, of which there are `others`.
    """

    words: tuple[str, ...]
    text: tuple[int, ...]
    given: int
    logits: np.ndarray
    rest: np.ndarray
    others: int

    def so_far(self, step: int, characters: int = 70) -> str:
        """The end of the text after `step` tokens of its own."""
        whole = "".join(self.words[i] for i in self.text[: self.given + step]).replace("\n", "↵").lstrip()
        return whole if len(whole) <= characters else "…" + whole[-characters:]


@dataclass(frozen=True, eq=False)
class Walk:
    """A text drawn token by token and, before each token, the log-odds of end-of-text (steps,) and its rank (steps,)."""

    prompt: str
    words: tuple[str, ...]
    odds: np.ndarray
    ranks: np.ndarray | None = None

    @property
    def ends(self) -> np.ndarray:
        """(steps,): the probability of end-of-text before each token."""
        return 1 / (1 + np.exp(-self.odds))


def growth() -> Growth:
    """What the model writes after the prompt GREEDY when it always takes the likeliest token."""
    kept = document("growing")["growth"]
    return Growth(
        tuple(kept["words"]),
        tuple(kept["text"]),
        kept["given"],
        np.array(kept["logits"]) / 1000,
        np.array(kept["rest"]) / 1000,
        kept["others"],
    )


def walk(name: str) -> Walk:
    """One of WALKS."""
    kept = document("growing")["walks"][name]
    return Walk(PROMPTS[name], tuple(kept["words"]), np.array(kept["odds"]) / 1000, np.array(kept["ranks"]))


def penalised() -> list[tuple[tuple[float, float, float], list[str]]]:
    """For each of PENALTIES, the tokens that greedy decoding writes after the prompt GREEDY under them."""
    return [(tuple(settings), tokens) for settings, tokens in document("growing")["penalised"]]


def stream(name: str) -> list[str]:
    """One of STREAMS in its tokens."""
    return document("growing")["streams"][name]


# Making the file -----------------------------------------------------------------------------------------------------


def make() -> None:
    """Ask the embedded model and write the file."""
    from core.models import load_model

    model = load_model("embedded")
    save(
        "growing",
        {
            "growth": _growth(model),
            "penalised": [[settings, _penalised(model, *settings)] for settings in PENALTIES],
            "walks": {name: _walk(model, PROMPTS[name]) for name in WALKS},
            "streams": {name: _pieces(model, model.encode(text)) for name, text in STREAMS.items()},
        },
    )


def _thousandths(values) -> list:
    return np.rint(np.asarray(values, np.float64) * 1000).astype(int).tolist()


def _pieces(model, ids: list[int]) -> list[str]:
    """The characters that each token completes."""
    from core.streaming import Detokenizer

    text = Detokenizer(model.decode)
    return [text.push(i) for i in ids]


def _growth(model) -> dict:
    from core import SamplingParams, generate

    prompt = model.encode(PROMPTS[GREEDY])
    bias = {model.eos_token_id: float("-inf")}  # a text that goes on
    steps = generate(
        model, prompt, SamplingParams(greedy=True, logit_bias=bias), max_new_tokens=WRITTEN, alternatives=0
    )
    ids = [*prompt, *(step.token_id for step in steps)]
    logits = model.logits(ids)[0, len(prompt) - 1 :].double().numpy()
    best = {int(i) for row in logits for i in np.argsort(-row, kind="stable")[:BEST]}
    named = list(dict.fromkeys([*ids, *sorted(best)]))
    others = np.setdiff1d(np.arange(logits.shape[1]), named)
    top = logits[:, others].max(axis=1)
    return {
        "words": [model.decode([i]) for i in named],
        "text": [named.index(i) for i in ids],
        "given": len(prompt),
        "logits": _thousandths(logits[:, named]),
        "others": len(others),
        "rest": _thousandths(top + np.log(np.exp(logits[:, others] - top[:, None]).sum(axis=1))),
    }


def _penalised(model, repetition: float, frequency: float, presence: float) -> list[str]:
    from core import SamplingParams, generate

    params = SamplingParams(
        greedy=True, repetition_penalty=repetition, frequency_penalty=frequency, presence_penalty=presence
    )
    steps = generate(model, PROMPTS[GREEDY], params, max_new_tokens=WRITTEN, alternatives=0)
    return [step.token for step in steps]


def _walk(model, prompt: str) -> dict:
    from core import SamplingParams, generate

    start = model.encode(prompt)
    params = SamplingParams(logit_bias={model.eos_token_id: float("-inf")})
    steps = list(generate(model, start, params, max_new_tokens=STEPS, seed=SEED, alternatives=0))
    logits = model.logits([*start, *(step.token_id for step in steps)])[0, len(start) - 1 : -1].double()
    end = logits[:, model.eos_token_id].clone()
    ranks = 1 + (logits > end[:, None]).sum(1)  # 1 for the likeliest token
    logits[:, model.eos_token_id] = float("-inf")
    return {
        "words": [step.token for step in steps],
        "odds": _thousandths(end - logits.logsumexp(1)),
        "ranks": ranks.tolist(),
    }
