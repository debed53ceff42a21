"""Phi (Phi-1, 1.5 and 2) as a list of operations: what `PhiForCausalLM` of transformers computes, in fewer of them.

Attention and the feed-forward part of a Phi block read the same normalised input and add to the same sum, so the block
is two matrix products: one for queries, keys, values and the hidden layer, one for both ways back. Keys and values are
written in place; each matrix lies as a few rows read it fastest (`laid_out`).

Source: `transformers.models.phi.modeling_phi`, which the tests hold this against.
"""

from collections.abc import Callable
from functools import partial
from weakref import WeakKeyDictionary

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .cache import KVCache, check_positions
from .captured import StaticStep
from .gpt import fused_attend
from .gpt_step import laid_out, times

START = 256  # positions that a new cache has room for; it doubles as the text grows


def supports(model: nn.Module) -> bool:
    """Whether `model` is a `PhiForCausalLM` of the usual kind, whole on one device."""
    config = model.config
    return (
        type(model).__name__ == "PhiForCausalLM"
        and config.hidden_act in ("gelu_new", "gelu_pytorch_tanh")
        and config.rope_parameters["rope_type"] == "default"
        and not config.qk_layernorm
        and len({weight.device for weight in model.parameters()}) == 1
        and next(model.parameters()).device.type != "meta"
    )


class Phi:
    """Logits of a `PhiForCausalLM`, whose blocks are taken out of it one by one: both are never in memory together."""

    @torch.inference_mode()
    def __init__(self, model: nn.Module):
        config, body = model.config, model.model
        self.vocab_size, self.context_length = config.vocab_size, config.max_position_embeddings
        self.n_head, self.n_kv_head = config.num_attention_heads, config.num_key_value_heads
        self.head_size = config.hidden_size // config.num_attention_heads
        self.eps = config.layer_norm_eps
        self.wte, self.device = body.embed_tokens.weight, body.embed_tokens.weight.device
        self.ln_f = body.final_layernorm.weight, body.final_layernorm.bias
        self.head = model.lm_head.bias, laid_out(model.lm_head.weight)
        self.cos, self.sin, self.swapped = self.rotation(body.rotary_emb.inv_freq)
        self.steps = WeakKeyDictionary()  # of caches
        self.layers = []
        for i, block in enumerate(body.layers):
            attn, mlp = block.self_attn, block.mlp
            inward = [attn.q_proj, attn.k_proj, attn.v_proj, mlp.fc1]
            into = torch.cat([part.bias for part in inward]), laid_out(torch.cat([part.weight for part in inward]))
            weight = torch.cat([attn.dense.weight, mlp.fc2.weight], dim=1)
            norm = block.input_layernorm.weight, block.input_layernorm.bias
            self.layers.append((norm, into, (attn.dense.bias + mlp.fc2.bias, laid_out(weight))))
            body.layers[i] = nn.Identity()

    def rotation(self, inv_freq: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """cos and sin (context_length, 1, d) and the indices (d,) with rotated = x · cos + x[swapped] · sin.

        The first 2 · len(inv_freq) of the d numbers of a head turn, number i with number i + len(inv_freq); the rest
        have cos 1 and sin 0.
        """
        half, device = len(inv_freq), self.wte.device
        angles = torch.arange(self.context_length, device=device).float()[:, None] * inv_freq.to(device).float()
        still = angles.new_zeros(self.context_length, self.head_size - 2 * half)
        cos = torch.cat((angles.cos(), angles.cos(), still + 1), dim=1)
        sin = torch.cat((-angles.sin(), angles.sin(), still), dim=1)
        first, second, rest = torch.arange(self.head_size, device=device).split([half, half, still.shape[1]])
        return cos[:, None].to(self.wte.dtype), sin[:, None].to(self.wte.dtype), torch.cat((second, first, rest))

    def new_cache(self, batch_size: int = 1) -> KVCache:
        capacity = min(START, self.context_length)
        return KVCache(len(self.layers), batch_size, self.n_kv_head, capacity, self.head_size, like=self.wte)

    @torch.inference_mode()
    def __call__(self, ids: Tensor, cache: KVCache | None = None, last: bool = False) -> Tensor:
        """Logits (B, T, V) for ids (B, T), or (B, 1, V) of the last position with `last`.

        With a cache the ids continue what it holds, and are added to it. On a GPU one token per row is a CUDA graph.

        Raises:
            ParameterError: more positions than `context_length`.
        """
        cache = cache or self.new_cache(len(ids))
        past, end = cache.length, cache.length + ids.shape[1]
        check_positions(end, self.context_length)
        cache.reserve(end, self.context_length)
        if past and ids.shape[1] == 1 and ids.is_cuda:
            logits = self.static_step(cache)(ids, past)
        else:
            logits = self.run(ids, self.cos[past:end], self.sin[past:end], partial(attend, cache), last)
        cache.length = end
        return logits

    def static_step(self, cache: KVCache) -> StaticStep:
        """The recorded step of this cache; a new one when the cache has moved to more room."""
        step = self.steps.get(cache)
        if step is None or step.pairs[0] is not cache.pairs[0]:
            self.steps[cache] = step = StaticStep(self, list(cache.pairs))
        return step

    def run(self, ids: Tensor, cos: Tensor, sin: Tensor, attend: Callable, last: bool) -> Tensor:
        """`attend(layer, q, pair)` gives (B, n_head, T, d) from q of that shape and the new (B, 2 · n_kv_head, T, d)."""
        (B, T), C, d = ids.shape, (self.wte.shape[1],), self.head_size
        heads = [self.n_head, 2 * self.n_kv_head]  # of queries; of keys and of values
        x = self.wte[ids.reshape(-1)]  # (B·T, C)
        for layer, (norm, into, back) in enumerate(self.layers):
            inner = torch.addmm(into[0], F.layer_norm(x, C, *norm, self.eps), into[1])
            mixed, hidden = inner.tensor_split([sum(heads) * d], dim=1)
            mixed = mixed.view(B, T, -1, d)
            turning = mixed[:, :, : self.n_head + self.n_kv_head]
            turned = turning.index_select(3, self.swapped)
            turning.mul_(cos).addcmul_(turned, sin)
            y = attend(layer, *mixed.transpose(1, 2).split(heads, dim=1)).transpose(1, 2).reshape(B * T, -1)
            both = torch.cat((y, F.gelu(hidden, approximate="tanh")), dim=1)
            x = x.addmm_(both, back[1]).add_(back[0])
        if last:
            x = x.view(B, T, -1)[:, -1]
        logits = times(F.layer_norm(x, C, *self.ln_f, self.eps), self.head[1], self.head[0])
        return logits.view(B, -1, self.vocab_size)


def attend(cache: KVCache, layer: int, q: Tensor, pair: Tensor) -> Tensor:
    return fused_attend(q, *cache.write(layer, pair))
