"""How many parameters a model has and what one token more costs its cache, by formula.

V is the vocabulary, C the width, I the width inside the feed-forward part, L the blocks, d the size of a head. Sources:
Radford et al. (2019), GPT-2; Ainslie et al. (2023), grouped-query attention; microsoft/phi-2's config.json.
"""

from torch import nn

from .gpt import GPTConfig

PARTS = ("embedding", "positions", "attention", "feed_forward", "norms", "output")
BELONGS = {  # to which part a tensor of `GPT` belongs, by a piece of its name
    "wte": "embedding",
    "wpe": "positions",
    ".attn.": "attention",
    ".mlp.": "feed_forward",
    "ln_": "norms",
}


def gpt_parameters(config: GPTConfig) -> dict[str, int]:
    """Parameters of each of PARTS. The output layer has none of its own: it is the embedding again."""
    V, C, I, L = config.vocab_size, config.n_embd, config.n_inner, config.n_layer  # noqa: E741
    keys = config.n_kv_head * config.head_size  # and as many values
    return {
        "embedding": V * C,
        "positions": config.context_length * C,
        "attention": L * ((C + 1) * (C + 2 * keys) + (C + 1) * C),
        "feed_forward": L * ((C + 1) * I + (I + 1) * C),
        "norms": (2 * L + 1) * 2 * C,
        "output": 0,
    }


def phi_parameters(vocab_size: int, n_layer: int, n_embd: int, n_inner: int) -> dict[str, int]:
    """The same of a Phi: rotary positions, one norm for both parts of a block, an output layer of its own with bias."""
    V, C, I, L = vocab_size, n_embd, n_inner, n_layer  # noqa: E741
    return {
        "embedding": V * C,
        "positions": 0,
        "attention": L * 4 * (C + 1) * C,
        "feed_forward": L * ((C + 1) * I + (I + 1) * C),
        "norms": (L + 1) * 2 * C,
        "output": (C + 1) * V,
    }


def counted(network: nn.Module) -> dict[str, int]:
    """The parameters of a `GPT`, counted tensor by tensor."""
    found = dict.fromkeys(PARTS, 0)
    for name, tensor in network.named_parameters():
        (part,) = {part for piece, part in BELONGS.items() if piece in name}
        found[part] += tensor.numel()
    return found


def cache_bytes(n_layer: int, n_kv_head: int, head_size: int, bytes_per_number: float = 4) -> float:
    """Bytes per token of one text: 2 · L · n_kv_head · d numbers, one key and one value per block and key head."""
    return 2 * n_layer * n_kv_head * head_size * bytes_per_number
