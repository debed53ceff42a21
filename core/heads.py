"""Heads: the few largest logits of a row, which the cuts of `core.fast` work on instead of the vocabulary.

A head holds values only, descending, ties and all. The first cut takes it from the whole row, later cuts shorten it.
"""

import threading
from bisect import bisect_left
from math import inf, log

import numpy as np
import torch
from torch import Tensor

from core.samplers import ROUNDING

PARTS = {"top_p": (4, 1), "typical_p": (1,)}  # the eighths of the block maxima at which to begin a head
_local = threading.local()


# The first cut: from the whole row x (V,), its blocks (32, V/32), the tail left over and the maxima of the blocks. It
# returns the head and, if they were needed, its weights.


def _first_top_k(x, blocks, tail, maxima, top, scale, params):
    k, threshold = min(params.top_k, len(x)), -inf
    if k <= len(maxima) // 2:  # at least k tokens reach the k-th largest block maximum
        ordered = maxima.copy()
        ordered.partition(len(maxima) - k)
        threshold = ordered[len(maxima) - k]
    head = _at_least(x, blocks, tail, maxima, threshold)
    return head[_top_k(head, None, None, scale, params)], None


def _first_min_p(x, blocks, tail, maxima, top, scale, params):
    threshold = x.dtype.type(top + log(params.min_p) / scale)
    head = _at_least(x, blocks, tail, maxima, np.nextafter(threshold, x.dtype.type(-inf)))
    return head[_min_p(head, None, None, scale, params)], None


def _first_by_mass(name):
    def first(x, blocks, tail, maxima, top, scale, params):
        weights = weights_of(x, top, scale)
        total = total_of(weights, blocks.shape)
        mean = None
        if name == "typical_p":  # |−ln p_i − H| = |u_i − E[u]|; weights of 0 may stand on −inf
            products = np.maximum(x, np.finfo(x.dtype).min / 2)
            np.multiply(np.subtract(products, x.dtype.type(top), out=products), weights, out=products)
            mean = total_of(products, blocks.shape) / total * scale
        ordered = np.sort(maxima)
        starts = [ordered[len(ordered) * part // 8] for part in PARTS[name]]
        for threshold in map(float, (*starts, ordered[0], -inf)):  # further down while the head does not cover p
            head = _at_least(x, blocks, tail, maxima, threshold)
            exact = exact_weights(head, top, scale)
            if threshold == -inf:
                total = exact.sum()
            kept = CUTS[name](head, exact, total, scale, params, (threshold - top) * scale, mean)
            if kept is not None:
                return head[kept], exact[kept]

    return first


def _at_least(x, blocks, tail, maxima, threshold) -> np.ndarray:
    """Every possible value ≥ threshold, descending."""
    if threshold == -inf:
        head = x[x > -inf]
    else:
        columns = (maxima >= threshold).nonzero()[0]
        if 8 * len(columns) > len(maxima):
            head = x.compress(x >= threshold)
        else:
            head = blocks.take(columns, axis=1).ravel()
            head = head[head >= threshold]
            if len(tail):
                head = np.concatenate([head, tail[tail >= threshold]])
    head.sort()
    return head[::-1]


# A cut of the head: which slice stays of the descending values, their weights e^{(u − max)/τ}, and the total to which
# masses are relative. `below` bounds what the head leaves out; None says that the head is too short to tell.


def _top_k(head, weights, total, scale, params, below=-inf, mean=None):
    if params.top_k >= len(head):
        return slice(len(head))
    if head[params.top_k] < head[params.top_k - 1]:
        return slice(params.top_k)
    return slice(_count(head, head[params.top_k - 1]))


def _min_p(head, weights, total, scale, params, below=-inf, mean=None):
    return slice(_count(gap_of(head, head[0], scale), log(params.min_p)))


def _top_p(head, weights, total, scale, params, below=-inf, mean=None):
    last = int(weights.cumsum().searchsorted((params.top_p - ROUNDING) * total))  # the first to reach p
    if last >= len(head):
        return None if below > -inf else slice(len(head))
    return slice(_count(head, head[last]))


def _typical_p(head, weights, total, scale, params, below=-inf, mean=None):
    gap = gap_of(head, head[0], scale)
    centre = weights @ gap / total if mean is None else mean
    deviation, first = np.abs(gap - centre), _count(gap, centre)  # falls up to `first`, rises from there
    above, under = deviation[:first][::-1], deviation[first:]
    mass = np.concatenate([[0.0], weights.cumsum()])

    def within(reach):
        return mass[first + under.searchsorted(reach, "right")] - mass[first - above.searchsorted(reach, "right")]

    target = (params.typical_p - ROUNDING) * total
    sides = [side[bisect_left(side, target, key=within) :][:1] for side in (above, under)]
    reach = min((float(side[0]) for side in sides if len(side)), default=inf)  # the first to reach p
    if below > -inf and centre - reach <= below:
        return None
    return slice(first - int(above.searchsorted(reach, "right")), first + int(under.searchsorted(reach, "right")))


def _count(head: np.ndarray, value) -> int:
    """How many of the descending values are ≥ value."""
    return len(head) - int(head[::-1].searchsorted(value))


FIRST = {
    "top_k": _first_top_k,
    "min_p": _first_min_p,
    "top_p": _first_by_mass("top_p"),
    "typical_p": _first_by_mass("typical_p"),
}
CUTS = {"top_k": _top_k, "min_p": _min_p, "top_p": _top_p, "typical_p": _typical_p}


# Arithmetic


def gap_of(head: np.ndarray, top: float, scale: float) -> np.ndarray:
    """(u − max)/τ in float64."""
    gap = np.subtract(head, top, dtype=np.float64)
    gap *= scale
    return gap


def exact_weights(head: np.ndarray, top: float, scale: float) -> np.ndarray:
    """e^{(u − max)/τ} in float64."""
    gap = gap_of(head, top, scale)
    return np.exp(gap, out=gap)


def weights_of(x: np.ndarray, top: float, scale: float) -> np.ndarray:
    """e^{(u − max)/τ} of every token, in a buffer; as powers of 2, which cost half."""
    tensor, weights, _ = buffers(len(x), x.dtype)
    np.subtract(x, x.dtype.type(top), out=weights)
    np.multiply(weights, x.dtype.type(scale / log(2)), out=weights)
    tensor.exp2_()
    return weights


def block_sums(values: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The sum of each block, and of what is left over; float64 from here on."""
    size, sums = shape[0] * shape[1], np.empty(shape[1] + 1)
    sums[:-1] = np.add.reduce(values[:size].reshape(shape))
    sums[-1] = values[size:].sum()
    return sums


def total_of(values: np.ndarray, shape: tuple[int, int]) -> float:
    """The sum of all; float64 above the blocks."""
    size = shape[0] * shape[1]
    total = np.add.reduce(values[:size].reshape(shape)).sum(dtype=np.float64)
    return total + values[size:].sum(dtype=np.float64) if size < len(values) else total


def buffers(size: int, dtype) -> tuple[Tensor, np.ndarray, np.ndarray]:
    """Two arrays of this thread, used again at every draw; the first one also as a tensor."""
    if not hasattr(_local, "buffers"):
        _local.buffers = {}
    key = size, dtype.char
    if key not in _local.buffers:
        _local.buffers.clear()  # one vocabulary at a time
        first = np.empty(size, dtype)
        _local.buffers[key] = torch.from_numpy(first), first, np.empty(size, dtype)
    return _local.buffers[key]
