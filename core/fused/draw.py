"""The fused draw for the common chains: the distribution of the composed functions at about one pass over the logits.

Three ideas, all exact, in `core.fused.kernels`:
- a kept set is {u ≥ t}, so search for the *value* t; never sort a vocabulary, never carry indices;
- the maxima of strided blocks of 32 bound the k-th largest logit from below, so one read finds every candidate;
- one uniform number through a cumulative sum in two levels (chunks, then one chunk), its terms in float32.
"""

import threading
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ..params import SamplingParams
from ..penalties import charge
from . import codes

CODES = {
    "temperature": codes.TEMPERATURE,
    "top_k": codes.TOP_K,
    "top_p": codes.TOP_P,
    "min_p": codes.MIN_P,
    "typical_p": codes.TYPICAL_P,
}
CHANGES = ("logit_bias", "penalties")
_local = threading.local()


@cache
def kernels():
    """The compiled part. Numba takes a second to import, so only a draw does."""
    from . import kernels

    return kernels


def covers(params: SamplingParams) -> bool:
    """Whether the chain is one of the common ones: biases and penalties first, then a temperature and cuts by value."""
    cuts = split(params)[1]
    return (
        CODES.keys() >= set(cuts)
        and params.min_tokens_to_keep == 1
        and not params.dynatemp_range
        and 1e-6 <= params.temperature <= 1e6
    )


def split(params: SamplingParams) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The biases and penalties that the chain begins with, and the other stages."""
    stages, changes = params.stages, 0
    while changes < len(stages) and stages[changes] in CHANGES:
        changes += 1
    return stages[:changes], stages[changes:]


def sample(logits: Tensor, params: SamplingParams, u: Sequence[float], context) -> Tensor | None:
    """One token id per row of `logits` (..., V) with u, one number per row, or None.

    None means that the composed functions must do it: the chain is not covered, the tensor is not on the CPU, or
    something is wrong with a row, which they say better.
    The token is that of `draw(probabilities(logits, params, context), u)`, but for u within 2·10⁻⁶ of where one token
    ends and the next begins: the weights of an uncut row are float32. So is, in a long row, what is typical: of two
    tokens that are equally typical but for 10⁻⁶, either may be cut. A row's token depends on its logits and its u
    alone, not on the batch.
    """
    plan = _plan(params)
    if plan is None or not logits.ndim or not logits.numel():
        return None
    shape, table = None, logits
    if not (logits.ndim == 2 and logits.dtype is torch.float32 and logits.is_contiguous() and not logits.requires_grad):
        shape, table = logits.shape[:-1], _as_table(logits)
    try:
        rows = table.numpy()
    except TypeError:  # on another device
        return None
    if plan.changes:
        rows = changed(rows, plan.changes, params, context)
        if rows is None:
            return None
    if len(u) == 1:  # the common case; a new array would cost as much as a read of the logits
        plan.u[0] = u[0]
    ids = kernels().draw_rows(rows, plan.stages, plan.values, plan.u if len(u) == 1 else np.array(u))
    if len(ids) < len(rows):
        return None
    return torch.from_numpy(ids if shape is None else ids.reshape(shape))


def _as_table(logits: Tensor) -> Tensor:
    """(R, V), float32 or float64, next to one another in memory and without a gradient."""
    logits = logits.detach().reshape(-1, logits.shape[-1]).contiguous()
    return logits if logits.dtype is torch.float64 else logits.float()


class Plan(NamedTuple):
    """What a thread needs for one draw after another with the same settings."""

    changes: tuple[str, ...]
    stages: np.ndarray  # (S,) codes of the kernels
    values: np.ndarray  # (S,) their settings
    u: np.ndarray  # (1,) of any content


def _plan(params: SamplingParams) -> Plan | None:
    """None where `covers` says no."""
    known = getattr(_local, "plan", (None, None))
    if known[0] is not params:
        plan = None
        if covers(params):
            changes, stages = split(params)
            codes, values = [CODES[name] for name in stages], [getattr(params, name) for name in stages]
            plan = Plan(changes, np.array(codes, np.int64), np.array(values, float), np.empty(1))
        _local.plan = known = params, plan
    return known[1]


def changed(rows: np.ndarray, changes: Sequence[str], params: SamplingParams, context) -> np.ndarray | None:
    """The rows (R, V) with biases and penalties, in a buffer of this thread; None where an id is not in the vocabulary."""
    if "penalties" in changes and context.rows not in (1, len(rows)):
        return None
    buffer = getattr(_local, "rows", None)
    if buffer is None or buffer.shape != rows.shape or buffer.dtype != rows.dtype:
        _local.rows = buffer = np.empty_like(rows)
    np.copyto(buffer, rows)
    inside = True
    for name in changes:
        if name == "logit_bias":
            ids, values = map(np.array, zip(*params.logit_bias, strict=True))
            inside &= kernels().add(buffer, ids, values)
        else:
            for row, u in enumerate(buffer):
                inside &= _penalise(u, params, context, row)
    return buffer if inside else None


def _penalise(u: np.ndarray, params: SamplingParams, context, row: int) -> bool:
    """The three penalties on one row (V,), in place; only the logits of tokens seen are touched."""
    inside = True
    if params.repetition_penalty != 1:
        seen = context.counts(params.repetition_scope, params.penalty_window, row)
        inside &= kernels().repeat(u, *seen, params.repetition_penalty)
    if params.frequency_penalty or params.presence_penalty:
        ids, counts = context.counts(params.frequency_scope, params.penalty_window, row)
        inside &= kernels().subtract(u, ids, charge(counts, params.frequency_penalty, params.presence_penalty))
    return inside


def get_ready() -> None:
    """Load the compiled kernels, or compile them: seconds, once per installation, instead of at the first draw."""
    sample(torch.zeros(1, 2), SamplingParams(), [0.0], None)
