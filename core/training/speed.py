"""Tokens per second and bytes: what running a model costs."""

import sys
from pathlib import Path
from time import perf_counter

import torch

from ..models.language_model import LocalModel
from .scores import window_length


def speed(model: LocalModel, tokens: int = 128, repeats: int = 3) -> dict:
    """Prefill and decode of one sequence, the fastest of `repeats`; the weights and the cache of one token in bytes.

    Prefill reads half a window at once; decode then takes the largest logit `tokens` times.
    """
    prompt = torch.randint(
        1, model.vocab_size, (1, window_length(model) // 2), generator=torch.Generator().manual_seed(0)
    )
    tokens = min(tokens, window_length(model) // 2)
    prefill = decode = float("inf")
    for _ in range(repeats + 1):  # the first warms up: it is timed like the others, and never the fastest
        cache = model.new_cache()
        began = perf_counter()
        token = model.next_logits(prompt, cache).argmax(-1)
        token.tolist()  # waits for the device
        read = perf_counter()
        for _ in range(tokens):
            token = model.next_logits(token[None], cache).argmax(-1)
            token.tolist()
        prefill, decode = min(prefill, read - began), min(decode, perf_counter() - read)
    return {
        "prefill_tokens_per_second": round(prompt.shape[1] / prefill, 1),
        "decode_tokens_per_second": round(tokens / decode, 1),
        "cache_bytes_per_token": cache.bytes_per_token,
        "weight_bytes": sum(p.numel() * p.element_size() for p in model.network.parameters()),
        "peak_memory_bytes": peak_memory(),
        "threads": torch.get_num_threads(),
        "device": str(model.network.wte.weight.device),
    }


def peak_memory() -> int | None:
    """The most memory this process has held, Python and torch included, in bytes; None where the system does not say."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux: `ru_maxrss` would also count what the parent held before this process was started
        return next(int(line.split()[1]) * 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
