"""What fewer bits per weight cost the embedded model, and what they save: `python -m benchmarks.quantisation --corpus TEXTS`.

Bits per byte on the beginning of each validation work under each format of `core.models.rounded`, with the weights' size in
that format; and the processor time of one product of a layer, the (1, 2560) · (2560, 10240) of Phi-2's feed-forward part, with the weights in each
type that torch has a CPU kernel for: the best of several rounds, one thread. Trust ratios, not milliseconds.

The record that a lesson shows is made by `python -m benchmarks.quantisation --corpus TEXTS > benchmarks/quantisation.json`.
"""

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import add
from time import thread_time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import torch.nn.functional as F

from core.models.language_model import WEIGHTS, load_model
from core.models.rounded import FORMATS, rounded, weight_bytes
from core.models.storage import quantise
from core.training.corpus import open_corpus
from core.training.scores import score

SHAPE = (10240, 2560)  # (out, in) of a layer of Phi-2
GROUP = 32
EXCERPT = 16_000  # characters of each validation work


def quality(corpus: str) -> dict:
    """For each format: bits per byte on the validation texts, and the bytes of the weights."""
    model = load_model("embedded")
    texts = [text[:EXCERPT] for text in open_corpus(corpus).texts("validation")]
    found = {}
    for name, form in FORMATS.items():
        coarse = replace(model, network=rounded(model.network, form))
        total = reduce(add, (score(coarse, text) for text in texts))
        found[name] = {
            "bits_per_byte": round(total.bits_per_byte, 5),
            "weight_bytes": weight_bytes(model.network, form),
        }
    return {
        "parameters": sum(p.numel() for p in model.network.parameters()),
        "formats": found,
        "bytes": total.bytes,
        "tokens": total.tokens,
        "works": len(texts),
    }


def kernels() -> dict[str, tuple[int, Callable[[], torch.Tensor]]]:
    """For each type of weight, the bytes that one product reads and the product."""
    weight = torch.randn(SHAPE, generator=torch.Generator().manual_seed(0))
    x = torch.randn(1, SHAPE[1], generator=torch.Generator().manual_seed(1))
    half, half_x = weight.bfloat16(), x.bfloat16()
    rows, scale = quantise(weight)
    row_scale = scale[:, 0].bfloat16()
    codes, group_scale = quantise(weight.reshape(-1, GROUP), 4)
    packed = torch._convert_weight_to_int4pack_for_cpu((codes.int() + 8).reshape(SHAPE), 1)
    per_group = group_scale.reshape(SHAPE[0], -1)
    pairs = torch.stack([per_group, torch.zeros_like(per_group)], -1).transpose(0, 1).contiguous().bfloat16()
    return {
        "float32": (weight.nbytes, lambda: F.linear(x, weight)),
        "bfloat16": (half.nbytes, lambda: F.linear(half_x, half)),
        "int8": (rows.nbytes + row_scale.nbytes, lambda: torch._weight_int8pack_mm(half_x, rows, row_scale)),
        "int4/32": (packed.nbytes + pairs.nbytes // 2,
                    lambda: torch._weight_int4pack_mm_for_cpu(half_x, packed, GROUP, pairs)),
    }  # fmt: skip


def speed(rounds: int = 8, repeats: int = 20) -> dict:
    """Milliseconds of one product, the best round of `repeats`, the types taking turns; and how far the result is off."""
    torch.set_num_threads(1)  # so that the thread's own time, which a busy machine does not lengthen, is the whole time
    products = kernels()
    right = products["float32"][1]()
    best = dict.fromkeys(products, float("inf"))
    for _ in range(rounds):
        for name, (_, product) in products.items():
            began = thread_time()
            for _ in range(repeats):
                product()
            best[name] = min(best[name], (thread_time() - began) / repeats)
    return {
        name: {"bytes": size, "milliseconds": round(1000 * best[name], 2),
               "relative_error": round(((product().float() - right).norm() / right.norm()).item(), 5)}
        for name, (size, product) in products.items()
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", required=True, help="a folder of texts, as for python -m core.training")
    asked = parser.parse_args()
    config, training = (
        json.loads((WEIGHTS / "embedded" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("config", "training")
    )
    told = {
        "weights_sha256": config["weights_sha256"],
        "export": training["export"],
        "speed": speed(),
        **quality(asked.corpus),
    }
    print(json.dumps(told | {"torch": torch.__version__, "cpu": torch.backends.cpu.get_cpu_capability()}, indent=1))


if __name__ == "__main__":
    main()
