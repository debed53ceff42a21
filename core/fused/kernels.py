"""One row of logits, one compiled pass: what `core.fused.draw` runs. Numba; nothing here checks its arguments.

A kept set is {u ≥ t}, so a cut is a search for t. The maxima of strided blocks of 32 tokens say where the large logits
are: the first cut takes a *head*, the few values ≥ some t, out of the row, and everything later happens on that head,
in float64. Only a cut by mass, or a draw from all, needs e^u of every token.
"""

from math import exp, factorial, inf, log

import numpy as np
from numba import njit

from ..samplers import ROUNDING
from .codes import MIN_P, TEMPERATURE, TOP_K, TOP_P, TYPICAL_P

# "contract" lets a product and a sum round as one. Nothing may reorder: power_of_two lives by the order of its sums.
OPTIONS = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}

BLOCK = 32  # tokens per block; below SMALL every token is its own block
SMALL = 4096
CHUNK = 1024  # tokens looked at together
LANES = 128  # sums side by side in a chunk
LOG2_E = 1 / log(2)
C1, C2, C3, C4, C5, C6, C7 = (np.float32(log(2) ** n / factorial(n)) for n in range(1, 8))
ONE, HALF, LEAST = np.float32(1), np.float32(0.5), np.float32(-127)


def compiled(function):
    try:
        return njit(cache=True, **OPTIONS)(function)
    except RuntimeError:  # no folder to keep it in: compiled again in every process
        return njit(**OPTIONS)(function)


@compiled
def draw_rows(rows, stages, values, u):
    """Token ids (R,) for logits (R, V) and numbers u (R,) in [0, 1); none where a row has NaN, +inf or nothing possible.

    `stages` (S,) are TEMPERATURE … TYPICAL_P and `values` (S,) their settings.
    """
    ids = np.empty(len(rows), np.int64)
    for row in range(len(rows)):
        ids[row] = draw_row(rows[row], stages, values, u[row])
        if ids[row] < 0:
            return ids[:0]
    return ids


