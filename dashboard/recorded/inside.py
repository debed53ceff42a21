"""What happens inside the embedded model as it reads a text: scores of attention, logits read out after every block.

`look` asks a model, `inside` reads what was kept of TEXTS, and both give the same thing: the charts do not know whether a
text is the lesson's or the reader's. Only some tokens of the vocabulary are named; the others are kept as one number, the
logarithm of the sum of their exponentials, so that no mass is left out.
"""

from dataclasses import asdict, dataclass

import numpy as np

from dashboard.recorded.files import document, save

TEXTS = {
    "cat": "O gato perseguiu o rato porque ele estava com fome",
    "door": "Ela abriu a porta e viu",
    "capitu": "Capitu olhou para Bentinho, e Bentinho olhou para",
    "rio": "Embarcou para o Rio de",
}
BEST = 6  # how many of each depth's likeliest tokens are named
NUMBERS = ("scores", "lens", "rest", "shares", "lengths")  # kept in thousandths


@dataclass(frozen=True, eq=False)
class Inside:
    """A text of T tokens in a model of L blocks with H heads of size `head_size`.

    Attributes:
        tokens: their T texts; "#" and the number where a token is only a part of a character.
        scores: (L, H, T, T): q·k/√d of the asking position (row) and the position asked, later ones included.
        words: the texts of the N named tokens, the likeliest to come next after the last block first.
        lens: (L + 1, N): their logits after the last token, read out of the embeddings and after every block.
        rest: (L + 1,): ln Σ e^u over the other tokens, of which there are `others`.
        shares: (2 L + 2, N): what the embeddings, each block's attention and feed-forward part, and the bias of the last
            norm add to `lens[-1]`, given the spread by which the last norm divides.
        lengths: (L, 3): the length of the vector that a block finds at the last position, of what its attention adds to
            it, and of what its feed-forward part adds.
    """

    prompt: str
    tokens: tuple[str, ...]
    head_size: int
    scores: np.ndarray
    words: tuple[str, ...]
    lens: np.ndarray
    rest: np.ndarray
    others: int
    shares: np.ndarray
    lengths: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """(L, H, T, T): the softmax of the scores under the causal mask."""
        T = len(self.tokens)
        seen = np.where(np.tri(T, dtype=bool), self.scores, -np.inf)
        w = np.exp(seen - seen.max(-1, keepdims=True))
        return w / w.sum(-1, keepdims=True)

    @property
    def probabilities(self) -> np.ndarray:
        """(L + 1, N): of the named tokens at every depth."""
        every = np.concatenate([self.lens, self.rest[:, None]], axis=1)
        top = every.max(1, keepdims=True)
        return np.exp(self.lens - top) / np.exp(every - top).sum(1, keepdims=True)


def inside(name: str) -> Inside:
    """One of TEXTS by its name."""
    kept = document("inside")["texts"][name]
    numbers = {field: np.array(kept[field]) / 1000 for field in NUMBERS}
    T, (L, _) = len(kept["tokens"]), numbers["lengths"].shape
    numbers["scores"] = numbers["scores"].reshape(L, -1, T, T)
    return Inside(
        TEXTS[name],
        tuple(kept["tokens"]),
        document("inside")["head_size"],
        words=tuple(kept["words"]),
        others=kept["others"],
        **numbers,
    )


def shape() -> dict[str, int]:
    """The fields of the embedded model's `GPTConfig`."""
    return document("inside")["shape"]


def counted() -> dict[str, int]:
    """The parameters of the embedded model, by part."""
    return document("inside")["parameters"]


def look(model, text: str) -> Inside:
    """What happens inside a model of the project (a GPT) as it reads a text of at least one token."""
    import torch  # here only: a record is read without it

    with torch.inference_mode():
        network, ids = model.network, model.as_batch(model.encode(text))
        trace, d = network.inspect(ids), network.config.head_size
        scores, parts, lengths = [], [trace.hidden_states[0][0, -1]], []
        for block, x, after in zip(network.h, trace.hidden_states, trace.hidden_states[1:], strict=False):
            q, pair = block.attn.project(block.ln_1(x))
            k = pair.chunk(2, dim=1)[0].repeat_interleave(q.shape[1] // (pair.shape[1] // 2), dim=1)
            scores.append((q @ k.transpose(2, 3) * d**-0.5)[0])
            attended = block.attn(block.ln_1(x))
            steps = [x[0, -1], attended[0, -1], (after - x - attended)[0, -1]]
            parts += steps[1:]
            lengths.append([float(step.norm()) for step in steps])
        depths = torch.cat([network.read_out(x[:, -1:])[0] for x in trace.hidden_states]).double()  # (L + 1, V)
        named = _named(depths)
        norm, final = network.ln_f, trace.hidden_states[-1][0, -1]
        spread = (final.var(unbiased=False) + norm.eps).sqrt()
        normed = [norm.weight * (part - part.mean()) / spread for part in parts]
        shares = torch.stack([*normed, norm.bias]) @ network.wte.weight[named].T
        others = depths.clone()
        others[:, named] = -torch.inf
    return Inside(
        text,
        tuple(_text(model, i) for i in ids[0].tolist()),
        d,
        torch.stack(scores).double().numpy(),
        tuple(_text(model, i) for i in named),
        depths[:, named].numpy(),
        others.logsumexp(1).numpy(),
        depths.shape[1] - len(named),
        shares.double().numpy(),
        np.array(lengths),
    )


def _named(depths) -> list[int]:
    """The likeliest tokens of every depth, those of the last one first."""
    best = depths.argsort(dim=1, descending=True, stable=True)[:, :BEST].tolist()
    return list(dict.fromkeys(i for row in reversed(best) for i in row))


def _text(model, token: int) -> str:
    """A token's text; the number of one that is only a part of a character."""
    text = model.decode([token])
    return f"#{token}" if "\N{REPLACEMENT CHARACTER}" in text else text


def make() -> None:
    """Ask the embedded model and keep what it shows."""
    from core.models import load_model
    from core.models.sizes import counted

    model = load_model("embedded")
    texts = {}
    for name, text in TEXTS.items():
        one = look(model, text)
        numbers = {field: np.rint(getattr(one, field) * 1000).astype(int).tolist() for field in NUMBERS}
        numbers["scores"] = np.ravel(numbers["scores"]).tolist()
        texts[name] = {"tokens": one.tokens, "words": one.words, "others": one.others, **numbers}
    described = {
        "head_size": one.head_size,
        "shape": asdict(model.network.config),
        "parameters": counted(model.network),
    }
    save("inside", {**described, "texts": texts})
