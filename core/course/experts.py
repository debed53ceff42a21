"""Mixture of experts: who works on a token, how the work is shared out, and how many parameters that takes.

A router gives one logit per expert. What follows is the softmax and the top-k of `core.samplers`, with experts in the
place of tokens: logits are (..., N), N experts.
"""

from dataclasses import dataclass

from torch import Tensor

from ..distributions import softmax
from ..samplers import top_k
from ..validation import ParameterError, as_logits, as_masses, check_number, check_rows, check_whole


def route(logits, k: int) -> Tensor:
    """The weight of each expert: softmax over the k largest logits, 0 for the others.

    The same as the softmax over all, cut to the k largest and renormalised. Experts tied with the k-th also work.

    Args:
        logits: (..., N), what the router gives.
        k: a whole number; 0 and anything above N let all of them work.

    Returns:
        (..., N), rows that add up to 1.

    Source: Shazeer et al. (2017), eq. 3–5; Jiang et al. (2024), section 2.1.
    """
    return softmax(top_k(logits, k))


def load(weights) -> Tensor:
    """f_i: the share of all assignments of a token to an expert that go to expert i.

    Args:
        weights: (T, N), from `route`.

    Returns:
        (N,), float64, adding up to 1; 1/N each where the load is balanced.
    """
    weights = as_masses("weights", weights)
    check_rows("weights", weights.sum(-1), weights.sum(-1) > 0, "with a positive sum")
    works = (weights > 0).double()
    return works.sum(0) / works.sum()


def balance_loss(logits, k: int) -> Tensor:
    """N Σ_i f_i P_i, with f the `load` and P_i the mean over tokens of the router's probability of expert i.

    1 when f or P is uniform, and at least 1 when f and P are ordered alike (Chebyshev's sum inequality); it can be
    below 1 when they are not. Training adds it to the loss with a small factor.

    Args:
        logits: (T, N), what the router gives for T tokens, any temperature already applied.

    Source: Fedus, Zoph & Shazeer (2021), eq. 4–6, for k = 1. Some codes let f add up to k: their loss is k times this.
    """
    logits = as_logits(logits)
    if logits.ndim != 2:
        raise ParameterError("logits", list(logits.shape), "of shape (T, N): tokens, experts")
    return logits.shape[1] * (load(route(logits, k)) * softmax(logits.double()).mean(0)).sum()


def overflow(weights, capacity_factor: float) -> float:
    """The share of assignments that find their expert full, when each takes `capacity_factor` times its fair share.

    Args:
        weights: (T, N), from `route`.
        capacity_factor: ≥ 0; the room of an expert is this factor times (assignments / N), not rounded.

    Source: Fedus, Zoph & Shazeer (2021), eq. 3.
    """
    factor = check_number("capacity_factor", capacity_factor, 0, 1e308, "a finite number >= 0")
    shares = load(weights)
    return (shares - factor / len(shares)).clamp(min=0).sum().item()


def experts_touched(n: int, k: int, tokens: int) -> float:
    """N (1 − (1 − k/N)^T): how many of N experts at least one of T tokens uses, on average.

    It supposes that each token's k experts are drawn evenly and independently of the other tokens'.
    """
    n, k, tokens = check_whole("n", n, 1), check_whole("k", k), check_whole("tokens", tokens)
    if k > n:
        raise ParameterError("k", k, f"at most n = {n}")
    return n * (1 - (1 - k / n) ** tokens)


@dataclass(frozen=True)
class SparseTransformer:
    """The shape of a decoder whose feed-forward networks are gated (three matrices) and come in `n_experts` copies.

    The defaults are Mixtral 8×7B's published configuration. No biases, two normalisations per layer and one at the end,
    input and output embeddings apart.

    Source: Jiang et al. (2024), table 1; `MixtralConfig` of transformers.
    """

    vocab_size: int = 32000
    n_layer: int = 32
    n_embd: int = 4096
    n_head: int = 32
    n_kv_head: int = 8
    n_inner: int = 14336
    n_experts: int = 8
    k: int = 2

    def __post_init__(self):
        for name in ("vocab_size", "n_layer", "n_embd", "n_head", "n_kv_head", "n_inner", "n_experts", "k"):
            check_whole(name, getattr(self, name), 1)
        if self.k > self.n_experts:
            raise ParameterError("k", self.k, f"at most n_experts = {self.n_experts}")


@dataclass(frozen=True)
class Parameters:
    """Numbers of parameters: those every token uses (`shared`), one expert of every layer, all, and what a token uses."""

    embeddings: int
    attention: int
    norms: int
    routers: int
    one_expert: int
    total: int
    active: int

    @property
    def shared(self) -> int:
        return self.embeddings + self.attention + self.norms + self.routers


def parameters(shape: SparseTransformer) -> Parameters:
    """How many parameters, part by part, over all layers; with `n_experts` = `k` = 1 and no router, a dense model.

    Embeddings: 2·V·C. A layer: attention 2·C² + 2·C·(C/h)·h_kv; two norms 2·C; a router C·N; each expert 3·C·d.
    """
    c, layers = shape.n_embd, shape.n_layer
    embeddings = 2 * shape.vocab_size * c
    attention = layers * (2 * c * c + 2 * c * (c // shape.n_head) * shape.n_kv_head)
    norms = layers * 2 * c + c
    routers = layers * c * shape.n_experts if shape.n_experts > 1 else 0
    one = layers * 3 * c * shape.n_inner
    shared = embeddings + attention + norms + routers
    return Parameters(
        embeddings, attention, norms, routers, one, shared + shape.n_experts * one, shared + shape.k * one
    )
