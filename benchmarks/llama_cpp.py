"""`core.sample` against llama.cpp's own C++ chain: `python -m benchmarks.llama_cpp [--json]`, where llama-cpp-python is installed.

Both in one process, on the same logits, one thread, in random order in every round; medians. llama.cpp's side is what its
`llama_sampler_sample` does for a token: fill the array of candidates (id, logit, p), apply the chain, read the token. The
filling is timed alone too, since a caller in C++ does it a little faster than NumPy. Before a case is timed, both chains must
keep the same tokens, but for those at which llama.cpp's sums in single precision cross the border earlier or later.
"""

import argparse
import ctypes
import json
import os
import sys

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch

import core
from benchmarks.samplers import CASES, interleaved, make_logits

try:
    import llama_cpp
except ImportError:
    sys.exit("error: llama-cpp-python is not installed here: pip install llama-cpp-python (it compiles for minutes)")

CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
STAGES = {
    "top_k": llama_cpp.llama_sampler_init_top_k,
    "typical_p": lambda p: llama_cpp.llama_sampler_init_typical(p, 1),
    "top_p": lambda p: llama_cpp.llama_sampler_init_top_p(p, 1),
    "min_p": lambda p: llama_cpp.llama_sampler_init_min_p(p, 1),
    "temperature": llama_cpp.llama_sampler_init_temp,
}


class Theirs:
    """llama.cpp's chain over logits (V,), the temperature last, and then a draw where `seed` says so."""

    def __init__(self, settings: dict, logits: np.ndarray, seed: int | None = 7):
        self.chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
        for name in sorted(settings, key=list(STAGES).index):
            llama_cpp.llama_sampler_chain_add(self.chain, STAGES[name](settings[name]))
        if seed is not None:
            llama_cpp.llama_sampler_chain_add(self.chain, llama_cpp.llama_sampler_init_dist(seed))
        self.logits, self.ids = logits, np.arange(len(logits), dtype=np.int32)
        self.data = np.zeros(len(logits), CANDIDATE)
        pointer = self.data.ctypes.data_as(ctypes.POINTER(llama_cpp.llama_token_data))
        self.array = llama_cpp.llama_token_data_array(data=pointer, size=len(logits), selected=-1, sorted=False)

    def fill(self) -> None:
        self.data["id"], self.data["logit"], self.data["p"] = self.ids, self.logits, 0
        self.array.size, self.array.selected, self.array.sorted = len(self.data), -1, False

    def sample(self) -> int:
        self.fill()
        llama_cpp.llama_sampler_apply(self.chain, ctypes.byref(self.array))
        return self.array.data[self.array.selected].id

    def kept(self) -> set[int]:
        self.fill()
        llama_cpp.llama_sampler_apply(self.chain, ctypes.byref(self.array))
        return {self.array.data[i].id for i in range(self.array.size)}


def one_case(case: str, family: str, rounds: int) -> dict:
    u, settings = make_logits(family, (1, 51200)), CASES[case]
    params, generator = core.SamplingParams(**settings, order="llama.cpp"), core.CounterGenerator(0)
    logits = u[0].numpy()
    ours = set(torch.nonzero(core.probabilities(u[0].double(), params)).flatten().tolist())
    apart = len(ours ^ Theirs(settings, logits, seed=None).kept())
    assert apart <= max(2, len(ours) // 100), f"{case}: {apart} tokens are kept by one chain only"
    theirs = Theirs(settings, logits)
    methods = {"ours": lambda: core.sample(u, params, generator), "theirs": theirs.sample, "fill": theirs.fill}
    cold = interleaved(methods, rounds)
    return {
        "case": case, "logits": family, "kept": len(ours), "kept_by_one": apart, "ours_us": cold["ours"],
        "llama_us": cold["theirs"], "fill_us": cold["fill"], "ratio": cold["theirs"] / cold["ours"],
        "ratio_without_filling": (cold["theirs"] - cold["fill"]) / cold["ours"],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="core.sample against llama.cpp's chain.")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = [one_case(case, family, options.rounds) for family in ("normal×3", "Zipf 1.2") for case in CASES]
    if options.json:
        print(json.dumps({"llama_cpp_python": llama_cpp.__version__, "cases": rows}))
        return
    print("| logits | case | kept | ours (µs) | llama.cpp (µs) | of it, filling | llama.cpp / ours | without filling |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for r in rows:
        print(
            f"| {r['logits']} | {r['case']} | {r['kept']} | {r['ours_us']:.0f} | {r['llama_us']:.0f} | {r['fill_us']:.0f} "
            f"| {r['ratio']:.2f} | {r['ratio_without_filling']:.2f} |"
        )


if __name__ == "__main__":
    main()
