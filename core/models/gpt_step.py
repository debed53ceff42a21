"""One token more of every text: `GPT.forward` for one token per row, with what that case makes needless left out.

The same arithmetic without modules and masks, sums made in place, and each matrix laid out as one row reads it fastest.
`gpt.GPT` is the definition; the tests hold this against it.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from .cache import KVCache, check_positions
from .gpt import GPT


class GPTStep:
    """Logits after one token per row. The weights are read once, here: a network that is trained on needs a new one."""

    def __init__(self, network: GPT):
        self.config = network.config
        self.wte, self.wpe, self.head = network.wte.weight, network.wpe.weight, laid_out(network.wte.weight)
        self.ln_f = network.ln_f.weight, network.ln_f.bias
        self.layers = [
            (
                (block.ln_1.weight, block.ln_1.bias),
                (block.attn.c_attn.bias, laid_out(block.attn.c_attn.weight)),
                (block.attn.c_proj.bias, laid_out(block.attn.c_proj.weight)),
                (block.ln_2.weight, block.ln_2.bias),
                (block.mlp.c_fc.bias, laid_out(block.mlp.c_fc.weight)),
                (block.mlp.c_proj.bias, laid_out(block.mlp.c_proj.weight)),
            )
            for block in network.h
        ]

    def __call__(self, ids: Tensor, cache: KVCache) -> Tensor:
        """(B, V) for ids (B, 1), which continue what the cache holds and are added to it.

        Raises:
            ParameterError: more positions than `context_length`.
        """
        config, past = self.config, cache.length
        check_positions(past + 1, config.context_length)
        n_head, n_kv_head, d = config.n_head, config.n_kv_head, config.head_size
        B, C = len(ids), (config.n_embd,)
        x = F.embedding(ids[:, 0], self.wte).add_(self.wpe[past])  # (B, C)
        for layer, (ln_1, attn, proj, ln_2, fc, out) in enumerate(self.layers):
            heads = torch.addmm(attn[0], torch.layer_norm(x, C, *ln_1), attn[1]).view(B, -1, 1, d)
            k, v = cache.write(layer, heads.narrow(1, n_head, 2 * n_kv_head))
            # The heads of queries that share keys stand as positions of one head: none of them is masked.
            q = heads.narrow(1, 0, n_head).reshape(B, n_kv_head, -1, d)
            y = F.scaled_dot_product_attention(q, k, v).reshape(B, -1)
            x = x.addmm_(y, proj[1]).add_(proj[0])
            hidden = F.gelu(torch.addmm(fc[0], torch.layer_norm(x, C, *ln_2), fc[1]), approximate="tanh")
            x = x.addmm_(hidden, out[1]).add_(out[0])
        cache.length = past + 1
        return times(torch.layer_norm(x, C, *self.ln_f), self.head)


def laid_out(weight: Tensor) -> Tensor:
    """A weight (out, in) as the (in, out) of x @ w, in the memory order that few rows read fastest.

    On an AMD CPU one row times a matrix wider than it is high reads three times the bytes per second when the matrix is
    contiguous as (in, out); the other shapes, and a GPU, are as fast as they are.
    """
    rows, columns = weight.shape
    return weight.t().contiguous() if weight.device.type == "cpu" and rows > columns else weight.t()


def times(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x @ weight + bias, for x (B, in) and a wide weight as `laid_out` leaves it.

    From three rows on oneDNN takes two thirds of the time of PyTorch's default (MKL, on an AMD CPU) over the same memory.
    """
    if len(x) > 2 and x.device.type == "cpu" and x.dtype == torch.float32 and torch.backends.mkldnn.is_available():
        return torch.ops.mkldnn._linear_pointwise(x, weight.t(), bias, "none", [], "")
    return x @ weight if bias is None else torch.addmm(bias, x, weight)
