"""A GPT-2 small enough to read in one sitting: token ids (B, T) in, logits (B, T, V) out.

Learned positions, pre-norm blocks, biases and the tanh GELU, as GPT-2 has them, so that the multi-head model is also a
`GPT2LMHeadModel` of transformers. `n_kv_head` says how many heads of keys and values the `n_head` heads of queries
share: as many (multi-head), some (grouped-query) or one (multi-query).

Sources: Radford et al. (2019), GPT-2; Shazeer (2019), multi-query; Ainslie et al. (2023), grouped-query attention.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..validation import ParameterError, check_probability, check_whole
from .cache import KVCache, check_positions


def check_shape(config, sizes: tuple[str, ...]) -> None:
    """The fields of a frozen configuration: `sizes` whole numbers ≥ 1, and a dropout in [0, 1]."""
    for name in sizes:
        object.__setattr__(config, name, check_whole(name, getattr(config, name), 1))
    object.__setattr__(config, "dropout", check_probability("dropout", config.dropout))


@dataclass(frozen=True)
class GPTConfig:
    """The shape of a GPT.

    Attributes:
        n_kv_head: a divisor of n_head; None means n_head.
        n_inner: the width inside the feed-forward part; None means 4 · n_embd.
        dropout: of embeddings and of what each block adds, in training only. Attention weights have none: fused
            attention on the CPU would fall back to the slow path.

    Raises:
        ParameterError: a size that is no whole number ≥ 1; a dropout outside [0, 1].
    """

    vocab_size: int = 8192
    context_length: int = 512
    n_layer: int = 6
    n_head: int = 8
    n_embd: int = 320
    n_kv_head: int | None = None
    n_inner: int | None = None
    dropout: float = 0.0

    def __post_init__(self):
        object.__setattr__(self, "n_kv_head", self.n_kv_head or self.n_head)  # the class is frozen
        object.__setattr__(self, "n_inner", self.n_inner or 4 * self.n_embd)
        check_shape(self, ("vocab_size", "context_length", "n_layer", "n_head", "n_embd", "n_kv_head", "n_inner"))
        if self.n_embd % self.n_head:
            raise ParameterError("n_head", self.n_head, f"a divisor of n_embd = {self.n_embd}")
        if self.n_head % self.n_kv_head:
            raise ParameterError("n_kv_head", self.n_kv_head, f"a divisor of n_head = {self.n_head}")

    @property
    def head_size(self) -> int:
        return self.n_embd // self.n_head


@dataclass(frozen=True, eq=False)
class Trace:
    """What happens inside one forward pass.

    Attributes:
        logits: (B, T, V).
        hidden_states: n_layer + 1 tensors (B, T, C): the embeddings, then what each block leaves. `model.read_out` turns
            any of them into logits; the last one gives `logits`.
        attentions: n_layer tensors (B, n_head, T, T): row t holds the weights that position t gives to positions 0..t.
    """

    logits: Tensor
    hidden_states: list[Tensor]
    attentions: list[Tensor]


class Attention(nn.Module):
    def __init__(self, config: GPTConfig, layer: int):
        super().__init__()
        self.config, self.layer = config, layer
        self.heads = [config.n_head, 2 * config.n_kv_head]  # of queries; of keys and of values
        self.c_attn = nn.Linear(config.n_embd, sum(self.heads) * config.head_size)
        self.c_proj = nn.Linear(config.n_embd, config.n_embd)

    def forward(self, x: Tensor, cache: KVCache | None = None, attentions: list[Tensor] | None = None) -> Tensor:
        B, T, C = x.shape
        q, pair = self.project(x)
        k, v = cache.write(self.layer, pair) if cache else pair.chunk(2, dim=1)
        if attentions is None:
            y = fused_attend(q, k, v)
        else:
            y, weights = attend(q, k, v)
            attentions.append(weights)
        return self.c_proj(y.transpose(1, 2).reshape(B, T, C))

    def project(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Queries (B, n_head, T, d) and, in one tensor (B, 2 · n_kv_head, T, d), keys and then values."""
        heads = self.c_attn(x).unflatten(-1, (-1, self.config.head_size)).transpose(1, 2)
        return heads.split(self.heads, dim=1)


