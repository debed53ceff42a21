"""How well a model predicts a text, and how varied its own texts are."""

from dataclasses import dataclass
from math import exp, log

import torch
import torch.nn.functional as F

from ..models.gpt import GPT
from ..models.language_model import LocalModel
from .ngram import KneserNey


@dataclass(frozen=True)
class Score:
    """What a text cost: the sum of −ln p over its tokens, given end-of-text before it; nothing for the end itself."""

    nats: float
    tokens: int
    bytes: int

    @property
    def bits_per_byte(self) -> float:
        return self.nats / log(2) / self.bytes

    @property
    def perplexity(self) -> float:
        """Per token: it compares models with the same tokenizer only."""
        return exp(self.nats / self.tokens)

    def __add__(self, other: "Score") -> "Score":
        return Score(self.nats + other.nats, self.tokens + other.tokens, self.bytes + other.bytes)


def windows(tokens: int, length: int, stride: int) -> list[tuple[int, int, int]]:
    """(start, end, scored) of the windows over ids 0 … tokens: inputs start … end − 1, targets scored … end.

    Each target is scored once, with at least length − stride ids before it, or all there are.
    """
    spans, scored = [], 1
    while scored <= tokens:
        end = min(tokens, length if scored == 1 else scored - 1 + stride)
        spans.append((max(0, end - length), end, scored))
        scored = end + 1
    return spans


def window_length(model: LocalModel) -> int:
    """A GPT's context; any other network looks back no further than it can, whatever it is given."""
    return model.context_length if isinstance(model.network, GPT) else max(512, 2 * model.context_length)


@torch.inference_mode()
def score(model: LocalModel, text: str, stride: int | None = None, batch: int = 8) -> Score:
    """`text` (in NFC) read through windows of `window_length(model)` ids, `stride` apart (half of that by default)."""
    length = window_length(model)
    stride = min(stride or length // 2, length)
    ids = model.as_batch([model.eos_token_id, *model.encode(text)])[0]
    nats, group = 0.0, []
    for start, end, scored in [*windows(len(ids) - 1, length, stride), (0, 0, 0)]:
        if group and (len(group) == batch or end - start != group[0][1] - group[0][0]):  # equal lengths go together
            logits = model.network(torch.stack([ids[s:e] for s, e, _ in group]))
            for row, (s, e, first) in zip(logits, group, strict=True):
                nats += (
                    F.cross_entropy(row[first - 1 - s :].float(), ids[first : e + 1], reduction="sum").double().item()
                )
            group = []
        group.append((start, end, scored))
    return Score(nats, len(ids) - 1, len(text.encode()))


def score_ngram(ngram: KneserNey, model: LocalModel, text: str) -> Score:
    """The same for an n-gram model over the tokens of `model`."""
    ids = torch.tensor([model.eos_token_id, *model.encode(text)]).numpy()
    p = ngram.probabilities(ids)
    return Score(float(-torch.from_numpy(p).log().sum()), len(ids) - 1, len(text.encode()))


def distinct(ids: list[int], n: int) -> float:
    """Different n-grams over all n-grams: 1 when none comes twice. Source: Li et al. (2016), distinct-n."""
    grams = list(zip(*(ids[i:] for i in range(n)), strict=False))
    return len(set(grams)) / max(1, len(grams))


def repetition(ids: list[int], n: int = 4) -> float:
    """The share of n-grams that had come before in the same text."""
    return 1 - distinct(ids, n) if len(ids) >= n else 0.0
