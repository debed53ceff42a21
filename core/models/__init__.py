"""What turns text into logits."""

from .cache import Cache, KVCache
from .feedforward import FeedForward, FeedForwardConfig, FeedForwardTrace
from .gpt import GPT, GPTConfig, Trace
from .hub_list import HubError, Listed, listed
from .language_model import LanguageModel, LocalModel, load_model
from .storage import ModelFileError

__all__ = [
    "GPT",
    "Cache",
    "FeedForward",
    "FeedForwardConfig",
    "FeedForwardTrace",
    "GPTConfig",
    "HubError",
    "KVCache",
    "LanguageModel",
    "Listed",
    "LocalModel",
    "ModelFileError",
    "Trace",
    "listed",
    "load_model",
]
