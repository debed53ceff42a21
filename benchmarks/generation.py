"""How fast texts grow: `python -m benchmarks.generation [--json] [--quick] [--threads N]`.

Our loop, `next_logits` and `core.sample`, against `generate` of transformers with the same weights, in one process:
each round runs all methods of a case in random order, and the medians of the rounds are compared. With one thread on a
CPU the seconds are those the processor spent, which a busy machine stretches less; otherwise they are the clock's. Trust
ratios; the machine's load is printed. Before a case is timed, greedy tokens must be the same on both sides.

    phi    PhiForCausalLM, 2 layers, hidden 128, 51,200 tokens: temperature 0.8, top-k 50, top-p 0.9
    gpt    the embedded model's shape, exported and read back by GPT2LMHeadModel: greedy, and the draw above
    phi-2  with a GPU: Phi-2's own shape in bfloat16, and the limit that reading the weights once per token sets

Load time, time to the first token and peak memory of the gpt are taken in a process of its own per side. All weights
are random: they change nothing of this.
"""

import argparse
import copy
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

import core
from core.models.gpt_step import GPTStep
from core.models.phi import Phi
from core.models.storage import build, load_network, save_network
from core.training.presets import SHAPES
from core.training.speed import peak_memory

DRAW = {"temperature": 0.8, "top_k": 50, "top_p": 0.9}
TINY = {"vocab_size": 51200, "hidden_size": 128, "intermediate_size": 512, "num_hidden_layers": 2}
PHI_2 = {"vocab_size": 51200, "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 32}
PROMPT = 16  # tokens


@dataclass
class Pair:
    """One network twice: ours, called as (ids, cache, last), and transformers'."""

    ours: Callable
    new_cache: Callable
    theirs: torch.nn.Module
    device: str = "cpu"

    @torch.inference_mode()
    def grow(self, prompt: torch.Tensor, tokens: int, batch: int, settings: dict) -> torch.Tensor:
        """Our loop: `tokens` more for `batch` copies of a prompt (1, T) that is read once; (batch, tokens)."""
        params, draws = core.SamplingParams(**settings), core.CounterGenerator(0)
        cache = self.new_cache()
        logits = self.ours(prompt, cache, last=True)[:, -1].expand(batch, -1)
        cache = cache.expand(batch) if batch > 1 else cache
        chosen = []
        while True:
            ids = core.sample(logits.cpu(), params, draws) if settings else logits.argmax(-1)
            chosen.append(ids.to(self.device).unsqueeze(1))
            if len(chosen) == tokens:
                return torch.cat(chosen, dim=1)
            logits = self.ours(chosen[-1], cache, last=True)[:, -1]

    def generate(self, prompt: torch.Tensor, tokens: int, batch: int, settings: dict) -> torch.Tensor:
        many = prompt.expand(batch, -1)
        fixed = {"max_new_tokens": tokens, "eos_token_id": None, "pad_token_id": 0, "do_sample": bool(settings)}
        return self.theirs.generate(many, attention_mask=torch.ones_like(many), **fixed, **settings)[
            :, prompt.shape[1] :
        ]


def phi_pair(shape: dict, heads: int, device: str = "cpu", dtype: torch.dtype = torch.float32) -> Pair:
    from transformers import PhiConfig, PhiForCausalLM

    config = PhiConfig(**shape, num_attention_heads=heads, partial_rotary_factor=0.4 if heads == 32 else 0.5)
    torch.manual_seed(0)
    with torch.device(device):
        theirs = PhiForCausalLM(config).to(dtype).eval().requires_grad_(False)
    for weights in theirs.parameters():
        weights.normal_(std=0.2 if shape is TINY else 0.02)  # logits that differ, as a trained model's do
    ours = Phi(copy.deepcopy(theirs))
    return Pair(ours, ours.new_cache, theirs, device)


def gpt_pair(folder: Path) -> Pair:
    from transformers import GPT2LMHeadModel

    network, _ = load_network(folder)
    step = GPTStep(network)

    def ours(ids, cache, last):
        return step(ids, cache)[:, None] if ids.shape[1] == 1 else network(ids, cache, last)

    return Pair(ours, network.new_cache, GPT2LMHeadModel.from_pretrained(folder).eval())


def write_gpt(folder: Path) -> None:
    torch.manual_seed(0)
    network = build(SHAPES["embedded"])
    for weights in network.parameters():
        torch.nn.init.normal_(weights, std=0.1)
    save_network(folder, network)


def one_case(name: str, pair: Pair, batch: int, settings: dict, tokens: int, rounds: int) -> dict:
    prompt = torch.randint(0, 8192, (1, PROMPT), generator=torch.Generator().manual_seed(0)).to(pair.device)
    same = torch.equal(pair.grow(prompt, tokens, batch, {}), pair.generate(prompt, tokens, batch, {}))
    if pair.device == "cpu":  # in bfloat16 two largest logits are often equal
        assert same, f"{name}: greedy tokens differ"
    methods = {
        "ours": lambda: pair.grow(prompt, tokens, batch, settings),
        "transformers": lambda: pair.generate(prompt, tokens, batch, settings),
        "first": lambda: pair.grow(prompt, 1, batch, settings),
    }
    seconds = interleaved(methods, rounds, clock_of(pair.device))
    speed = {side: batch * tokens / seconds[side] for side in ("ours", "transformers")}
    print(name, batch, settings, file=sys.stderr)
    return {
        "case": name,
        "batch": batch,
        "draw": "sampled" if settings else "greedy",
        "tokens": tokens,
        "ours": speed["ours"],
        "transformers": speed["transformers"],
        "ratio": speed["ours"] / speed["transformers"],
        "first_token_ms": seconds["first"] * 1e3,
        "greedy_tokens_equal": same,
    }


def clock_of(device: str) -> Callable[[], float]:
    return process_time if device == "cpu" and torch.get_num_threads() == 1 else perf_counter


def interleaved(methods: dict[str, Callable], rounds: int, clock: Callable[[], float]) -> dict[str, float]:
    """Median seconds of each, the order random in every round."""
    times, names, shuffle = {name: [] for name in methods}, list(methods), random.Random(0)
    for done in range(rounds + 1):
        shuffle.shuffle(names)
        for name in names:
            wait()
            begin = clock()
            methods[name]()
            wait()
            if done:  # the first round warms up
                times[name].append(clock() - begin)
    return {name: statistics.median(values) for name, values in times.items()}


def wait() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def alone(side: str, folder: Path) -> dict:
    """In this process, one side alone: seconds to load and to the first token, bytes of memory at the most."""
    if side == "transformers":
        from transformers import GPT2LMHeadModel
    imported, begin = peak_memory(), perf_counter()
    if side == "ours":
        network, _ = load_network(folder)
    else:
        network = GPT2LMHeadModel.from_pretrained(folder).eval()
    loaded = perf_counter()
    ids = torch.arange(1, PROMPT + 1)[None]
    with torch.inference_mode():
        if side == "ours":
            cache, step = network.new_cache(), GPTStep(network)
            token = network(ids, cache, last=True)[:, -1].argmax(-1, keepdim=True)
        else:
            token = network.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=1)[
                :, -1:
            ]
        first = perf_counter()
        if side == "ours":
            for _ in range(100):
                token = step(token, cache).argmax(-1, keepdim=True)
        else:
            network.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=100)
    return {"load_s": loaded - begin, "first_token_s": first - loaded, "peak": peak_memory(), "imports": imported}


