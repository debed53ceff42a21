"""What the embedded model does with questions whose answer is common knowledge, and with the same kind of knowledge as the
beginning of a sentence.

Each is gone on with by the likeliest token, and a question also by DRAWN draws at τ = 1. A question counts as answered where the
answer stands in the first sentence of what follows, a beginning as right where what follows begins with the right words.

`python -m dashboard.recorded` makes the file again from the shipped weights.
"""

import re
from dataclasses import dataclass

from dashboard.recorded.files import document, save

STEPS, DRAWN = 40, 4
QUESTIONS = {  # a question: what is in a right answer
    "Qual é a capital do Brasil?": "Rio de Janeiro|Brasília",
    "Qual é a capital da França?": "Paris",
    "Qual é a capital de Portugal?": "Lisboa",
    "Quem descobriu o Brasil?": "Cabral",
    "Quem escreveu Dom Casmurro?": "Machado",
    "Quem escreveu Os Lusíadas?": "Camões",
    "Quem foi o primeiro imperador do Brasil?": "Pedro",
    "Quantos dias tem uma semana?": "sete|7",
    "Quantos meses tem um ano?": "doze|12",
    "Quantas horas tem um dia?": "vinte e quatro|24",
    "Quantos são dois e dois?": "quatro|4",
    "Quantas pernas tem um cavalo?": "quatro|4",
    "De que cor é o céu?": "azul",
    "De que cor é a neve?": "branc",
    "Que dia vem depois de segunda-feira?": "terça",
    "Que língua se fala em Portugal?": "portugu",
    "Que língua se fala na França?": "franc",
    "Em que estação faz mais frio?": "inverno",
    "Que animal ladra?": "cão|cães|cachorr",
    "Que animal mia?": "gat",
    "Qual é o contrário de alto?": "baixo",
    "Como se chama a mulher do rei?": "rainha",
    "De que se faz o pão?": "trigo|farinha",
    "Onde vivem os peixes?": "água|mar|rio",
}
BEGINNINGS = {  # the beginning of a sentence: how it goes on
    "A capital da França é": "Paris",
    "O rei de Portugal voltou para": "Lisboa",
    "Pedro Álvares": "Cabral",
    "Luís de": "Camões",
    "José de": "Alencar",
    "São Sebastião do Rio de": "Janeiro",
    "Os Estados": "Unidos",
    "A província de Minas": "Gerais",
    "Em nome do Padre, do Filho e do Espírito": "Santo",
    "Nosso Senhor Jesus": "Cristo",
    "Ave": "Maria|, Maria",
    "Era uma": "vez",
    "A semana tem sete": "dias",
    "O ano tem doze": "meses",
    "Dois e dois são": "quatro",
    "O dia tem vinte e quatro": "horas",
    "De segunda-feira a": "sábado|domingo|sexta",
    "O contrário de alto é": "baixo",
    "O rei e a": "rainha",
    "De dia brilha o sol, de noite brilha a": "lua",
    "A terra gira em volta do": "sol",
    "Tinha cabelos brancos e olhos": "azues|azuis|pretos|negros|verdes|castanhos",
    "O relógio deu meia": "noite|-noite",
    "Bateu à porta e disse: dá": "licença",
}


@dataclass(frozen=True)
class Tried:
    """A prompt, the first sentence of what came, whether it is right, and the first sentences of what was drawn."""

    prompt: str
    came: str
    right: bool
    drawn: tuple[str, ...] = ()

    @property
    def asks(self) -> int:
        """How many of the drawn sentences are questions."""
        return sum(one.endswith("?") for one in self.drawn)


def questions() -> list[Tried]:
    """What was recorded of QUESTIONS."""
    return [Tried(**one | {"drawn": tuple(one["drawn"])}) for one in document("questions")["questions"]]


def beginnings() -> list[Tried]:
    """What was recorded of BEGINNINGS."""
    return [Tried(**one) for one in document("questions")["beginnings"]]


def sentence(text: str) -> str:
    """The first sentence of a text, on one line, without the dash that opens a line of dialogue."""
    line = re.sub(r"\s+", " ", text).strip().lstrip("—-– ")
    return re.split(r"(?<=[.!?…])(?=\s|$)", line)[0]


def asked(model) -> dict:
    """What the file holds."""
    from core import SamplingParams, generate  # torch: imported when a record is made, not when it is read

    def text(prompt: str, params: SamplingParams, seed: int = 0) -> str:
        return "".join(step.text for step in generate(model, prompt, params, seed=seed, max_new_tokens=STEPS))

    def tried(prompt: str, answer: str, begins: bool) -> dict:
        went_on = text(prompt, SamplingParams(greedy=True))
        came = sentence(went_on)
        found = re.match(rf"\s*(?:{answer})", went_on) if begins else re.search(rf"\b(?:{answer})", came, re.I)
        return {"prompt": prompt, "came": came, "right": bool(found)}

    def drawn(prompt: str) -> list[str]:
        return [sentence(text(prompt, SamplingParams(), seed)) for seed in range(1, DRAWN + 1)]

    return {
        "questions": [tried(*one, False) | {"drawn": drawn(one[0])} for one in QUESTIONS.items()],
        "beginnings": [tried(*one, True) for one in BEGINNINGS.items()],
    }


def make() -> None:
    """Ask the embedded model and write the file."""
    from core.models import load_model

    save("questions", asked(load_model("embedded")))
