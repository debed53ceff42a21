"""The fused draw for the common chains: the distribution of the composed functions at about one pass over the logits.

Three ideas, all exact:
- a kept set is {u ≥ t}, so work on the few largest *values* and look the drawn value up afterwards; never sort a
  vocabulary, never carry indices;
- the maxima of strided blocks of 32 bound the k-th largest logit from below, so one read finds every candidate;
- one uniform number through a cumulative sum in two levels (blocks, then one block) instead of V exponentials.
Only the first cut by mass needs e^u of every token; everything later happens on the head, in float64.
"""

import threading
from collections.abc import Sequence
from math import isfinite

import numpy as np
import torch
from torch import Tensor

from core import heads
from core.heads import block_sums, buffers, exact_weights, weights_of
from core.params import SamplingParams
from core.penalties import repeat

CUTS = {"top_k", "top_p", "min_p", "typical_p"}
BLOCK = 32  # tokens per block; below SMALL every token is its own block
SMALL = 4096
HALVES = {torch.float16, torch.bfloat16}
_local = threading.local()


def covers(params: SamplingParams) -> bool:
    """Whether the chain is one of the common ones: biases and penalties first, then a temperature and cuts by value."""
    stages = params.stages
    changes = 0
    while changes < len(stages) and stages[changes] in ("logit_bias", "penalties"):
        changes += 1
    return (
        CUTS.issuperset(name for name in stages[changes:] if name != "temperature")
        and params.min_tokens_to_keep == 1
        and not params.dynatemp_range
        and 1e-6 <= params.temperature <= 1e6
    )


def sample(logits: Tensor, params: SamplingParams, u: Sequence[float], context) -> Tensor | None:
    """One token id per row of `logits` (..., V) with u, one number per row, or None.

    None means that the composed functions must do it: the chain is not covered, the tensor is not on the CPU, or
    something is wrong with a row, which they say better.
    Equal in distribution to `draw(probabilities(logits, params, context), u)`, not token for token: tokens are laid
    out along u by value. A row's token depends on its logits and its u alone, not on the batch.
    """
    if logits.requires_grad:
        logits = logits.detach()
    if logits.dtype in HALVES:
        logits = logits.float()
    try:
        rows = logits.numpy()
    except TypeError:  # on another device
        return None
    if not rows.ndim or not rows.size or not _covers(params):
        return None
    shape, rows = rows.shape[:-1], rows.reshape(-1, rows.shape[-1])
    if "penalties" in params.stages and context.rows not in (1, len(rows)):
        return None
    ids = [_sample_row(x, params, number, context, row) for row, (x, number) in enumerate(zip(rows, u, strict=True))]
    return None if -1 in ids else torch.from_numpy(np.array(ids, np.int64).reshape(shape))


def _covers(params: SamplingParams) -> bool:
    known = getattr(_local, "covers", None)
    if known is None or known[0] is not params:
        _local.covers = known = (params, covers(params))
    return known[1]


def _sample_row(x: np.ndarray, params: SamplingParams, u: float, context, row: int) -> int:
    """One draw from the row x (V,); −1 when it has a NaN, +inf or nothing possible, or an id is not in it."""
    stages = params.stages
    if stages and stages[0] in ("logit_bias", "penalties"):
        try:
            x, stages = _changed(x, params, context, row)
        except IndexError:
            return -1
    vocabulary = len(x)
    width = vocabulary // BLOCK if vocabulary >= SMALL else vocabulary
    blocks = x[: vocabulary // width * width].reshape(-1, width)
    maxima, tail = blocks.max(0), x[blocks.size :]
    top = float(np.maximum(maxima.max(), tail.max()) if len(tail) else maxima.max())  # NaN wins
    if not isfinite(top):
        return -1
    scale, head, weights = 1.0, None, None
    for name in stages:
        if name == "temperature":
            scale, weights = scale / params.temperature, None
        elif head is None:
            head, weights = heads.FIRST[name](x, blocks, tail, maxima, top, scale, params)
        else:
            if weights is None:
                weights = exact_weights(head, head[0], scale)
            kept = heads.CUTS[name](head, weights, weights.sum(), scale, params)
            head, weights = head[kept], weights[kept]
    if head is None:
        return _draw_from_all(x, blocks.shape, top, scale, u)
    return _draw_from_head(x, head, exact_weights(head, head[0], scale) if weights is None else weights, u)


def _changed(x: np.ndarray, params: SamplingParams, context, row: int):
    """The row with biases and penalties, in a buffer, and the stages that are left."""
    buffer = buffers(len(x), x.dtype)[2]
    np.copyto(buffer, x)
    stages = list(params.stages)
    while stages and stages[0] in ("logit_bias", "penalties"):
        if stages.pop(0) == "penalties":
            _penalise(buffer, params, context, row)
        else:
            ids, values = map(np.array, zip(*params.logit_bias, strict=True))
            buffer[ids] += values.astype(x.dtype)
    return buffer, stages


def _penalise(u: np.ndarray, params: SamplingParams, context, row: int) -> None:
    """The three penalties on one row (V,), in place; only the logits of tokens seen are touched."""
    if params.repetition_penalty != 1:
        ids, count = context.counts(params.repetition_scope, params.penalty_window, row)
        seen = ids[count > 0] if params.penalty_window else ids
        u[seen] = repeat(u.take(seen), params.repetition_penalty)
    if params.frequency_penalty or params.presence_penalty:
        ids, count = context.counts(params.frequency_scope, params.penalty_window, row)
        present = count > 0 if params.penalty_window else 1.0  # only a window can empty a count
        u[ids] -= np.asarray(params.frequency_penalty * count + params.presence_penalty * present, u.dtype)


def _draw_from_head(x: np.ndarray, head: np.ndarray, weights: np.ndarray, u: float) -> int:
    cumulative = weights.cumsum()
    rank = _first_above(cumulative, u * cumulative[-1])
    value, equal = head[rank], x == head[rank]
    if rank == 0 or head[rank - 1] != value:
        return int(equal.argmax())
    twins = rank - (len(head) - int(head[::-1].searchsorted(value, side="right")))
    return int(equal.nonzero()[0][twins])


def _draw_from_all(x: np.ndarray, shape: tuple[int, int], top: float, scale: float, u: float) -> int:
    weights = weights_of(x, top, scale)
    size = shape[0] * shape[1]
    blocks = weights[:size].reshape(shape)
    cumulative = block_sums(weights, shape).cumsum()
    target = u * cumulative[-1]
    block = _first_above(cumulative, target)
    inside = (weights[size:] if block == shape[1] else blocks[:, block]).cumsum(dtype=np.float64)
    rest = target - (cumulative[block - 1] if block else 0.0)
    place = _first_above(inside, rest)
    return size + place if block == shape[1] else place * shape[1] + block


def _first_above(cumulative: np.ndarray, target: float) -> int:
    """The first index with cumulative > target, and in any case one of positive weight, whatever rounding did."""
    first = int(cumulative.searchsorted(target, side="right"))
    return first if first < len(cumulative) else int(cumulative.searchsorted(cumulative[-1]))
