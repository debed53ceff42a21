"""How fast `core.sample` draws: `python -m benchmarks.samplers [--json] [--quick] [--threads N]`.

One process, one thread. The methods of a case run in random order in every round, so that each finds the caches as the
others left them ("cold"); then each alone, again and again ("warm", and both sides of a warm ratio are). Medians;
trust ratios, not microseconds. Methods:

    ours          core.sample with a CounterGenerator
    transformers  a LogitsProcessorList built once, softmax, torch.multinomial: what `generate` does per token
    vllm          vLLM's torch-native path re-expressed: sort, masks, softmax, an exponential race (copied logits)
    logsumexp     one torch.logsumexp over the same logits

Before a case is timed, its first row must be exact by the float64 oracle: with 1,000 evenly spread uniform numbers every
count is within 1 of its share, and nothing outside the support is drawn. (That the kept sets are equal token by token
is in tests/core/test_fast.py.) With a GPU the composed functions are timed there, by events.

The record that a lesson shows is made by `python -m benchmarks.samplers --json > benchmarks/samplers.json`.
"""

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np
import torch
from transformers import (
    LogitsProcessorList,
    MinPLogitsWarper,
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
    TypicalLogitsWarper,
)

import core
from core.fused import draw as fast

SHAPES = [(1, 51200), (8, 51200), (64, 51200), (1, 151936)]
CASES = {
    "temperature": {"temperature": 0.8},
    "top-k": {"temperature": 0.8, "top_k": 50},
    "top-p": {"temperature": 0.8, "top_p": 0.9},
    "top-k+top-p": {"temperature": 0.8, "top_k": 50, "top_p": 0.9},
    "min-p": {"min_p": 0.05},
    "typical": {"typical_p": 0.9},
}
WARPERS = {
    "temperature": TemperatureLogitsWarper,
    "top_k": TopKLogitsWarper,
    "top_p": TopPLogitsWarper,
    "min_p": MinPLogitsWarper,
    "typical_p": TypicalLogitsWarper,
}
GENERATED = 1024  # tokens so far, for the penalties