def attend(q: Tensor, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
    """softmax(q kᵀ / √d) v and the weights (B, n_head, T, S), each query seeing the keys up to its own position.

    The definition that `fused_attend` is tested against. q is (B, n_head, T, d); k and v are (B, n_kv_head, S, d), the
    queries being the last T of the S positions; query head h reads key head ⌊h · n_kv_head / n_head⌋.
    """
    group = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(group, dim=1), v.repeat_interleave(group, dim=1)
    T, S = q.shape[2], k.shape[2]
    scores = q @ k.transpose(2, 3) * q.shape[3] ** -0.5
    seen = torch.ones(T, S, dtype=torch.bool, device=q.device).tril(S - T)
    weights = scores.masked_fill(~seen, -torch.inf).softmax(dim=-1)
    return weights @ v, weights


def fused_attend(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None) -> Tensor:
    """What `attend` gives, (B, n_head, T, d), without the weights. `mask`, with T = 1: added to the scores, (1, 1, 1, S)."""
    B, heads, T, d = q.shape
    S = k.shape[2]
    if T == 1:  # one query sees what all see, so the heads that share keys can stand as positions of one head
        return F.scaled_dot_product_attention(q.reshape(B, k.shape[1], -1, d), k, v, mask).reshape(B, heads, 1, d)
    if S > T:  # the new positions see the whole past and one another's past
        mask = torch.ones(T, S, dtype=torch.bool, device=q.device).tril(S - T)
    return F.scaled_dot_product_attention(q, k, v, mask, is_causal=S == T, enable_gqa=heads > k.shape[1])


class MLP(nn.Module):
    def __init__(self, config: GPTConfig):
        super().__init__()
        self.c_fc = nn.Linear(config.n_embd, config.n_inner)
        self.c_proj = nn.Linear(config.n_inner, config.n_embd)

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, config: GPTConfig, layer: int):
        super().__init__()
        self.ln_1, self.attn = nn.LayerNorm(config.n_embd), Attention(config, layer)
        self.ln_2, self.mlp = nn.LayerNorm(config.n_embd), MLP(config)
        self.drop = nn.Dropout(config.dropout)

    def forward(self, x: Tensor, cache: KVCache | None = None, attentions: list[Tensor] | None = None) -> Tensor:
        x = x + self.drop(self.attn(self.ln_1(x), cache, attentions))
        return x + self.drop(self.mlp(self.ln_2(x)))


class GPT(nn.Module):
    def __init__(self, config: GPTConfig):
        super().__init__()
        self.config = config
        self.wte = nn.Embedding(config.vocab_size, config.n_embd)  # also the output layer: the weights are tied
        self.wpe = nn.Embedding(config.context_length, config.n_embd)
        self.drop = nn.Dropout(config.dropout)
        self.h = nn.ModuleList(Block(config, layer) for layer in range(config.n_layer))
        self.ln_f = nn.LayerNorm(config.n_embd)
        for name, p in self.named_parameters():
            if p.ndim == 2:  # what a block adds starts smaller, the more blocks there are
                nn.init.normal_(p, std=0.02 / (2 * config.n_layer) ** (0.5 if "c_proj" in name else 0))
            elif name.endswith("bias"):
                nn.init.zeros_(p)

    def forward(self, ids: Tensor, cache: KVCache | None = None, last: bool = False) -> Tensor:
        """Logits (B, T, V) for ids (B, T), or (B, 1, V) of the last position with `last`.

        With a cache the ids continue what it holds, and are added to it.

        Raises:
            ParameterError: more positions than `context_length`.
        """
        x = self.embed(ids, cache)
        for block in self.h:
            x = block(x, cache)
        if cache:
            cache.length += ids.shape[1]
        return self.read_out(x[:, -1:] if last else x)

    @torch.no_grad()
    def inspect(self, ids: Tensor) -> Trace:
        """The same logits by the readable path, with every layer's attention weights and hidden states."""
        attentions, hidden_states = [], [self.embed(ids)]
        for block in self.h:
            hidden_states.append(block(hidden_states[-1], attentions=attentions))
        return Trace(self.read_out(hidden_states[-1]), hidden_states, attentions)

    def read_out(self, x: Tensor) -> Tensor:
        """Hidden states (B, T, C) to logits (B, T, V)."""
        return F.linear(self.ln_f(x), self.wte.weight)

    def embed(self, ids: Tensor, cache: KVCache | None = None) -> Tensor:
        past, T = (cache.length if cache else 0), ids.shape[1]
        check_positions(past + T, self.config.context_length)
        return self.drop(self.wte(ids) + self.wpe.weight[past : past + T])

    def new_cache(self, batch_size: int = 1) -> KVCache:
        config = self.config
        shape = (config.n_layer, batch_size, config.n_kv_head, config.context_length, config.head_size)
        return KVCache(*shape, like=self.wte.weight)
