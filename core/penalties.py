"""What the text so far does to the next token: biases, penalties for repeating, forbidden n-grams.

Pure functions from logits (..., V) to logits (..., V), as in `core.samplers`. The text so far is `ids`: the token ids
that count, one sequence for all rows or one sequence per row; which ones count (prompt, output, both) is the engine's
choice and is made by `Context.ids`. An id outside the vocabulary raises `ParameterError`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf, log

import numpy as np
import torch
from torch import Tensor

from .memory import FRESH, Memory
from .validation import (
    ParameterError,
    as_logits,
    check_choice,
    check_ids,
    check_number,
    check_token_ids,
    check_whole,
)

SCOPES = ("prompt", "output", "both")
Rows = tuple[tuple[int, ...], ...]


def as_rows(argument: str, ids: object) -> Rows:
    """Token ids as one tuple per row: one sequence is one row, which stands for all."""
    try:
        given = _as_list(ids)
        nested = bool(given) and all(hasattr(row, "__iter__") for row in given)
        return tuple(tuple(check_whole(argument, i) for i in _as_list(row)) for row in (given if nested else [given]))
    except (TypeError, RuntimeError, ParameterError):
        raise ParameterError(argument, ids, "token ids, or one sequence of token ids per row") from None


def _as_list(ids: object) -> list:
    if isinstance(ids, (str, bytes, Mapping)):
        raise TypeError
    return ids.tolist() if hasattr(ids, "tolist") else list(ids)


@dataclass(frozen=True)
class Context:
    """The text so far: what was given and what was generated.

    Attributes:
        prompt: token ids, one sequence for all rows or one sequence per row.
        output: likewise.
        memory: what its draws have left for the next one, for the stages "mirostat" and "adaptive_p".

    Raises:
        ParameterError: token ids that are none; two or more rows of one beside another number of the other.
    """

    prompt: Sequence = ()
    output: Sequence = ()
    memory: Memory = FRESH

    def __post_init__(self):
        object.__setattr__(self, "prompt", as_rows("prompt", self.prompt))  # the class is frozen
        object.__setattr__(self, "output", as_rows("output", self.output))
        if {len(self.prompt), len(self.output)} - {1, self.rows}:
            raise ParameterError(
                "output", len(self.output), f"one sequence, or as many as the prompt: {len(self.prompt)}"
            )

    @property
    def rows(self) -> int:
        """How many rows it tells apart; 1 stands for any number."""
        return max(len(self.prompt), len(self.output))

    def ids(self, scope: str = "both", window: int = 0) -> Rows:
        """The ids that count, per row: those of `scope`, and of these the last `window` (0: all)."""
        many = {"prompt": len(self.prompt), "output": len(self.output), "both": self.rows}
        many = many[check_choice("scope", scope, SCOPES)]
        return tuple(ids_of_row(self.prompt, self.output, scope, window, row) for row in range(many))

    def counts(self, scope: str, window: int, row: int) -> tuple[np.ndarray, np.ndarray]:
        """The distinct ids of a row that count, and how often each occurs (int64, both)."""
        ids = ids_of_row(self.prompt, self.output, scope, window, row)
        return np.unique(np.array(ids, np.int64), return_counts=True)


def ids_of_row(prompt: Sequence, output: Sequence, scope: str, window: int, row: int) -> tuple[int, ...]:
    """`Context.ids` of one row, at the cost of that row alone; a single sequence stands for every row."""
    scope, window = check_choice("scope", scope, SCOPES), check_whole("penalty_window", window)
    parts = {"prompt": (prompt,), "output": (output,), "both": (prompt, output)}[scope]
    return tuple(chain.from_iterable(rows[row if len(rows) > 1 else 0] for rows in parts))[-window:]


NOTHING = Context()


def logit_bias(logits, bias: Mapping[int, float] | Iterable[tuple[int, float]]) -> Tensor:
    """u_i ↦ u_i + b_i for the ids in `bias`; −inf forbids the token.

    Engines: OpenAI takes whole numbers in [−100, 100], vLLM any float (its server moves it into that range),
    transformers as `sequence_bias`, llama.cpp as `--logit-bias ID±B`. Before everything else in all of them. Source: OpenAI API reference, `logit_bias`.
    """
    logits, bias = as_logits(logits), check_bias(bias)
    biased = logits.clone()
    if bias:
        ids, values = zip(*bias, strict=True)
        check_ids("logit_bias", ids, logits.shape[-1])
        at, added = (
            torch.tensor(ids, device=logits.device),
            torch.tensor(values, dtype=torch.float64, device=logits.device),
        )
        biased[..., at] = (logits[..., at].double() + added).to(logits.dtype)
    return as_logits(biased)


def repetition_penalty(logits, penalty: float, ids) -> Tensor:
    """u_i ↦ u_i / θ if u_i > 0, u_i · θ otherwise, once for every token in `ids` however often it occurs.

    Not invariant to a constant added to the logits, unlike everything else here: it moves each logit towards or away
    from 0, and 0 itself stays.

    Args:
        logits: (..., V), before the temperature.
        penalty: θ > 0; 1 is off, above 1 discourages.
        ids: the tokens that count, in transformers and vLLM prompt and output, in llama.cpp the last 64 of both.

    Source: Keskar, McCann, Varshney, Xiong & Socher (2019), CTRL, section 4.1; as corrected for negative logits.
    """
    penalty = check_repetition(penalty)
    return _each_row(logits, ids, lambda u, count: torch.where(u > 0, u / penalty, u * penalty))


def frequency_penalty(logits, penalty: float, ids) -> Tensor:
    """u_i ↦ u_i − α · (how often i occurs in `ids`); 0 is off, negative encourages.

    Engines: OpenAI and vLLM count the output only, llama.cpp the last 64 of prompt and output; transformers has none.
    Source: OpenAI API reference, "frequency and presence penalties".
    """
    return subtract(logits, penalty, 0.0, ids)


def presence_penalty(logits, penalty: float, ids) -> Tensor:
    """u_i ↦ u_i − α for every token in `ids`, however often it occurs. Engines and source as `frequency_penalty`."""
    return subtract(logits, 0.0, penalty, ids)


def subtract(logits, frequency: float, presence: float, ids) -> Tensor:
    """Both at once, u_i ↦ u_i − `charge`; so that two large penalties of opposite signs cancel instead of overflowing."""
    frequency = check_penalty("frequency_penalty", frequency)
    presence = check_penalty("presence_penalty", presence)

    def change(u: Tensor, count: np.ndarray) -> Tensor:
        return torch.where(u > -inf, u - torch.from_numpy(charge(count, frequency, presence)).to(u), u)

    return _each_row(logits, ids, change)


def charge(count: np.ndarray, frequency: float, presence: float) -> np.ndarray:
    """frequency · count + presence where the count is not 0, in float64; an infinity beyond its range."""
    with np.errstate(over="ignore"):
        return frequency * count + presence * (count > 0)


def no_repeat_ngram(logits, n: int, ids) -> Tensor:
    """Cut every token that would complete an n-gram already in `ids`; n = 0 is off, n = 1 forbids every repetition.

    Args:
        logits: (..., V).
        n: a whole number ≥ 0.
        ids: the tokens so far, in their order.

    Raises:
        ParameterError: also where no token would be left.

    Engines: transformers' `no_repeat_ngram_size`, over prompt and output. Source: Paulus, Xiong & Socher (2018), 2.5.
    """
    n = check_whole("no_repeat_ngram", n)

    def ends(row: tuple[int, ...]) -> list[int]:
        starts = range(len(row) - n + 1) if n else ()
        return [row[i + n - 1] for i in starts if row[i : i + n - 1] == row[len(row) - n + 1 :]]

    cut = tuple(map(ends, as_rows("ids", ids)))
    return _each_row(logits, cut, lambda u, count: torch.full_like(u, -inf))


def dry(logits, multiplier: float, base: float, allowed_length: int, ids, breakers: Sequence[int] = ()) -> Tensor:
    """u_i ↦ u_i − m · b^(n − a) for every token i that would go on repeating: don't repeat yourself.

    n is the length of the longest sequence that ends the text and stood right before an i earlier; below a it is free.
    A sequence holds no breaker, and a breaker is never penalised.

    Args:
        logits: (..., V), before the temperature.
        multiplier: m ≥ 0; 0 is off.
        base: b ≥ 1.
        allowed_length: a ≥ 1.
        ids: the tokens so far, in their order.
        breakers: token ids.

    Engines: llama.cpp, after the penalties and before every cut. There a breaker is a string ("\\n", ":", the quotation
    mark and "*" by default) and stands for every token that it touches; b^(n − a) stops at the largest float32, as here.
    Source: p-e-w (2024), text-generation-webui #5677; llama.cpp #9702.
    """
    multiplier, base = check_dry("dry_multiplier", multiplier), check_dry_base("dry_base", base)
    allowed = check_whole("dry_allowed_length", allowed_length, 1)
    breakers = set(check_token_ids("dry_breakers", breakers))
    longest = 88.7228391 / log(base) if base > 1.000001 else inf  # the float32 maximum is e^88.72…

    def repeats(row: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        backwards = row[::-1]
        limit = next((i for i, token in enumerate(backwards) if token in breakers), len(row))
        found: dict[int, int] = {}
        for k, n in enumerate(_matches(backwards)[1:], 1):
            n, token = min(n, limit), backwards[k - 1]
            if n >= allowed and token not in breakers:
                found[token] = max(n, found.get(token, 0))
        return np.array(list(found), np.int64), np.array(list(found.values()), float)

    def charged(u: Tensor, n: np.ndarray) -> Tensor:
        with np.errstate(over="ignore"):
            return u - torch.from_numpy(multiplier * base ** np.minimum(n - allowed, np.floor(longest))).to(u)

    return _each_row(logits, ids if multiplier else (), charged, repeats)


def _matches(row: tuple[int, ...]) -> list[int]:
    """For each k how many tokens from k on are those from 0 on: the Z function (Gusfield, 1997), in linear time."""
    z, left, right = [len(row)] * len(row), 0, 0
    for k in range(1, len(row)):
        n = min(z[k - left], right - k) if k < right else 0
        while k + n < len(row) and row[n] == row[k + n]:
            n += 1
        z[k] = n
        if k + n > right:
            left, right = k, k + n
    return z


def token_mask(logits, allowed: Sequence[int] = (), banned: Sequence[int] = ()) -> Tensor:
    """−inf for every token in `banned`, and where `allowed` names any, for every token that is not in it.

    Args:
        logits: (..., V).
        allowed, banned: token ids; none is off.

    Raises:
        ParameterError: also where no token would be left.

    Engines: vLLM's `allowed_token_ids`, before everything else; transformers' `suppress_tokens`, after the penalties.
    Both commute with what changes a logit on its own.
    """
    logits = as_logits(logits)
    cut = torch.zeros(logits.shape[-1], dtype=torch.bool, device=logits.device)
    if allowed := check_token_ids("allowed_token_ids", allowed):
        check_ids("allowed_token_ids", allowed, len(cut))
        cut |= True
        cut[list(allowed)] = False
    if banned := check_token_ids("banned_token_ids", banned):
        check_ids("banned_token_ids", banned, len(cut))
        cut[list(banned)] = True
    return as_logits(logits.masked_fill(cut, -inf))


def check_dry(argument: str, value: object) -> float:
    return check_number(argument, value, 0, 1.7e308, "a finite number >= 0")


def check_dry_base(argument: str, value: object) -> float:
    return check_number(argument, value, 1, 1.7e308, "a finite number >= 1")


def check_bias(bias: object) -> tuple[tuple[int, float], ...]:
    """(id, bias) pairs in the order of the ids, from a mapping or from pairs; a bias below +inf, −inf included."""
    accepted = "a mapping from token ids to numbers < inf"
    try:
        pairs = dict(bias)
    except (TypeError, ValueError):
        raise ParameterError("logit_bias", bias, accepted) from None
    ids = (check_whole("logit_bias", i) for i in pairs)
    biases = (check_number("logit_bias", b, -inf, 1.7e308, accepted) for b in pairs.values())
    return tuple(sorted(zip(ids, biases, strict=True)))


def check_penalty(argument: str, value: object) -> float:
    return check_number(argument, value, -1.7e308, 1.7e308, "a finite number")


def check_repetition(value: object) -> float:
    return check_number("repetition_penalty", value, 5e-324, 1.7e308, "a finite number > 0")


def counted(row: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The distinct ids of a row and how often each occurs."""
    return np.unique(np.array(row, np.int64), return_counts=True)


def _each_row(logits, ids, change, measure=counted) -> Tensor:
    """`change(u, number)`, in float64, on the logits u of the ids of each row that `measure` finds, with its numbers."""
    logits = as_logits(logits).clone(memory_format=torch.contiguous_format)
    flat, rows = logits.view(-1, logits.shape[-1]), as_rows("ids", ids)
    if len(rows) not in (1, len(flat)):
        raise ParameterError("ids", len(rows), f"one sequence, or one per row of logits: {len(flat)}")
    for row in range(len(flat)):
        found, numbers = measure(rows[row if len(rows) > 1 else 0])
        at = torch.from_numpy(_in_vocabulary(found, flat.shape[1])).to(flat.device)
        flat[row, at] = change(flat[row, at].double(), numbers).to(flat.dtype)
    return as_logits(logits)


def _in_vocabulary(ids: np.ndarray, size: int) -> np.ndarray:
    check_ids("ids", [int(ids.min()), int(ids.max())] if len(ids) else [], size)
    return ids
