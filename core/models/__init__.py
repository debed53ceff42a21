"""What turns text into logits."""

from core.models.cache import Cache, KVCache
from core.models.feedforward import FeedForward, FeedForwardConfig, FeedForwardTrace
from core.models.gpt import GPT, GPTConfig, Trace
from core.models.hub_list import HubError, Listed, listed
from core.models.language_model import LanguageModel, LocalModel, load_model
from core.models.storage import ModelFileError

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
