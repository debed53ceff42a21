"""One token per row on a GPU as a CUDA graph: the hundreds of kernels of a step are launched by one call.

A graph runs on fixed addresses and shapes, so the token and its position are tensors, every step attends to the whole
room of the cache, and the positions that were not read yet are masked.
"""

import torch
from torch import Tensor

from .gpt import fused_attend


class StaticStep:
    """`phi(ids, cache)` for one token per row, over the fixed tensors `pairs` of a `KVCache`.

    On a GPU the first call records a graph and the later ones replay it; where recording fails, and on a CPU, every
    call runs the operations one by one, with the same result.
    """

    def __init__(self, phi, pairs: list[Tensor]):
        self.phi, self.pairs = phi, pairs
        rows, _, capacity, _ = pairs[0].shape
        self.ids = torch.zeros(rows, 1, dtype=torch.long, device=pairs[0].device)
        self.position = torch.zeros(1, dtype=torch.long, device=pairs[0].device)
        self.positions = torch.arange(capacity, device=pairs[0].device)
        self.recordable, self.graph, self.logits = pairs[0].is_cuda, None, None

    @torch.inference_mode()
    def __call__(self, ids: Tensor, past: int) -> Tensor:
        """Logits (B, 1, V) for ids (B, 1) at position `past`."""
        self.ids.copy_(ids)
        self.position.fill_(past)
        if self.graph:
            self.graph.replay()
            return self.logits.clone()
        logits = self.run()
        if self.recordable:
            self.record()
        return logits

    def run(self) -> Tensor:
        cos, sin = (table.index_select(0, self.position) for table in (self.phi.cos, self.phi.sin))
        mask = self.phi.wte.new_zeros(1, 1, 1, len(self.positions))
        mask.masked_fill_(self.positions > self.position, -torch.inf)

        def attend(layer: int, q: Tensor, pair: Tensor) -> Tensor:
            k, v = self.pairs[layer].index_copy_(2, self.position, pair).chunk(2, dim=1)
            return fused_attend(q, k, v, mask)

        return self.phi.run(self.ids, cos, sin, attend, last=True)

    def record(self) -> None:
        graph = torch.cuda.CUDAGraph()
        try:
            with torch.cuda.graph(graph, capture_error_mode="thread_local"):  # other threads may use the GPU meanwhile
                self.logits = self.run()
            self.graph = graph
        except RuntimeError:  # a driver or a kernel that cannot be recorded: slower, not wrong
            self.recordable = False
