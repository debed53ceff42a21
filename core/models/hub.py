"""Causal language models of Hugging Face, through transformers and accelerate: safetensors only, and no code of theirs.

from core.models.hub import load_hub

model = load_hub("microsoft/phi-2", lambda stage, share, done: print(stage, share, done))

Only what the owner listed is loaded (`hub_list`). On a GPU the weights are bfloat16 (float16 where it has none) and
accelerate spreads them over what GPUs there are; on a CPU they are float32. A Phi is run by `phi.Phi`.
"""

import copy
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.models.cache import Cache, check_one_row, check_positions
from core.models.hub_files import Progress, download, read, tensors
from core.models.hub_list import HubError, find
from core.models.phi import Phi, supports

ROOM = 1.2  # memory asked for, over the weights: what the computation and a cache need
_one_at_a_time = threading.Lock()


@dataclass(eq=False)
class HubModel:
    """A `LanguageModel` of Hugging Face. `encode` adds the special tokens that the model expects around a text."""

    name: str
    network: "Phi | Causal"
    tokenizer: object
    eos_token_id: int
    further_ends: tuple[int, ...] = ()

    @property
    def eos_token_ids(self) -> tuple[int, ...]:
        """All that end a text: the tokenizer's, and those that the model's own settings for generation name."""
        return (self.eos_token_id, *self.further_ends)

    @property
    def vocab_size(self) -> int:
        """Logits per position; there may be fewer tokens."""
        return self.network.vocab_size

    @property
    def context_length(self) -> int:
        return self.network.context_length

    def encode(self, text: str) -> list[int]:
        """The name of a special token in a text is only text."""
        return self.tokenizer(text, split_special_tokens=True)["input_ids"]

    def decode(self, ids: Sequence[int]) -> str:
        return self.tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)

    def new_cache(self, batch_size: int = 1) -> Cache:
        return self.network.new_cache(batch_size)

    def logits(self, ids: Sequence[int] | Tensor, cache: Cache | None = None) -> Tensor:
        return self.network(self.as_batch(ids), cache)

    def next_logits(self, ids: Sequence[int] | Tensor, cache: Cache | None = None) -> Tensor:
        return self.network(self.as_batch(ids), cache, last=True)[:, -1]

    def as_batch(self, ids: Sequence[int] | Tensor) -> Tensor:
        return torch.atleast_2d(torch.as_tensor(ids, device=self.network.device, dtype=torch.long))


class Causal:
    """Any causal language model of transformers, with the interface of `phi.Phi`."""

    def __init__(self, model):
        self.model, config = model, model.config.get_text_config()
        self.device = model.get_input_embeddings().weight.device
        self.vocab_size, self.context_length = config.vocab_size, config.max_position_embeddings

    def new_cache(self, batch_size: int = 1) -> "HubCache":
        from transformers import DynamicCache

        return HubCache(DynamicCache(config=self.model.config), batch_size)

    @torch.inference_mode()
    def __call__(self, ids: Tensor, cache: "HubCache | None" = None, last: bool = False) -> Tensor:
        """Logits (B, T, V), or (B, 1, V) of the last position; see `Phi`."""
        check_positions((cache.length if cache else 0) + ids.shape[1], self.context_length)
        past = cache.past if cache else None
        logits = self.model(ids, past_key_values=past, use_cache=cache is not None, logits_to_keep=int(last)).logits
        if cache:
            cache.length += ids.shape[1]
        return logits


class HubCache:
    """A `DynamicCache` of transformers with the interface of `cache.Cache`."""

    def __init__(self, past, batch_size: int):
        self.past, self.batch_size, self.length = past, batch_size, 0

    @property
    def bytes_per_token(self) -> int:
        """0 before anything was read."""
        held = [part for layer in self.past.layers if layer.is_initialized for part in (layer.keys, layer.values)]
        return sum(part.numel() * part.element_size() // (part.shape[0] * part.shape[2]) for part in held)

    @torch.inference_mode()
    def expand(self, batch_size: int) -> "HubCache":
        """`batch_size` copies of the only row; see `Cache`."""
        check_one_row(self.batch_size)
        cache = HubCache(copy.deepcopy(self.past), batch_size)
        cache.past.batch_repeat_interleave(batch_size)
        cache.length = self.length
        return cache


def load_hub(name: str, progress: Progress | None = None) -> HubModel:
    """The model of this name in the owner's list, ready to run; others that load at the same time wait.

    Args:
        progress: called with the stage ("download" or "load"), the share done from 0 to 1, and the bytes done.

    Raises:
        HubError: see its reasons.
    """
    entry, progress = find(name), progress or (lambda stage, share, done: None)
    gpu = torch.cuda.is_available()
    if entry.needs_gpu and not gpu:
        raise HubError("no_gpu", name, "is offered on a GPU only, and there is none")
    dtype = torch.float32 if not gpu else torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float16
    check_memory(name, entry.parameters * dtype.itemsize, gpu)
    with _one_at_a_time:
        folder = Path(entry.folder) if entry.folder else download(entry, progress)
        sizes = {key: numbers * dtype.itemsize for key, numbers in tensors(name, folder).items()}
        check_memory(name, sum(sizes.values()), gpu)
        tokenizer, model = read(name, folder, dtype, gpu, sizes, progress)
        network = Phi(model) if supports(model) else Causal(model)
    if tokenizer.eos_token_id is None:
        raise HubError("not_supported", name, "its tokenizer has no end-of-text token")
    return HubModel(name, network, tokenizer, tokenizer.eos_token_id, further_ends(model, tokenizer.eos_token_id))


def further_ends(model, end: int) -> tuple[int, ...]:
    """The ids other than `end` that the settings for generation of a model of transformers name as ends."""
    named = model.generation_config.eos_token_id if model.generation_config else None
    return tuple(i for i in ([named] if isinstance(named, int) else named or []) if i != end)


def check_memory(name: str, weights: int, gpu: bool) -> None:
    """Raise when `weights` bytes and what runs beside them do not fit in what is free now, on the GPUs or in memory."""
    needed, available = int(weights * ROOM), free_memory(gpu)
    if needed > available:
        detail = f"needs about {needed / 1e9:.1f} GB of memory, and {available / 1e9:.1f} GB are free"
        raise HubError("not_enough_memory", name, detail, needed, available)


def free_memory(gpu: bool) -> int:
    """Bytes; a container's limit counts."""
    if gpu:
        return sum(torch.cuda.mem_get_info(device)[0] for device in range(torch.cuda.device_count()))
    import psutil  # comes with accelerate

    limit = Path("/sys/fs/cgroup/memory.max")
    limit = limit.read_text().strip() if limit.exists() else "max"
    free = psutil.virtual_memory().available
    return free if limit == "max" else min(free, int(limit) - psutil.Process().memory_info().rss)
