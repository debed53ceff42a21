"""How many parameters each way of tuning a model trains, and the memory that it needs.

A matrix is its shape (rows, columns); a model is the list of its matrices, one entry per copy.
"""

from collections.abc import Iterable

from ..validation import check_number, check_whole

TRAINED, HALF = 16, 2  # bytes: a parameter that Adam trains in mixed precision (ZeRO, section 3.1); one that only reads
NF4 = 0.5 + (8 / 64 + 32 / (64 * 256)) / 8  # bytes of a 4-bit weight with its share of the constants (QLoRA, section 3)


def gpt_matrices(n_layer: int, n_embd: int, n_inner: int) -> list[tuple[int, int]]:
    """The matrices inside the blocks of a GPT-2 or a Phi with as many key heads as query heads: Q, K, V, output, two more."""
    c, inner = check_whole("n_embd", n_embd, 1), check_whole("n_inner", n_inner, 1)
    return check_whole("n_layer", n_layer, 1) * [*4 * [(c, c)], (c, inner), (inner, c)]


def lora_parameters(matrices: Iterable[tuple[int, int]], rank: int) -> int:
    """Σ r (m + n): a matrix m × n learns ΔW = B A with B m × r and A r × n. Source: Hu et al. (2021), section 4.1."""
    rank = check_whole("rank", rank, 1)
    return sum(rank * (m + n) for m, n in matrices)


def adapter_parameters(n_layer: int, n_embd: int, bottleneck: int, per_layer: int = 2) -> int:
    """2·C·b + b + C each: down to b, up again, with biases; two per block. Source: Houlsby et al. (2019), section 2.1."""
    c, b = check_whole("n_embd", n_embd, 1), check_whole("bottleneck", bottleneck, 1)
    return check_whole("n_layer", n_layer, 1) * check_whole("per_layer", per_layer, 1) * (2 * c * b + b + c)


def soft_prompt_parameters(tokens: int, n_embd: int) -> int:
    """One vector per learned token of the prompt. Source: Lester, Al-Rfou & Constant (2021), section 2."""
    return check_whole("tokens", tokens) * check_whole("n_embd", n_embd, 1)


def tuning_bytes(frozen: int, trained: int, bytes_per_frozen: float) -> float:
    """Bytes for weights, gradients and Adam's state; activations and buffers come on top.

    Source: Rajbhandari et al. (2019), ZeRO, section 3.1: 2 + 2 + 4 + 4 + 4 bytes for a trained parameter.
    """
    per = check_number("bytes_per_frozen", bytes_per_frozen, 0, 1e308, "a finite number >= 0")
    return per * check_whole("frozen", frozen) + TRAINED * check_whole("trained", trained)