def make_logits(family: str, shape: tuple[int, int], seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    if family == "normal×3":
        return torch.randn(shape, generator=generator) * 3
    ranks = torch.arange(1, shape[1] + 1, dtype=torch.float64)
    zipf = -1.2 * ranks.log().float()  # s = 1.2
    return torch.stack([zipf[torch.randperm(shape[1], generator=generator)] for _ in range(shape[0])])


def transformers_draw(settings: dict) -> Callable:
    chain = LogitsProcessorList([WARPERS[name](value) for name, value in settings.items()])
    ids = torch.zeros(1, 1, dtype=torch.long)
    return lambda u: torch.multinomial(torch.softmax(chain(ids, u), -1), 1)


def vllm_draw(settings: dict) -> Callable:
    """Temperature, min-p, top-k and top-p on one ascending sort, then argmax(p / E), E exponential."""

    def draw(u):
        u = u / settings.get("temperature", 1.0)
        if "min_p" in settings:
            probs = torch.softmax(u, -1)
            u.masked_fill_(probs < settings["min_p"] * probs.amax(-1, keepdim=True), -torch.inf)
        if "top_k" in settings or "top_p" in settings:
            ordered, order = u.sort(dim=-1, descending=False)
            if "top_k" in settings:
                ordered.masked_fill_(ordered < ordered[:, -settings["top_k"]].unsqueeze(-1), -torch.inf)
            if "top_p" in settings:
                mask = torch.softmax(ordered, -1).cumsum(-1) <= 1 - settings["top_p"]
                mask[:, -1] = False
                ordered.masked_fill_(mask, -torch.inf)
            u = u.scatter(-1, order, ordered)
        probs = torch.softmax(u, -1)
        return probs.div_(torch.empty_like(probs).exponential_(1)).argmax(-1)

    return draw


def check_exact(u: torch.Tensor, params: core.SamplingParams, many: int = 1000) -> None:
    """The fused draw against the composed functions in float64, on the first row; raises AssertionError."""
    points = ((np.arange(many) + 0.5) / many).tolist()
    ids = fast.sample(u[:1].expand(many, -1), params, points, core.Context())
    probs = core.probabilities(u[0].double(), params)
    counts = torch.bincount(ids, minlength=u.shape[-1])
    assert (counts - many * probs).abs().max() <= 1 + 1e-4, "a count is not within 1 of its share"
    assert counts[probs == 0].sum() == 0, "a token outside the support was drawn"


def interleaved(methods: dict[str, Callable], rounds: int) -> dict[str, float]:
    """Median microseconds of each, the order random in every round."""
    times = {name: [] for name in methods}
    names, shuffle = list(methods), random.Random(0)
    for done in range(rounds + 2):
        shuffle.shuffle(names)
        for name in names:
            begin = time.perf_counter()
            methods[name]()
            if done >= 2:
                times[name].append(time.perf_counter() - begin)
    return {name: statistics.median(values) * 1e6 for name, values in times.items()}


def one_case(case: str, family: str, shape: tuple[int, int], quick: bool) -> dict:
    u, settings = make_logits(family, shape), CASES[case]
    params, generator = core.SamplingParams(**settings), core.CounterGenerator(0)
    check_exact(u, params)
    theirs, vllm = transformers_draw(settings), vllm_draw(settings)
    methods = {
        "ours": lambda: core.sample(u, params, generator),
        "transformers": lambda: theirs(u),
        "logsumexp": lambda: torch.logsumexp(u, -1),
    }
    if case != "typical":
        methods["vllm"] = lambda: vllm(u)
    work = shape[0] * shape[1]
    rounds = max(5, (1_500_000 if quick else 6_000_000) // work)
    cold = interleaved(methods, rounds)
    warm = {name: interleaved({name: methods[name]}, rounds)[name] for name in ("ours", "transformers", "logsumexp")}
    return {
        "case": case,
        "logits": family,
        "shape": shape,
        "ours_us": cold["ours"],
        "transformers": cold["transformers"] / cold["ours"],
        "vllm": cold["vllm"] / cold["ours"] if "vllm" in cold else None,
        "logsumexp": cold["ours"] / cold["logsumexp"],
        "warm_transformers": warm["transformers"] / warm["ours"],
        "warm_logsumexp": warm["ours"] / warm["logsumexp"],
    }


def penalties(quick: bool) -> dict:
    """Only the penalties, over 1,024 generated tokens at (1, 51200): ours, transformers' and a dense count."""
    u = make_logits("normal×3", (1, 51200))
    tokens = torch.randint(0, 51200, (1, GENERATED), generator=torch.Generator().manual_seed(1))
    one = core.SamplingParams(repetition_penalty=1.1)
    three = core.SamplingParams(repetition_penalty=1.1, frequency_penalty=0.2, presence_penalty=0.1)
    history = core.History()
    for token in tokens[0].tolist():
        history.add([token])
    theirs = RepetitionPenaltyLogitsProcessor(1.1)
    row = u.numpy()

    def ours(params):
        return lambda: fast.changed(row, ("penalties",), params, history)

    def dense():  # vLLM's way: two (rows, V + 1) counts per token, then the three formulas
        scores, seen = u.clone(), []
        for ids in (tokens[:, :0], tokens):
            counts = torch.zeros(1, 51201, dtype=torch.long)
            seen.append(counts.scatter_add_(1, ids, torch.ones_like(ids))[:, :-1])
        prompt, output = seen
        factor = torch.where((prompt > 0) | (output > 0), 1.1, 1.0)
        scores *= torch.where(scores > 0, 1 / factor, factor)
        return scores.sub_(0.2 * output).sub_(0.1 * (output > 0))

    torch.testing.assert_close(torch.from_numpy(ours(three)()), dense(), rtol=1e-5, atol=1e-5)
    torch.testing.assert_close(torch.from_numpy(ours(one)()), theirs(tokens, u), rtol=1e-6, atol=0)
    methods = {
        "ours": ours(one),
        "ours_three": ours(three),
        "transformers": lambda: theirs(tokens, u),
        "dense": dense,
    }
    medians = interleaved(methods, 50 if quick else 400)
    return {
        "ours_us": medians["ours"],
        "transformers": medians["transformers"] / medians["ours"],
        "dense": medians["dense"] / medians["ours_three"],
    }


def on_the_gpu(quick: bool) -> list[dict]:
    """The composed functions against transformers' chain on CUDA: median milliseconds by events."""
    results = []
    for shape in SHAPES[:1] if quick else SHAPES:
        u = make_logits("normal×3", shape).cuda()
        for case, settings in CASES.items():
            ours, theirs = partial(core.sample, u, core.SamplingParams(**settings), 1), transformers_draw(settings)
            medians = {"ours": milliseconds(ours), "transformers": milliseconds(partial(theirs, u))}
            results.append({"case": case, "shape": shape, **medians})
    return results


def milliseconds(method: Callable, rounds: int = 30) -> float:
    times = []
    for done in range(rounds + 5):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        method()
        end.record()
        end.synchronize()
        if done >= 5:
            times.append(begin.elapsed_time(end))
    return statistics.median(times)


def write_table(results: dict) -> str:
    lines = [
        "| shape | logits | case | ours (µs) | transformers / ours | warm | vLLM torch / ours | ours / logsumexp | warm |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for r in results["cases"]:
        vllm = f"{r['vllm']:.1f}" if r["vllm"] else "—"
        lines.append(
            f"| {tuple(r['shape'])} | {r['logits']} | {r['case']} | {r['ours_us']:.0f} | {r['transformers']:.1f} "
            f"| {r['warm_transformers']:.1f} | {vllm} | {r['logsumexp']:.2f} | {r['warm_logsumexp']:.2f} |"
        )
    p = results["penalties"]
    lines.append(
        f"\nPenalties over {GENERATED} tokens at (1, 51200): {p['ours_us']:.0f} µs; transformers' repetition penalty "
        f"takes {p['transformers']:.1f} times that, and all three by dense counts {p['dense']:.1f} times ours."
    )
    if results["cuda"]:
        lines += ["", "| CUDA shape | case | ours (ms) | transformers (ms) |", "|---|---|---:|---:|"]
        for r in results["cuda"]:
            lines.append(f"| {tuple(r['shape'])} | {r['case']} | {r['ours']:.3f} | {r['transformers']:.3f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast core.sample draws.")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a Markdown table")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and (1, 51200) only")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    results = {"torch": torch.__version__, "numpy": np.__version__, "threads": options.threads, "cases": []}
    for shape in SHAPES[:1] if options.quick else SHAPES:
        for family in ("normal×3", "Zipf 1.2"):
            for case in CASES:
                results["cases"].append(one_case(case, family, shape, options.quick))
                print(f"{shape} {family} {case}", file=sys.stderr)
    results["penalties"] = penalties(options.quick)
    results["cuda"] = on_the_gpu(options.quick) if torch.cuda.is_available() else []
    print(json.dumps(results) if options.json else write_table(results))


if __name__ == "__main__":
    main()
