"""What turns text into logits."""

from core.models.feedforward import FeedForward, FeedForwardConfig, FeedForwardTrace
from core.models.gpt import GPT, GPTConfig, KVCache, Trace
from core.models.language_model import LanguageModel, LocalModel, load_model
from core.models.storage import ModelFileError

__all__ = [
    "GPT",
    "FeedForward",
    "FeedForwardConfig",
    "FeedForwardTrace",
    "GPTConfig",
    "KVCache",
    "LanguageModel",
    "LocalModel",
    "ModelFileError",
    "Trace",
    "load_model",
]
