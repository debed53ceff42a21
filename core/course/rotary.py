"""Rotary position (RoPE): pairs of components of a query or a key turn by an angle that grows with the position.

Source: Su et al. (2021), RoFormer, arXiv:2104.09864. Llama turns every component; Phi-2 only the first ones of a head.
"""

import torch
from torch import Tensor

from ..validation import ParameterError, check_number, check_whole

BASE = 10_000.0


def frequencies(size: int, base: float = BASE) -> Tensor:
    """Radians per position of each pair, θ_i = base^(−2i/size) for i from 0: (size/2,) float64.

    Raises:
        ParameterError: `size` not even or below 2; `base` below 1.
    """
    if check_whole("size", size, 2) % 2:
        raise ParameterError("size", size, "an even number >= 2")
    check_number("base", base, 1, 1e12, "a number in [1, 10¹²]")
    return base ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)


def rotate(
    x: Tensor, positions: Tensor, size: int | None = None, base: float = BASE, interleaved: bool = False
) -> Tensor:
    """Queries or keys x (..., T, d) at `positions` (T,), turned: (..., T, d), in the type of x.

    Of the first `size` components (all, unless said) pair i turns by position · θ_i; the others stay. A pair is made of
    components i and i + size/2, as in transformers, or, `interleaved`, of 2i and 2i + 1, as in the paper.

    Raises:
        ParameterError: as in `frequencies`, or `size` above d.
    """
    size = x.shape[-1] if size is None else size
    angles = positions.double()[..., None] * frequencies(size, base)
    if size > x.shape[-1]:
        raise ParameterError("size", size, f"at most {x.shape[-1]}")
    turning, still = x[..., :size], x[..., size:]
    a, b = turning.unflatten(-1, (-1, 2)).unbind(-1) if interleaved else turning.chunk(2, -1)
    turned = a * angles.cos() - b * angles.sin(), a * angles.sin() + b * angles.cos()
    whole = torch.stack(turned, -1).flatten(-2) if interleaved else torch.cat(turned, -1)
    return torch.cat([whole.to(x.dtype), still], -1)


def score(q: Tensor, k: Tensor, distance: Tensor, base: float = BASE) -> Tensor:
    """q·k after both were turned, from the distance (query's position less the key's) alone: float64, broadcast.

    Σ_i (q_i·k_i) cos(distance θ_i) + (q_i×k_i) sin(distance θ_i) over the pairs of q and k (..., d), paired as in `rotate`.

    Raises:
        ParameterError: as in `frequencies`.
    """
    angles = distance.double()[..., None] * frequencies(q.shape[-1], base)
    (a, b), (c, d) = q.double().chunk(2, -1), k.double().chunk(2, -1)
    return ((a * c + b * d) * angles.cos() + (a * d - b * c) * angles.sin()).sum(-1)
