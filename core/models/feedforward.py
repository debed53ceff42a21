"""The next token from a fixed window of those before it: a feed-forward network, with the interface of `gpt.GPT`.

The last n ids become n vectors, laid end to end; one hidden layer of tanh; logits over the vocabulary. Unlike the
original, the output layer is the embedding table again (tied weights), and there are no direct connections from the
vectors to the logits. Before the first token the window holds end-of-text.

Source: Bengio et al. (2003), A Neural Probabilistic Language Model.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..validation import ParameterError, check_whole
from .cache import check_one_row
from .gpt import check_shape


@dataclass(frozen=True)
class FeedForwardConfig:
    """The shape of the network; `context_length` is the window n. `padding_id` stands before the first token.

    Raises:
        ParameterError: a size that is no whole number ≥ 1, a padding outside the vocabulary, a dropout outside [0, 1].
    """

    vocab_size: int = 8192
    context_length: int = 16
    n_embd: int = 320
    n_inner: int = 1280
    dropout: float = 0.0
    padding_id: int = 0

    def __post_init__(self):
        check_shape(self, ("vocab_size", "context_length", "n_embd", "n_inner"))
        if check_whole("padding_id", self.padding_id) >= self.vocab_size:
            raise ParameterError("padding_id", self.padding_id, f"a token id < {self.vocab_size}")


@dataclass(frozen=True, eq=False)
class FeedForwardTrace:
    """Inside one pass: `logits` (B, T, V); `hidden_states`, the window's vectors (B, T, n·C), then tanh's (B, T, n_inner)."""

    logits: Tensor
    hidden_states: list[Tensor]


class WindowCache:
    """The last n ids (B, n) of what was read; `length` counts all that was."""

    bytes_per_token = 0  # it does not grow with the text

    def __init__(self, ids: Tensor):
        self.ids, self.length = ids, 0

    def expand(self, batch_size: int) -> "WindowCache":
        """A new cache with `batch_size` copies of this one's only row."""
        check_one_row(len(self.ids))
        cache = WindowCache(self.ids.repeat(batch_size, 1))
        cache.length = self.length
        return cache


class FeedForward(nn.Module):
    def __init__(self, config: FeedForwardConfig):
        super().__init__()
        self.config = config
        self.wte = nn.Embedding(config.vocab_size, config.n_embd)
        self.c_fc = nn.Linear(config.context_length * config.n_embd, config.n_inner)
        self.drop = nn.Dropout(config.dropout)
        self.c_proj = nn.Linear(config.n_inner, config.n_embd)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))
        for p in self.parameters():
            nn.init.normal_(p, std=0.02) if p.ndim == 2 else nn.init.zeros_(p)

    def forward(self, ids: Tensor, cache: WindowCache | None = None, last: bool = False) -> Tensor:
        """Logits (B, T, V) for ids (B, T) of any length, or (B, 1, V) of the last position with `last`."""
        windows = self.windows(ids, cache)
        return self.read_out(self.hidden(self.vectors(windows[:, -1:] if last else windows)))

    @torch.no_grad()
    def inspect(self, ids: Tensor) -> FeedForwardTrace:
        """The same logits, with what the layers hold on the way."""
        vectors = self.vectors(self.windows(ids))
        hidden = self.hidden(vectors)
        return FeedForwardTrace(self.read_out(hidden), [vectors, hidden])

    def windows(self, ids: Tensor, cache: WindowCache | None = None) -> Tensor:
        """(B, T) to (B, T, n): position t holds ids t − n + 1 … t."""
        n = self.config.context_length
        before = cache.ids[:, 1:] if cache else ids.new_full((len(ids), n - 1), self.config.padding_id)
        ids = torch.cat((before, ids), dim=1)
        if cache:
            cache.ids, cache.length = ids[:, -n:], cache.length + ids.shape[1] - (n - 1)
        return ids.unfold(1, n, 1)

    def vectors(self, windows: Tensor) -> Tensor:
        return self.drop(self.wte(windows).flatten(2))  # (B, T, n·C)

    def hidden(self, vectors: Tensor) -> Tensor:
        return self.drop(torch.tanh(self.c_fc(vectors)))

    def read_out(self, hidden: Tensor) -> Tensor:
        return F.linear(self.c_proj(hidden), self.wte.weight, self.bias)

    def new_cache(self, batch_size: int = 1) -> WindowCache:
        shape = (batch_size, self.config.context_length)
        return WindowCache(torch.full(shape, self.config.padding_id, device=self.wte.weight.device))