def each_alone(folder: Path, rounds: int) -> dict:
    """Medians of `alone` over fresh processes, taken in turns."""
    told = {"ours": [], "transformers": []}
    for _ in range(rounds):
        for side, results in told.items():
            run = [sys.executable, "-m", "benchmarks.generation", "--alone", side, str(folder)]
            run += ["--threads", str(torch.get_num_threads())]
            results.append(json.loads(subprocess.run(run, capture_output=True, check=True).stdout))
    return {
        side: {key: results[0][key] and statistics.median(result[key] for result in results) for key in results[0]}
        for side, results in told.items()
    }


def on_the_gpu(quick: bool) -> list[dict]:
    """Phi-2's shape in bfloat16 (about 14 GB) against eager `generate` and against the memory's speed."""
    pair = phi_pair(PHI_2, 32, "cuda", torch.bfloat16)
    weights = sum(p.numel() * p.element_size() for p in pair.theirs.parameters())
    block = torch.empty(2**29, dtype=torch.uint8, device="cuda")
    copied = interleaved({"copy": lambda: [block.clone() for _ in range(10)]}, 10, perf_counter)["copy"] / 10
    bandwidth = 2 * block.numel() / copied  # read and written
    results = []
    for batch in (1, 32):
        result = one_case("phi-2", pair, batch, DRAW, 64 if quick else 256, 3 if quick else 7)
        limit = batch * bandwidth / weights
        results.append(result | {"bandwidth": bandwidth, "limit": limit, "of_the_limit": result["ours"] / limit})
    return results


