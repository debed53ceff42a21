"""The shapes that are trained and compared, and how each is trained by default."""

from dataclasses import dataclass
from math import inf

from ..models.feedforward import FeedForwardConfig
from ..models.gpt import GPTConfig
from ..validation import ParameterError, check_choice, check_number, check_probability, check_whole

SCHEDULES = ("wsd", "cosine")

# The grouped-query models spend what they save on keys and values on a wider feed-forward part: equal parameters.
SHAPES = {
    "multi-head": GPTConfig(n_layer=6, n_head=8, n_embd=320, dropout=0.1),
    "grouped-query": GPTConfig(n_layer=6, n_head=8, n_kv_head=2, n_embd=320, n_inner=1520, dropout=0.1),
    "feed-forward": FeedForwardConfig(context_length=16, n_embd=320, n_inner=1344, dropout=0.1),
    "embedded": GPTConfig(n_layer=6, n_head=8, n_embd=256, context_length=256, dropout=0.1),  # the one that ships
    "multi-head-small": GPTConfig(n_layer=5, n_head=8, n_embd=192, context_length=256),
    "grouped-query-small": GPTConfig(n_layer=5, n_head=8, n_kv_head=2, n_embd=192, n_inner=912, context_length=256),
    "feed-forward-small": FeedForwardConfig(context_length=8, n_embd=192, n_inner=1024),
    "tiny": GPTConfig(n_layer=2, n_head=4, n_kv_head=2, n_embd=64, context_length=128),  # to try the commands
}


@dataclass(frozen=True)
class Recipe:
    """How to train; `python -m core.training train --help` says what each field means.

    Raises:
        ParameterError: a value that cannot be, and what can.
    """

    steps: int = 6000
    batch_tokens: int = 8192
    row_tokens: int = 512
    muon_lr: float = 0.02
    adam_lr: float = 0.003
    weight_decay: float = 0.05
    warmup: int = 100
    schedule: str = "wsd"
    decay: float = 0.4
    clip: float = 1.0
    seed: int = 0
    eval_every: int = 250
    eval_tokens: int = 262144
    patience: int = 8
    save_every: int = 100

    def __post_init__(self):
        for name in ("steps", "batch_tokens", "row_tokens", "eval_every", "eval_tokens", "save_every"):
            check_whole(name, getattr(self, name), low=1)
        for name in ("warmup", "seed", "patience"):
            check_whole(name, getattr(self, name))
        for name in ("muon_lr", "adam_lr", "weight_decay", "clip"):
            check_number(name, getattr(self, name), 0, inf, "a number >= 0")
        check_probability("decay", self.decay)
        check_choice("schedule", self.schedule, SCHEDULES)
        if self.batch_tokens % self.row_tokens:
            raise ParameterError("batch_tokens", self.batch_tokens, f"a multiple of row_tokens = {self.row_tokens}")
