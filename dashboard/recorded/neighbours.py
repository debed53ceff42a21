"""Where the embedded model's vectors lie: nearest neighbours of some tokens, opposites, rare tokens, positions.

A cosine is either of the vectors as they are ("raw") or of what is left of them once the mean vector of the vocabulary is
taken off ("centred"). All numbers are kept in thousandths. `python -m dashboard.recorded` makes the file again.
"""

from dataclasses import dataclass

import numpy as np

from dashboard.recorded.files import document, save

WORDS = (
    "homem", "rainha", "três", "olhos", "disse", "bom", "noite", "casa", "ele", "foi", "cidade", "amor", "morte", "hoje",
    "vermelho", "Maria", "Brasil", "Rio",
)  # fmt: skip
OPPOSITES = (
    ("bom", "mau"), ("rico", "pobre"), ("velho", "novo"), ("alto", "baixo"), ("triste", "alegre"), ("vida", "morte"),
    ("entrar", "sair"), ("dentro", "fora"), ("sempre", "nunca"), ("mais", "menos"),
)  # fmt: skip
NEAREST, GROUPS, FIRST = 10, 4, 257  # neighbours; groups of learnt tokens; the first token that was learnt by a merge
KINDS = ("raw", "centred")


@dataclass(frozen=True, eq=False)
class Neighbours:
    """What was recorded of V token vectors and T position vectors.

    Attributes:
        words: {token: {kind: [(neighbour, cosine), ...]}}, nearest first.
        opposites: (token, its opposite, cosine, the opposite's place among the neighbours, from 1), raw.
        groups: (first token, last token, median length, mean cosine of two, mean cosine to the nearest one, the same two
            centred), by the order in which tokens were learnt.
        mean_cosine: of two different tokens of the whole vocabulary, by kind.
        lengths: (T,) of the position vectors.
        positions: (T − 1, 3): least, mean and largest cosine of two position vectors at distance 1, 2, ...
    """

    words: dict[str, dict[str, list[tuple[str, float]]]]
    opposites: list[tuple[str, str, float, int]]
    groups: list[tuple[int, int, float, float, float, float, float]]
    mean_cosine: dict[str, float]
    lengths: np.ndarray
    positions: np.ndarray


def neighbours() -> Neighbours:
    """What was recorded."""
    one = document("neighbours")
    return Neighbours(
        {word: {kind: [(text, c / 1000) for text, c in near] for kind, near in kinds.items()} for word, kinds in one["words"].items()},
        [(a, b, c / 1000, place) for a, b, c, place in one["opposites"]],
        [(first, last, *(x / 1000 for x in rest)) for first, last, *rest in one["groups"]],
        {kind: x / 1000 for kind, x in one["mean_cosine"].items()},
        np.array(one["lengths"]) / 1000,
        np.array(one["positions"]) / 1000,
    )  # fmt: skip


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def asked(model) -> dict:
    """What the file holds."""
    tokens, places = (layer.weight.detach().double().numpy() for layer in (model.network.wte, model.network.wpe))
    directions = dict(zip(KINDS, (unit(tokens), unit(tokens - tokens.mean(0))), strict=True))
    ids = {word: model.encode(f" {word}") for word in {*WORDS, *sum(OPPOSITES, ())}}
    assert all(len(one) == 1 for one in ids.values()), "every word must be one token"
    ids = {word: one[0] for word, one in ids.items()}
    return {
        "words": {word: {kind: _near(model, U, ids[word]) for kind, U in directions.items()} for word in WORDS},
        "opposites": [[a, b, *_place(directions["raw"], ids[a], ids[b])] for a, b in OPPOSITES],
        "groups": [_group(tokens, directions, ids) for ids in np.array_split(np.arange(FIRST, len(tokens)), GROUPS)],
        "mean_cosine": {kind: _thousandths(_mean_cosine(U)) for kind, U in directions.items()},
        "lengths": _thousandths(np.linalg.norm(places, axis=1)),
        "positions": _by_distance(unit(places)),
    }


def _near(model, directions: np.ndarray, token: int) -> list[list]:
    cosines = directions @ directions[token]
    order = [i for i in np.argsort(-cosines, kind="stable") if i != token][:NEAREST]
    return [[model.decode([int(i)]), _thousandths(cosines[i])] for i in order]


def _place(directions: np.ndarray, token: int, other: int) -> tuple[int, int]:
    cosines = directions @ directions[token]
    return _thousandths(cosines[other]), int((cosines > cosines[other]).sum())  # the token itself is above


def _group(tokens: np.ndarray, directions: dict[str, np.ndarray], ids: np.ndarray) -> list[int]:
    numbers = [np.median(np.linalg.norm(tokens[ids], axis=1))]
    for U in directions.values():
        cosines = U[ids] @ U.T
        cosines[np.arange(len(ids)), ids] = -1
        numbers += [_mean_cosine(U[ids]), cosines.max(1).mean()]
    return [int(ids[0]), int(ids[-1]), *_thousandths(np.array(numbers))]


def _mean_cosine(directions: np.ndarray) -> float:
    """Over all pairs of two different ones."""
    n = len(directions)
    return (np.linalg.norm(directions.sum(0)) ** 2 - n) / (n * (n - 1))


def _by_distance(directions: np.ndarray) -> list[list[int]]:
    cosines = directions @ directions.T
    along = [np.diagonal(cosines, d) for d in range(1, len(cosines))]
    return [_thousandths(np.array([row.min(), row.mean(), row.max()])) for row in along]


def _thousandths(values):
    return np.rint(1000 * np.asarray(values)).astype(int).tolist()


def make() -> None:
    """Ask the embedded model and write the file."""
    from core.models import load_model

    save("neighbours", asked(load_model("embedded")))
