"""Muon for the matrices inside the network, AdamW for the rest, and the learning rate over time.

Source: Jordan et al. (2024), Muon: An optimizer for hidden layers in neural networks.
"""

from collections import defaultdict
from functools import cache
from math import cos, pi

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer


@cache  # asked for at every step
def bfloat16_is_fast() -> bool:
    """Whether this machine multiplies bfloat16 matrices faster than float32: a GPU, or a CPU with AVX512-BF16 or AMX."""
    capabilities = torch.cpu.get_capabilities()
    return torch.cuda.is_available() or any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16"))


def orthogonalise(matrices: Tensor, steps: int = 5) -> Tensor:
    """U Vᵀ, nearly, for G = U S Vᵀ (..., n, m): five Newton–Schulz steps, which need products only.

    All singular values end between about 0.7 and 1.2, unless they were tiny beside the largest.
    """
    a, b, c = 3.4445, -4.7750, 2.0315  # steepest at zero rather than exact at one
    x = matrices / (matrices.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    wide = x if x.shape[-2] <= x.shape[-1] else x.mT
    for _ in range(steps):
        gram = wide @ wide.mT
        wide = a * wide + (b * gram + c * gram @ gram) @ wide
    return wide if x.shape[-2] <= x.shape[-1] else wide.mT


class Muon(Optimizer):
    """Momentum whose step is orthogonalised, matrix by matrix.

    A group may carry `split`: the numbers of rows of the matrices that are stacked in each of its parameters (queries,
    keys and values), each of which is orthogonalised alone.
    """

    def __init__(self, params, lr: float = 0.02, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "split": None})

    @torch.no_grad()
    def step(self) -> None:
        work = defaultdict(list)  # shape: [(matrix to change, its step, lr)]; equal shapes go through together
        for group in self.param_groups:
            for p in group["params"]:
                if "velocity" not in self.state[p]:
                    self.state[p]["velocity"] = torch.zeros_like(p)
                velocity = self.state[p]["velocity"]
                velocity.lerp_(p.grad, 1 - group["momentum"])
                ahead = p.grad.lerp(velocity, group["momentum"])  # Nesterov
                p.mul_(1 - group["lr"] * group["weight_decay"])
                rows = group["split"] or [len(p)]
                for target, update in zip(p.split(rows), ahead.split(rows), strict=True):
                    work[target.shape].append((target, update, group["lr"]))
        for (n, m), items in work.items():
            stacked = torch.stack([update for _, update, _ in items])
            if bfloat16_is_fast():
                stacked = stacked.bfloat16()
            for (target, _, lr), update in zip(items, orthogonalise(stacked), strict=True):
                target.add_(update, alpha=-lr * max(1, n / m) ** 0.5)


def optimizers(network: nn.Module, muon_lr: float, adam_lr: float, weight_decay: float) -> list[Optimizer]:
    """[Muon, AdamW] for every parameter of the network, each once; tables of embeddings are AdamW's."""
    matrices, attention, rest = [], [], []
    for name, p in network.named_parameters():
        inside = p.ndim == 2 and not name.startswith(("wte", "wpe"))
        (attention if name.endswith("c_attn.weight") else matrices if inside else rest).append(p)
    groups = [{"params": matrices}]
    if attention:
        config = network.config
        groups.append({"params": attention, "split": [config.n_embd] + 2 * [config.n_kv_head * config.head_size]})
    tables = {"params": [p for p in rest if p.ndim == 2], "weight_decay": weight_decay}
    others = {"params": [p for p in rest if p.ndim < 2], "weight_decay": 0.0}
    return [
        Muon(groups, lr=muon_lr, weight_decay=weight_decay),
        AdamW([tables, others], lr=adam_lr, betas=(0.9, 0.95), fused=True),
    ]


def lr_factor(step: int, steps: int, warmup: int, schedule: str, decay: float) -> float:
    """What multiplies the learning rates at step 0 ≤ step < steps: up over `warmup` steps, then down to zero.

    "wsd" (warm-up, stable, decay) stays at 1 and falls linearly over the last share `decay` of the steps; "cosine" falls
    all the way.
    """
    rising = min(1.0, (step + 1) / (warmup + 1))
    if schedule == "cosine":
        return rising * (1 + cos(pi * step / steps)) / 2
    return rising * min(1.0, (steps - step) / max(1.0, decay * steps))
