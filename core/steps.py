"""What a decode loop says about each token, wherever the model runs: the words that `core.generation` speaks in."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import inf, log

from .best_of_n import Candidate
from .chain import Stage
from .draws import CounterGenerator
from .params import SamplingParams
from .penalties import as_rows
from .schedules import Schedule
from .validation import ParameterError

PLAIN = SamplingParams()
FINISHES = ("stop", "length", "end")


@dataclass(frozen=True)
class Alternative:
    """A token that could have come.

    Attributes:
        token_id: None where a server does not tell.
        text: the token decoded alone; part of a character comes out as U+FFFD.
        prob_before: under the model's own distribution, softmax of the raw logits (τ = 1).
        prob_after: under the distribution drawn from; 0 if the chain cut it, None where a server does not tell.
    """

    token_id: int | None
    text: str
    prob_before: float
    prob_after: float | None


@dataclass(frozen=True)
class Step:
    """One token of a text, and where it came from. What was not measured, or a server does not tell, is None.

    Attributes:
        index: 0 for the first new token.
        token_id: the token.
        token: the token decoded alone; part of a character comes out as U+FFFD.
        text: what this step adds to the text. The steps' texts put together are the decoded whole, up to a stop
            sequence; part of a character, and what may be the beginning of a stop sequence, waits for a later step.
        finish: None while the text goes on; then "stop" (a stop sequence, not part of the text), "length"
            (`max_new_tokens` reached) or "end" (the model's end-of-text, not part of the text).
        forced: whether the caller chose the token.
        temperature: τ at this step; a dynamic one as it came out, with XTC as if it acted.
        prob_before: the token's probability under the model's own distribution, softmax of the raw logits (τ = 1).
        prob_after: its probability under the distribution drawn from; 0 for a forced token that the chain cuts.
        rank: 1 + the number of tokens with a larger raw logit; ties share a rank.
        entropy_before, entropy_after: of the two distributions, in bits.
        kept: how many tokens have a positive probability in the distribution drawn from.
        top_before, top_after: the most probable tokens of each distribution, the first one first; of the second one
            those of positive probability only.
        stages: `core.trace` of this step, logits (V,), where asked for; with XTC, as if it acted.
    """

    index: int
    token_id: int | None
    token: str
    text: str
    finish: str | None = None
    forced: bool = False
    temperature: float | None = None
    prob_before: float | None = None
    prob_after: float | None = None
    rank: int | None = None
    entropy_before: float | None = None
    entropy_after: float | None = None
    kept: int | None = None
    top_before: tuple[Alternative, ...] = ()
    top_after: tuple[Alternative, ...] = ()
    stages: tuple[Stage, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Row:
    """How one text is drawn; several rows over one prompt are generated side by side.

    Attributes:
        params: the chain.
        seed: a whole number in [0, 2¹²⁸). Step t draws with the number that (seed, t) names, so a row is the same
            alone and beside others, and two rows with one seed meet the same luck. None picks a seed, kept here.
        schedule: a temperature per step, in place of `params.temperature`.
        forced: token ids that come first, chosen and not drawn. Their steps are produced with their probabilities,
            they count as output, and the draws after them are those of a text that came to them by itself: to branch
            at step t, force the ids before t and then the other token.

    Raises:
        ParameterError: a seed, schedule or ids that are none.
    """

    params: SamplingParams = PLAIN
    seed: int | None = None
    schedule: Schedule | None = None
    forced: Sequence[int] = ()

    def __post_init__(self):
        seed = secrets.randbits(32) if self.seed is None else CounterGenerator(self.seed).seed
        if not isinstance(self.params, SamplingParams):
            raise ParameterError("params", self.params, "a SamplingParams")
        if self.schedule is not None and not isinstance(self.schedule, Schedule):
            raise ParameterError("schedule", self.schedule, "a Schedule or None")
        forced = one_row("forced", self.forced)
        object.__setattr__(self, "seed", seed)  # the class is frozen
        object.__setattr__(self, "forced", forced)


def one_row(argument: str, ids: Sequence[int]) -> tuple[int, ...]:
    """Token ids of one text as a tuple."""
    rows = as_rows(argument, ids)
    if len(rows) != 1:
        raise ParameterError(argument, ids, "the token ids of one text")
    return rows[0]


def collect(steps: Iterable[Sequence[Step | None]]) -> list[list[Step]]:
    """The steps of `generate_rows`, one list per row."""
    columns = zip(*steps, strict=True)
    return [[step for step in column if step is not None] for column in columns]


def text_of(steps: Iterable[Step]) -> str:
    """The text that the steps of one row make."""
    return "".join(step.text for step in steps)


def candidate(steps: Iterable[Step]) -> Candidate:
    """One row as `core.best_of` judges it: its ids, and the log-probability (nats) of each under what was drawn from.

    Raises:
        ParameterError: steps without probabilities.
    """
    steps = list(steps)
    if any(step.prob_after is None for step in steps):
        raise ParameterError("steps", None, "measured: generate with alternatives >= 1")
    log_probs = tuple(log(step.prob_after) if step.prob_after else -inf for step in steps)
    return Candidate(tuple(step.token_id for step in steps), log_probs)
