"""Real texts for the lessons: how the embedded model went on after a few prompts, kept in a small file.

`python -m dashboard.recorded` makes the file again from the shipped weights, so a page needs neither torch nor
the model. What a page says of the texts, their repetitions say, it computes from the tokens.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.recorded.files import document, save
from dashboard.recorded.snapshots import PROMPTS

STEPS = 60
RUNS = {  # name: (temperature, seed); None is greedy decoding
    "greedy": None,
    "cold-1": (0.0, 1),
    "cold-2": (0.0, 2),
    "plain-1": (1.0, 1),
    "plain-2": (1.0, 2),
}
HEATS = (0.1, 0.2, 0.5, 0.7, 1.0, 1.5)  # temperatures whose texts are counted
DRAWN = 4  # texts per prompt and temperature, with the seeds 1, 2, …
WIDTHS, SEARCHED = (1, 2, 4, 8, 16), 30  # beam search: texts kept at each step, tokens


@dataclass(frozen=True)
class Continuation:
    """A text that the model wrote.

    Attributes:
        text: the whole continuation.
        ids, tokens: its token ids, and each decoded alone.
        probs: the probability of each under the model's own distribution (τ = 1).
        again: whether a second run gave the same ids.
    """

    prompt: str
    text: str
    ids: tuple[int, ...]
    tokens: tuple[str, ...]
    probs: tuple[float, ...]
    again: bool


@dataclass(frozen=True)
class Pairs:
    """The two tokens that greedy decoding writes first, and the most probable two of all V² pairs."""

    greedy: str
    greedy_prob: float
    best: str
    best_prob: float


def continuation(prompt: str, run: str) -> Continuation:
    """After one of PROMPTS, one of RUNS, both by name."""
    kept = document("continuations")["texts"][prompt][run]
    return Continuation(
        PROMPTS[prompt], kept["text"], *(tuple(kept[name]) for name in ("ids", "tokens", "probs")), kept["again"]
    )


@dataclass(frozen=True)
class Found:
    """What beam search found: a text, its token ids, and its log-probability in nats."""

    text: str
    ids: tuple[int, ...]
    log_prob: float


def heated(prompt: str, temperature: float) -> list[tuple[int, ...]]:
    """The token ids of the DRAWN texts after one of PROMPTS by name, at one of HEATS."""
    return [tuple(ids) for ids in document("continuations")["heated"][prompt][str(temperature)]["ids"]]


def heated_text(prompt: str, temperature: float) -> str:
    """The first of `heated` as text."""
    return document("continuations")["heated"][prompt][str(temperature)]["text"]


def found(prompt: str, width: int) -> Found:
    """The best text of beam search after one of PROMPTS by name, with one of WIDTHS."""
    kept = document("continuations")["found"][prompt][str(width)]
    return Found(kept["text"], tuple(kept["ids"]), kept["log_prob"])


def pairs(prompt: str) -> Pairs:
    """The first two tokens after one of PROMPTS by name."""
    return Pairs(**document("continuations")["pairs"][prompt])


# Repetition ----------------------------------------------------------------------------------------------------------


def repeated(ids: Sequence[int], n: int = 4) -> list[bool]:
    """For each token, whether it completes an n-gram that the text already has."""
    seen: set[tuple[int, ...]] = set()
    flags = [False] * min(n - 1, len(ids))
    for end in range(n, len(ids) + 1):
        gram = tuple(ids[end - n : end])
        flags.append(gram in seen)
        seen.add(gram)
    return flags


def repeated_share(ids: Sequence[int], n: int = 4) -> float:
    """1 − distinct n-grams / n-grams, from 0 to less than 1: rep-n of Welleck et al. (2020). 0 for a shorter text."""
    return sum(repeated(ids, n)) / max(len(ids) - n + 1, 1)


def commonest(ids: Sequence[int], n: int = 4) -> tuple[tuple[int, ...], int]:
    """The n-gram that occurs most often (the first such), and how many times."""
    grams = Counter(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1))
    return grams.most_common(1)[0]


# Making the file -----------------------------------------------------------------------------------------------------


def write(model, prompt: str) -> dict[str, dict]:
    """Every run after a prompt, twice."""
    from core import Row, SamplingParams, collect, generate_rows, text_of

    params = [
        SamplingParams(greedy=True) if run is None else SamplingParams(temperature=run[0]) for run in RUNS.values()
    ]
    rows = [Row(one, run[1] if run else 0) for one, run in zip(params, RUNS.values(), strict=True)]
    ids = model.encode(prompt)
    first, second = (collect(generate_rows(model, ids, rows, max_new_tokens=STEPS, alternatives=1)) for _ in range(2))
    return {
        name: {
            "text": text_of(steps),
            "ids": [step.token_id for step in steps],
            "tokens": [step.token for step in steps],
            "probs": [round(step.prob_before, 6) for step in steps],
            "again": [step.token_id for step in steps] == [step.token_id for step in other],
        }
        for name, steps, other in zip(RUNS, first, second, strict=True)
    }


def heat(model, prompt: str) -> dict[str, dict]:
    """DRAWN texts at each of HEATS."""
    from core import Row, SamplingParams, collect, generate_rows, text_of

    rows = [Row(SamplingParams(temperature=tau), seed) for tau in HEATS for seed in range(1, DRAWN + 1)]
    texts = collect(generate_rows(model, model.encode(prompt), rows, max_new_tokens=STEPS, alternatives=0))
    groups = [texts[i : i + DRAWN] for i in range(0, len(texts), DRAWN)]
    return {
        str(tau): {"text": text_of(group[0]), "ids": [[step.token_id for step in steps] for steps in group]}
        for tau, group in zip(HEATS, groups, strict=True)
    }


def search(model, prompt: str) -> dict[str, dict]:
    """The best text of beam search at each of WIDTHS."""
    import torch

    from core import likelihood
    from core.course.beam_search import beam_search

    ids = model.encode(prompt)
    kept = {}
    for width in WIDTHS:
        best = beam_search(
            lambda texts: model.next_logits(torch.tensor([[*ids, *text] for text in texts])),
            width,
            SEARCHED,
            end=model.eos_token_id,
        )[0]
        written = [token for token in best.tokens if token != model.eos_token_id]
        kept[str(width)] = {
            "text": model.decode(written),
            "ids": list(best.tokens),
            "log_prob": round(likelihood(best), 4),
        }
    return kept


def first_pairs(model, prompt: str) -> Pairs:
    """`Pairs` after a prompt, exact: a first token less probable than the best pair so far cannot begin a better one."""
    from core import softmax

    ids = model.encode(prompt)
    first = softmax(model.next_logits(ids)[0].double())
    found = []
    for i in first.argsort(descending=True, stable=True).tolist():
        if found and first[i] <= max(prob for prob, _ in found):
            break
        second = softmax(model.next_logits([*ids, i])[0].double())
        j = int(second.argmax())
        found.append((float(first[i] * second[j]), model.decode([i, j])))
    (greedy_prob, greedy), (best_prob, best) = found[0], max(found)
    return Pairs(greedy, greedy_prob, best, best_prob)


def make() -> None:
    """Let the embedded model write, and keep it."""
    from core.models import load_model

    model = load_model("embedded")
    save(
        "continuations",
        {
            "pairs": {name: vars(first_pairs(model, prompt)) for name, prompt in PROMPTS.items()},
            "texts": {name: write(model, prompt) for name, prompt in PROMPTS.items()},
            "heated": {name: heat(model, prompt) for name, prompt in PROMPTS.items()},
            "found": {name: search(model, prompt) for name, prompt in PROMPTS.items()},
        },
    )
