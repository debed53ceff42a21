"""A network with coarser weights: what fewer bits per weight do to the same model.

Only the rounding is simulated: the weights come back as float32, so any network here runs with them.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .storage import quantise

SCALE_BYTES = {None: 4, 32: 2}  # one float32 scale per row, as in the shipped file; one float16 per group of 32


@dataclass(frozen=True)
class Format:
    """How a matrix is kept: `bits` per weight, and a scale per row, or per `group` consecutive weights of a row.

    `bits` is 16 for bfloat16, which needs no scale. Groups of 32 with a float16 scale are those of llama.cpp's Q4_0.
    """

    bits: int
    group: int | None = None


FORMATS = {
    "int8": Format(8),  # the file that is shipped: the reference
    "bfloat16": Format(16),
    "int6": Format(6),
    "int4": Format(4),
    "int4/32": Format(4, 32),
    "int3/32": Format(3, 32),
}


def rounded(network: nn.Module, form: Format) -> nn.Module:
    """A copy of the network whose matrices hold only what `form` can keep; vectors stay as they are."""
    network = copy.deepcopy(network)
    with torch.no_grad():
        for p in network.parameters():
            if p.ndim == 2:
                p.copy_(_rounded(p, form))
    return network


def _rounded(weight: Tensor, form: Format) -> Tensor:
    if form.bits == 16:
        return weight.bfloat16().float()
    codes, scale = quantise(weight.reshape(-1, form.group or weight.shape[1]), form.bits)
    if form.group:
        scale = scale.half().float()
    return (codes * scale).reshape(weight.shape)


def weight_bytes(network: nn.Module, form: Format) -> int:
    """What the network takes in this format: matrices packed to the bit, their scales, and vectors in float32."""
    total = 0
    for p in network.parameters():
        if p.ndim != 2:
            total += 4 * p.numel()
            continue
        total += p.numel() * form.bits // 8
        if form.bits != 16:
            total += p.numel() // (form.group or p.shape[1]) * SCALE_BYTES[form.group]
    return total