@compiled
def draw_row(x, stages, values, u):
    maxima, top = block_maxima(x, len(x) // BLOCK if len(x) >= SMALL else len(x))
    if not -inf < top < inf:
        return -1
    scale, head = chain(x, maxima, top, stages, values)
    return draw_from_head(x, head, scale, u) if len(head) else draw_from_all(x, top, scale, u)


@compiled
def chain(x, maxima, top, stages, values):
    """1/τ at the end of the chain, and the values (n,) that its cuts keep; none means that nothing was cut."""
    scale, head = 1.0, np.empty(0)
    for s in range(len(stages)):
        stage, value = stages[s], values[s]
        if stage == TEMPERATURE:
            scale /= value
        elif len(head) == 0:
            head = first_cut(x, maxima, top, scale, stage, value)
        else:
            head = later_cut(head, scale, stage, value)
    return scale, head


# The row, by its blocks: block b holds x[b], x[b + width], …


@compiled
def block_maxima(x, width):
    """The maximum of every block (width,), in float64, and of all; NaN when there is one."""
    maxima, wrong = x[:width].copy(), 0
    for start in range(0, len(x), width):
        values = x[start : start + width]
        for b in range(len(values)):
            wrong |= not values[b] >= -inf
            maxima[b] = values[b] if values[b] > maxima[b] else maxima[b]
    exact, top = np.empty(width), -inf
    for b in range(width):
        exact[b] = maxima[b]
        top = max(top, exact[b])
    return exact, np.nan if wrong else top


@compiled
def at_least(x, threshold):
    """Every possible value ≥ threshold, in float64, in the order of the tokens."""
    low, marks = x.dtype.type(threshold), np.zeros(-(-len(x) // 8), np.uint64)
    mark, many = marks.view(np.uint8), 0
    for i in range(len(x)):
        mark[i] = (x[i] >= low) & (x[i] > -inf)
        many += mark[i]
    found, n = np.empty(many), 0
    for eight in range(len(marks)):
        if marks[eight]:
            for i in range(8 * eight, min(8 * eight + 8, len(x))):
                if mark[i]:
                    found[n] = x[i]
                    n += 1
    return found


@compiled
def weigh(x, width, top, scale, gaps):
    """Σ e^{(u − top)/τ} of every block (width,), with `gaps` each term times (u − top)/τ; in float64, and of all."""
    sums, factor, exact, total = np.zeros(width, np.float32), np.float32(scale * LOG2_E), np.empty(width), 0.0
    for start in range(0, len(x), width):
        values = x[start : start + width]
        if gaps:
            for b in range(len(values)):
                gap = max(np.float32(values[b] - top) * factor, LEAST)
                sums[b] += power_of_two(gap) * gap
        else:
            for b in range(len(values)):
                sums[b] += power_of_two(max(np.float32(values[b] - top) * factor, LEAST))
    for b in range(width):
        exact[b] = sums[b] / LOG2_E if gaps else sums[b]
        total += exact[b]
    return exact, total


@compiled
def power_of_two(y):
    """2^y for −127 ≤ y ≤ 0 in float32, 0 for −127: the exponent's bits, times the series of 2^f, |f| ≤ ½, to 6·10⁻⁹."""
    whole = np.floor(y + HALF)
    f = y - whole
    series = ONE + f * (C1 + f * (C2 + f * (C3 + f * (C4 + f * (C5 + f * (C6 + f * C7))))))
    return series * np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32)


# The cuts, each with the formula of its namesake in `core.samplers`. `below` bounds what the head leaves out.


@compiled
def first_cut(x, maxima, top, scale, stage, value):
    if stage == TOP_K:
        # At least k tokens reach the k-th largest block maximum.
        threshold = kth_largest(maxima, value) if value <= len(maxima) else -inf
        return later_cut(at_least(x, threshold), scale, stage, value)
    if stage == MIN_P:
        threshold = top + log(value) / scale
        return later_cut(at_least(x, threshold - 1e-6 * (1 + abs(threshold))), scale, stage, value)
    if stage == TYPICAL_P and len(maxima) == len(x):  # short enough for float64: two may be nearly equally typical
        return later_cut(at_least(x, -inf), scale, stage, value)
    sums, total = weigh(x, len(maxima), top, scale, False)
    centre = weigh(x, len(maxima), top, scale, True)[1] / total if stage == TYPICAL_P else 0.0
    for attempt in range(3):
        threshold = end_of_head(maxima, sums, total, top, scale, stage, value, centre, attempt)
        head = at_least(x, threshold)
        weights, exact = weigh_exactly(head, top, scale)
        total = total if threshold > -inf else exact
        below = (threshold - top) * scale
        kept, covers = by_mass(head, weights, total, scale, stage, value, top, centre, below)
        if covers:
            break
    return kept


@compiled
def end_of_head(maxima, sums, total, top, scale, stage, p, centre, attempt):
    """A guess at where a head ends that covers p, as if the mass of a block stood on its maximum; then lower, then −inf."""
    if attempt == 2:
        return -inf
    if stage == TOP_P:
        return at_mass(maxima, sums, (1 - (1 - p) / (16 if attempt else 2)) * total)[0]
    nearness = -np.abs((maxima - top) * scale - centre)
    return top + (centre + at_mass(nearness, sums, p * total)[0] - (2 if attempt else 0.5)) / scale


@compiled
def later_cut(head, scale, stage, value):
    if stage == TOP_K:
        return select(head, head, kth_largest(head, value))
    top = largest(head)
    if stage == MIN_P:
        return select(head, (head - top) * scale, log(value))
    weights, total = weigh_exactly(head, top, scale)
    centre = 0.0
    for i in range(len(head)):
        centre += weights[i] * (head[i] - top)
    return by_mass(head, weights, total, scale, stage, value, top, centre * scale / total, -inf)[0]


@compiled
def by_mass(head, weights, total, scale, stage, p, top, centre, below):
    """The kept values, and whether nothing at or under `below` could be among them.

    Top-p: {i : mass strictly above u_i < p}. Typical: {i : mass strictly closer to E than (u_i − top)/τ is < p}.
    """
    keys = -np.abs((head - top) * scale - centre) if stage == TYPICAL_P else head
    target = (p - ROUNDING) * total
    threshold, _, mass = at_mass(keys, weights, target)
    return select(head, keys, threshold), mass >= target and (stage == TOP_P or centre + threshold > below)


@compiled
def select(values, keys, threshold):
    """The values whose key is ≥ threshold."""
    kept, n = np.empty(len(values) + 1), 0
    for i in range(len(values)):
        kept[n] = values[i]
        n += keys[i] >= threshold
    return kept[:n]


@compiled
def kth_largest(values, k):
    """The k-th largest of the values, ties counted one by one; the smallest when there are fewer."""
    return at_mass(values, np.ones(len(values)), k)[0]


@compiled
def at_mass(keys, weights, target):
    """The largest key t with Σ_{key ≥ t} weight ≥ target (the smallest, if all fall short), Σ_{key > t} and Σ_{key ≥ t}.

    Quickselect by weight: only the side of the pivot that holds t is looked at again.
    """
    keys, weights, n, above, spot = keys.copy(), weights.copy(), len(keys), 0.0, 1
    while True:
        spot = spot * 25173 % 65521  # anywhere, so that no order of the tokens makes it slow
        a, b, c = keys[spot * n >> 16], keys[(spot * 7 & 65535) * n >> 16], keys[(spot * 31 & 65535) * n >> 16]
        pivot = max(min(a, b), min(max(a, b), c))
        over = equal = 0.0
        for i in range(n):
            over += weights[i] if keys[i] > pivot else 0.0
            equal += weights[i] if keys[i] == pivot else 0.0
        higher = above + over >= target
        kept = 0
        for i in range(n):
            key, weight = keys[i], weights[i]
            keys[kept], weights[kept] = key, weight
            kept += key > pivot if higher else key < pivot
        if kept == 0 or not (higher or above + over + equal < target):
            return pivot, above + over, above + over + equal
        n, above = kept, above if higher else above + over + equal


@compiled
def largest(head):
    top = -inf
    for i in range(len(head)):
        top = max(top, head[i])
    return top


@compiled
def weigh_exactly(head, top, scale):
    """e^{(u − top)/τ} of the head, in float64, and the sum."""
    weights, total = np.empty(len(head)), 0.0
    for i in range(len(head)):
        weights[i] = exp((head[i] - top) * scale)
        total += weights[i]
    return weights, total


# The draws: one uniform number through the cumulative distribution, tokens laid out by id, as `core.draws` says. The
# inequality is strict, and a token of weight zero cannot come whatever rounding does.


@compiled
def draw_from_head(x, head, scale, u):
    weights, total = weigh_exactly(head, largest(head), scale)
    place, twin = first_above(weights, u * total)[0], 0
    for i in range(place):
        twin += head[i] == head[place]
    return nth_equal(x, x.dtype.type(head[place]), twin)


@compiled
def nth_equal(x, value, n):
    """The index of the n-th token (from 0) whose logit is `value`."""
    for start in range(0, len(x), CHUNK):
        values, many = x[start : start + CHUNK], 0
        for i in range(len(values)):
            many += values[i] == value
        if many > n:
            for i in range(len(values)):
                n -= values[i] == value
                if n < 0:
                    return start + i
        n -= many
    return -1


@compiled
def draw_from_all(x, top, scale, u):
    sums, total = weigh_chunks(x, top, scale)
    chunk, above = first_above(sums, u * total)
    values, factor, mass = x[chunk * CHUNK : (chunk + 1) * CHUNK], np.float32(scale * LOG2_E), 0.0
    weights = np.empty(len(values))
    for i in range(len(values)):
        weights[i] = power_of_two(max(np.float32(values[i] - top) * factor, LEAST))
    for i in range(len(values)):
        mass += weights[i]
    return chunk * CHUNK + first_above(weights, (u * total - above) / sums[chunk] * mass)[0]


@compiled
def weigh_chunks(x, top, scale):
    """Σ e^{(u − top)/τ} of every CHUNK tokens next to one another, in float64, and of all."""
    sums, total, factor = np.empty(-(-len(x) // CHUNK)), 0.0, np.float32(scale * LOG2_E)
    lanes = np.empty(LANES, np.float32)  # sums side by side: one alone would wait for itself at every token
    for chunk in range(len(sums)):
        lanes[:] = 0
        for start in range(chunk * CHUNK, min((chunk + 1) * CHUNK, len(x)), LANES):
            values = x[start : start + LANES]
            for i in range(len(values)):
                lanes[i] += power_of_two(max(np.float32(values[i] - top) * factor, LEAST))
        half = LANES // 2
        while half:
            for i in range(half):
                lanes[i] += lanes[i + half]
            half //= 2
        sums[chunk] = lanes[0]
        total += sums[chunk]
    return sums, total


@compiled
def first_above(weights, target):
    """The first i with w_0 + … + w_i > target, or the last with w_i > 0; and the sum before it."""
    found, before, sum = -1, 0.0, 0.0
    for i in range(len(weights)):
        if weights[i] > 0:
            found, before = i, sum
            sum += weights[i]
            if sum > target:
                break
    return found, before


# What the text so far does to one row u (V,), in place, as in `core.penalties`; False when an id is not in it.


@compiled
def repeat(u, ids, counts, penalty):
    """u_i / θ if u_i > 0, u_i · θ otherwise, where the count is not 0."""
    for i in range(len(ids)):
        if not 0 <= ids[i] < len(u):
            return False
        if counts[i] > 0:
            value = np.float64(u[ids[i]])
            u[ids[i]] = value / penalty if value > 0 else value * penalty
    return True


@compiled
def subtract(u, ids, charges):
    """u_i − charge, where u_i is possible."""
    for i in range(len(ids)):
        if not 0 <= ids[i] < len(u):
            return False
        if u[ids[i]] > -inf:
            u[ids[i]] = np.float64(u[ids[i]]) - charges[i]
    return True


@compiled
def add(rows, ids, biases):
    for i in range(len(ids)):
        if not 0 <= ids[i] < rows.shape[1]:
            return False
        for row in range(len(rows)):
            rows[row, ids[i]] = np.float64(rows[row, ids[i]]) + biases[i]
    return True
