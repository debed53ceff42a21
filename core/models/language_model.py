"""Text to logits and back: the interface that every model here has, and the models that come with the project.

from . import load_model

model = load_model("embedded")                  # or a folder that `python -m core.training export` wrote
ids = model.encode("Era uma vez")
cache = model.new_cache()
logits = model.next_logits(ids, cache)          # (1, V): after the prompt
logits = model.next_logits([token_id], cache)   # (1, V): after one token more

many = cache.expand(8)                          # eight continuations of a text that was read once
logits = model.next_logits([[token_id]] * 8, many)  # (8, V)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol, runtime_checkable

import torch
from tokenizers import Tokenizer
from torch import Tensor

from ..fused import draw as fast
from ..validation import ParameterError, check_text, check_whole
from .cache import Cache
from .feedforward import FeedForward, FeedForwardTrace
from .gpt import GPT, Trace
from .gpt_step import GPTStep
from .hub_list import listed
from .storage import ModelFileError, load_network, read

WEIGHTS = Path(__file__).parents[1] / "weights"  # one folder per model that comes with the project


@runtime_checkable
class LanguageModel(Protocol):
    """What the rest of the project asks of a model. Ids are a sequence of ints, or a tensor (B, T).

    Ids given with a cache continue the text that it holds, and are added to it. A model whose texts several tokens end
    also has `eos_token_ids`, a set.
    """

    name: str
    vocab_size: int
    context_length: int
    eos_token_id: int

    def encode(self, text: str) -> list[int]: ...

    def decode(self, ids: Sequence[int]) -> str: ...

    def new_cache(self, batch_size: int = 1) -> Cache: ...

    def logits(self, ids: Sequence[int] | Tensor, cache: Cache | None = None) -> Tensor:
        """(B, T, V): after each of the ids."""

    def next_logits(self, ids: Sequence[int] | Tensor, cache: Cache | None = None) -> Tensor:
        """(B, V): after the last one only, which is cheaper."""


@dataclass(eq=False)
class LocalModel:
    """A network of this project with its tokenizer.

    `context_length` is as far as it looks back. A GPT reads no further than that: beyond it `logits` raises
    `ParameterError`, and the caller goes on from a new cache with the last part of the text.
    """

    name: str
    network: GPT | FeedForward
    tokenizer: Tokenizer
    eos_token_id: int

    @property
    def vocab_size(self) -> int:
        return self.network.config.vocab_size

    @property
    def context_length(self) -> int:
        return self.network.config.context_length

    def encode(self, text: str) -> list[int]:
        """The ids of a text (in NFC), which may be empty; the name of a special token in a text is only text."""
        return self.tokenizer.encode(check_text("text", text), add_special_tokens=False).ids

    def decode(self, ids: Sequence[int]) -> str:
        """The text of the ids, without end-of-text; bytes that make no whole character come out as U+FFFD."""
        return self.tokenizer.decode(list(ids))

    def new_cache(self, batch_size: int = 1):
        return self.network.new_cache(batch_size)

    @torch.inference_mode()
    def logits(self, ids: Sequence[int] | Tensor, cache: Cache | None = None) -> Tensor:
        return self.network(self.as_batch(ids), cache)

    @torch.inference_mode()
    def next_logits(self, ids: Sequence[int] | Tensor, cache: Cache | None = None) -> Tensor:
        ids = self.as_batch(ids)
        if cache and ids.shape[1] == 1 and self.step:
            return self.step(ids, cache)
        return self.network(ids, cache, last=True)[:, -1]

    @cached_property
    def step(self) -> GPTStep | None:
        """The fast way to one token more; from its first use on, the network's weights are taken as they were then."""
        return GPTStep(self.network) if isinstance(self.network, GPT) else None

    def inspect(self, ids: Sequence[int] | Tensor) -> Trace | FeedForwardTrace:
        """Logits, every layer's hidden states and, of a GPT, attention weights: see `Trace`."""
        return self.network.inspect(self.as_batch(ids))

    def as_batch(self, ids: Sequence[int] | Tensor) -> Tensor:
        return torch.atleast_2d(torch.as_tensor(ids, device=self.network.wte.weight.device, dtype=torch.long))


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer of a `tokenizer.json`. Special tokens spelled out in a text are read as text."""
    try:
        tokenizer = Tokenizer.from_str(read(path).decode())
    except ModelFileError:
        raise
    except Exception as error:  # the library raises nothing narrower
        raise ModelFileError(path, f"not a tokenizer ({error})") from error
    tokenizer.encode_special_tokens = True
    return tokenizer


def load_model(name: str | Path = "embedded") -> LanguageModel:
    """The model in a folder: one that comes with the project, by name ("embedded"), or any other, by path.

    A name that the server's owner listed ("microsoft/phi-2") is a model of Hugging Face; see `hub.load_hub`, which also
    tells its progress.

    Raises:
        ModelFileError: no such folder, or a file in it is missing, cut short or changed.
        HubError: a listed model that cannot be loaded.
    """
    folder = next((path for path in (WEIGHTS / name, Path(name)) if path.is_dir()), None)
    if folder is None and name in listed():
        from .hub import load_hub

        return load_hub(str(name))
    if folder is None:
        known = ", ".join(sorted(path.name for path in WEIGHTS.glob("*/"))) or "none yet"
        raise ModelFileError(Path(name), f"no such model; those that come with the project: {known}")
    network, described = load_network(folder)
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    if tokenizer.get_vocab_size() != network.config.vocab_size:
        fault = f"{tokenizer.get_vocab_size()} tokens, and the model has {network.config.vocab_size}"
        raise ModelFileError(folder / "tokenizer.json", fault)
    try:
        end_of_text = check_whole("eos_token_id", described.get("eos_token_id"))
    except ParameterError as error:
        raise ModelFileError(folder / "config.json", str(error)) from error
    if end_of_text >= network.config.vocab_size:
        fault = f"eos_token_id is {end_of_text}, and the model has {network.config.vocab_size} tokens"
        raise ModelFileError(folder / "config.json", fault)
    fast.get_ready()  # so that the first token does not wait for it
    return LocalModel(str(name), network, tokenizer, end_of_text)
