"""What the tool "Inside the model" shows of a text, without its page: whether it fits, and its figures."""

from dashboard import charts
from dashboard.blocks import Figure
from dashboard.language import t
from dashboard.recorded.inside import Inside, look

MOST = 24  # tokens: more rows than this are no longer read on a phone


class TextError(ValueError):
    """A text with no tokens, or with more than MOST: how many it has."""

    def __init__(self, tokens: int):
        super().__init__(f"a text of 1 to {MOST} tokens; got {tokens}")
        self.tokens = tokens


def see(model, text: str) -> Inside:
    """What happens inside the model as it reads the text, without the spaces around it.

    Raises:
        TextError: nothing to read, or too much.
    """
    tokens = len(model.encode(text.strip()))
    if not 1 <= tokens <= MOST:
        raise TextError(tokens)
    return look(model, text.strip())


def figures(inside: Inside) -> list[Figure]:
    """The attention of every head, the distribution after every block, and what each part added to the first choice."""
    blocks, heads = inside.scores.shape[:2]
    return [
        charts.attention(
            "inside-attention", t(pt="A atenção de cada token, por cabeça", en="Each token's attention, by head"), [inside], layer=min(3, blocks), head=min(4, heads),
            said=t(pt="«{asks}» lê sobretudo «{top}», com {p_max|%1} do peso; a linha vale por {effective|1} posições das {seen|0} que pode ler.",
                   en="“{asks}” reads “{top}” most, with {p_max|%1} of the weight; the row is worth {effective|1} positions of the {seen|0} it may read."),
        ),
        charts.lens("inside-lens", t(pt="O próximo token, se o modelo terminasse neste bloco", en="The next token, if the model ended at this block"), [inside], depth=min(3, blocks)),
        charts.pushes("inside-pushes", t(pt="Quanto cada parte soma ao logit do mais provável", en="What each part adds to the logit of the most probable"), [inside]),
    ]  # fmt: skip