def write_table(results: dict) -> str:
    lines = [
        f"{results['threads']} thread(s), load average {results['load_before']:.1f} before and "
        f"{results['load_after']:.1f} after, torch {results['torch']}, transformers {results['transformers']}.",
        "",
        "| model | batch | tokens | ours (tokens/s) | generate (tokens/s) | ours / generate | first token (ms) |",
        "|---|---:|---|---:|---:|---:|---:|",
    ]
    for r in results["cases"]:
        lines.append(
            f"| {r['case']} | {r['batch']} | {r['draw']} | {r['ours']:.0f} | {r['transformers']:.0f} | {r['ratio']:.2f} "
            f"| {r['first_token_ms']:.1f} |"
        )
    for r in results["cases"]:
        if "limit" in r:
            lines.append(
                f"\nBatch {r['batch']}: {r['of_the_limit']:.0%} of the {r['limit']:.0f} tokens/s that reading the weights "
                f"at {r['bandwidth'] / 1e9:.0f} GB/s allows."
            )
    lines += [
        "",
        "| gpt alone | load (s) | first token (ms) | peak memory (MB) | of it, imports |",
        "|---|---:|---:|---:|---:|",
    ]
    for side, r in results["alone"].items():
        peaks = [f"{r[key] / 1e6:.0f}" if r[key] else "—" for key in ("peak", "imports")]
        lines.append(f"| {side} | {r['load_s']:.2f} | {r['first_token_s'] * 1e3:.0f} | {' | '.join(peaks)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast texts grow, against transformers.")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of Markdown tables")
    parser.add_argument("--quick", action="store_true", help="fewer tokens and rounds")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--alone", nargs=2, metavar=("SIDE", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.alone:
        return print(json.dumps(alone(options.alone[0], Path(options.alone[1]))))
    import transformers

    transformers.utils.logging.set_verbosity_error()
    tokens, rounds = (16, 3) if options.quick else (48, 7)
    results = {"torch": torch.__version__, "transformers": transformers.__version__, "threads": options.threads}
    results["load_before"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    tiny = phi_pair(TINY, 4)
    results["cases"] = [one_case("phi", tiny, batch, DRAW, tokens, rounds) for batch in (1, 8)]
    with tempfile.TemporaryDirectory() as folder:
        write_gpt(Path(folder))
        gpt = gpt_pair(Path(folder))
        for settings in ({}, DRAW):
            results["cases"].append(one_case("gpt", gpt, 1, settings, 2 * tokens, rounds))
        results["alone"] = each_alone(Path(folder), 1 if options.quick else 5)
    if torch.cuda.is_available():
        results["cases"] += on_the_gpu(options.quick)
    results["load_after"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(json.dumps(results) if options.json else write_table(results))


if __name__ == "__main__":
    main()
