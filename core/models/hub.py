"""Causal language models of Hugging Face, through transformers and accelerate: safetensors only, and no code of theirs.

from .hub import load_hub

model = load_hub("microsoft/phi-2", lambda stage, share, done: print(stage, share, done))

Only what the owner listed is loaded (`hub_list`). On a GPU the weights are bfloat16 (float16 where it has none) and
accelerate spreads them over what GPUs there are; on a CPU they are float32. A Phi is run by `phi.Phi`.
"""

import copy
import inspect
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .cache import Cache, check_one_row, check_positions
from .hub_files import Progress, download, read, tensors
from .hub_list import HubError, find
from .phi import Phi, supports

ROOM = 1.2  # memory asked for, over the weights: what the computation and a cache need
LIMITS = ("max_position_embeddings", "max_seq_len", "seq_length")  # what configurations call the longest text
UNLIMITED = 2048  # how far those look back that call it nothing
TOLERANCE = {torch.float32: 1e-3, torch.float16: 0.1, torch.bfloat16: 0.1}  # of the logits' range, for rounding
_one_at_a_time = threading.Lock()


@dataclass(eq=False)
class HubModel:
    """A `LanguageModel` of Hugging Face. `encode` adds the special tokens that the model expects around a text.

    Attributes:
        eos_token_id: the tokenizer's end-of-text, with which an empty text begins.
        eos_token_ids: all that end a text, as transformers' `generate` takes them.
    """

    name: str
    network: "Phi | Causal"
    tokenizer: object
    eos_token_id: int
    eos_token_ids: frozenset[int]

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
    """Any causal language model of transformers that reads on from a cache, with the interface of `phi.Phi`."""

    def __init__(self, model):
        self.model, config = model, model.config.get_text_config()
        self.device = model.get_input_embeddings().weight.device
        self.vocab_size = config.vocab_size
        limits = [getattr(config, name, None) for name in LIMITS]
        self.context_length = next((limit for limit in limits if type(limit) is int and limit > 0), UNLIMITED)
        known = inspect.signature(model.forward).parameters
        self.past = next((name for name in ("past_key_values", "cache_params") if name in known), None)
        if self.past is None:
            raise NotImplementedError("it keeps what it has read in no cache that is known here")

    def new_cache(self, batch_size: int = 1) -> "HubCache":
        from transformers import DynamicCache

        return HubCache(DynamicCache(config=self.model.config), batch_size)

    @torch.inference_mode()
    def __call__(self, ids: Tensor, cache: "HubCache | None" = None, last: bool = False) -> Tensor:
        """Logits (B, T, V), or (B, 1, V) of the last position; see `Phi`."""
        check_positions((cache.length if cache else 0) + ids.shape[1], self.context_length)
        held = {self.past: cache.past} if cache else {}
        logits = self.model(ids, use_cache=cache is not None, logits_to_keep=int(last), **held).logits
        if cache:
            cache.length += ids.shape[1]
        return logits


class HubCache:
    """A `DynamicCache` of transformers with the interface of `cache.Cache`."""

    def __init__(self, past, batch_size: int):
        self.past, self.batch_size, self.length = past, batch_size, 0

    @property
    def bytes_per_token(self) -> int:
        """0 before anything was read, and of layers whose state does not grow."""
        held = [getattr(layer, name, None) for layer in self.past.layers for name in ("keys", "values")]
        held = [part for part in held if isinstance(part, Tensor) and part.ndim == 4 and part.shape[2]]
        return sum(part.numel() * part.element_size() // (part.shape[0] * part.shape[2]) for part in held)

    @torch.inference_mode()
    def expand(self, batch_size: int) -> "HubCache":
        """`batch_size` copies of the only row; see `Cache`."""
        check_one_row(self.batch_size)
        cache = HubCache(copy.deepcopy(self.past), batch_size)
        cache.past.reorder_cache(
            torch.zeros(batch_size, dtype=torch.long)
        )  # as beams are copied: for every kind of layer
        cache.length = self.length
        return cache


def check_reading_on(network: Causal) -> None:
    """Raise unless the network says with a cache, and with rows copied from one, what it says without.

    Not all do: some keep their state in a way of their own, and read on as if nothing came before.
    """
    ids = torch.arange(8, device=network.device)[None] * 7 % network.vocab_size
    whole, cache = network(ids), network.new_cache()
    first = network(ids[:, :4], cache)
    many = cache.expand(2)
    rest = [network(ids[:, [t]].expand(2, 1), many) for t in range(4, 8)]
    apart = (torch.cat((first.expand(2, -1, -1), *rest), dim=1) - whole).abs().amax()
    if not apart <= TOLERANCE[whole.dtype] * (whole.amax() - whole.amin()):
        raise ValueError("with a cache it says something else than without")


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
        if tokenizer.eos_token_id is None:
            raise HubError("not_supported", name, "its tokenizer has no end-of-text token")
        ends = ends_of(model, tokenizer)
        try:
            network = Phi(model) if supports(model) else Causal(model)
            if isinstance(network, Causal):
                check_reading_on(network)
        except Exception as error:  # the code of any architecture, under any configuration, may fail in any way
            raise HubError("not_supported", name, f"it cannot be run here ({type(error).__name__}: {error})") from error
    return HubModel(name, network, tokenizer, tokenizer.eos_token_id, ends)


def ends_of(model, tokenizer) -> frozenset[int]:
    """The ids of `generation_config.json`, one or several, as `generate` takes them; without any, the tokenizer's."""
    told = model.generation_config.eos_token_id
    several = told if isinstance(told, (list, tuple)) else [told]
    good = frozenset(one for one in several if type(one) is int and one >= 0)
    return good or frozenset([tokenizer.eos_token_id])


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
