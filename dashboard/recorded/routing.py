"""Real tokens for the lesson on experts: what two small routers say of the embedded model's own vectors.

The embedded model has no experts and no router. What is real here is what a router would read: the vectors that enter the
feed-forward network of the last block, one per token of TEXT. Two routers read them, both made in one deterministic
step and trained by nothing: `drawn`, N random directions; and `grouped`, the N centres that k-means finds among the
vectors of another text. A logit is SCALE times the cosine between the centred vector and a direction.

`python -m dashboard.recorded` makes the file again from the shipped weights.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from dashboard.recorded.files import document, save

EXPERTS, SCALE, SEED, ROUNDS = 8, 8.0, 19, 50
TEXT = (
    "Algum tempo hesitei se devia abrir estas memórias pelo princípio ou pelo fim, isto é, se poria em primeiro lugar "
    "o meu nascimento ou a minha morte. Suposto o uso vulgar seja começar pelo nascimento, duas considerações me "
    "levaram a adotar diferente método: a primeira é que eu não sou propriamente um autor defunto, mas um defunto "
    "autor, para quem a campa foi outro berço; a segunda é que o escrito ficaria assim mais galante e mais novo."
)  # Machado de Assis, Memórias póstumas de Brás Cubas (1881), chapter I
OTHER = (
    "Uma noite destas, vindo da cidade para o Engenho Novo, encontrei no trem da Central um rapaz aqui do bairro, que "
    "eu conheço de vista e de chapéu. Cumprimentou-me, sentou-se ao pé de mim, falou da lua e dos ministros, e acabou "
    "recitando-me versos. A viagem era curta, e os versos pode ser que não fossem inteiramente maus. Sucedeu, porém, "
    "que, como eu estava cansado, fechei os olhos três ou quatro vezes; tanto bastou para que ele interrompesse a "
    "leitura e metesse os versos no bolso. — Continue, disse eu acordando. — Já acabei, murmurou ele. — São muito "
    "bonitos. Vi-lhe fazer um gesto para tirá-los outra vez do bolso, mas não passou do gesto; estava amuado."
)  # Machado de Assis, Dom Casmurro (1899), chapter I


@dataclass(frozen=True, eq=False)
class Routing:
    """The tokens of TEXT (T texts), what each router says of them, and one standard normal number for each logit.

    `logits` is {"grouped": (T, N), "drawn": (T, N)} and `noise` (T, N), all float64, rounded to a thousandth.
    """

    tokens: tuple[str, ...]
    logits: dict[str, np.ndarray]
    noise: np.ndarray


@cache
def routing() -> Routing:
    """What was recorded."""
    one = document("routing")
    logits = {name: np.array(rows) / 1000 for name, rows in one["logits"].items()}
    return Routing(tuple(one["tokens"]), logits, np.array(one["noise"]) / 1000)


def entering(model, text: str) -> tuple[list[int], np.ndarray]:
    """The ids of a text and, of each, the vector that enters the last block's feed-forward network: (T, C) float64."""
    import torch

    ids, block, seen = model.encode(text), model.network.h[-1], []
    hook = block.mlp.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][0]))
    with torch.inference_mode():
        model.network(model.as_batch(ids))
    hook.remove()
    return ids, seen[0].double().numpy()


def centres(vectors: np.ndarray) -> np.ndarray:
    """EXPERTS unit directions, (N, C): k-means by cosine, each new centre starting at the vector farthest from the others."""
    found = [0]
    while len(found) < EXPERTS:
        found.append(int(np.argmin((vectors @ vectors[found].T).max(1))))
    now = vectors[found]
    for _ in range(ROUNDS):
        nearest = np.argmax(vectors @ now.T, 1)
        sums = [vectors[nearest == i].sum(0) if (nearest == i).any() else now[i] for i in range(EXPERTS)]
        now = unit(np.array(sums))
    return now


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def asked(model) -> dict:
    """What the file holds."""
    ids, vectors = entering(model, TEXT)
    _, others = entering(model, OTHER)
    mean = others.mean(0)
    directions = {
        "grouped": centres(unit(others - mean)),
        "drawn": unit(np.random.default_rng(SEED).standard_normal((EXPERTS, vectors.shape[1]))),
    }
    centred = unit(vectors - mean)
    noise = np.random.default_rng(SEED + 1).standard_normal((len(ids), EXPERTS))

    def thousandths(values):
        return np.rint(1000 * values).astype(int).tolist()

    return {
        "tokens": [model.decode([i]) for i in ids],
        "logits": {name: thousandths(SCALE * centred @ one.T) for name, one in directions.items()},
        "noise": thousandths(noise),
    }


def make() -> None:
    """Ask the embedded model and write the file."""
    from core.models import load_model

    save("routing", asked(load_model("embedded")))
