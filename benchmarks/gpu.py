"""All that waits for a GPU, in one run: `python -m benchmarks.gpu --out gpu.json [--train TEXTS --run RUN]`.

Within nine minutes on a current card, one JSON file with

    phi_2     Phi-2's own shape (random weights, bfloat16) at batch 1 and 32, against eager `generate` and against the
              tokens per second that the memory's speed, measured here, allows
    samplers  the composed samplers against transformers' chain on CUDA, milliseconds by events
    training  with --train, the whole training of the embedded model on TEXTS (a folder as `core.training` reads it),
              into RUN, where it goes on if it was stopped; what the export needs stays there

Each part is a process of its own: one that fails says so in the file, and the others run. `--rehearse` runs the same
parts small and on the CPU, to see that nothing is missing before a card is paid for.
"""

import argparse
import json
import subprocess
import sys
import traceback
from pathlib import Path
from time import perf_counter

import torch

from benchmarks import generation, samplers
from core.models.storage import write_atomically
from core.training.__main__ import main as training_command

PARTS = {"phi_2": 150, "samplers": 60, "training": 330}  # seconds that each may take
RECIPE = {  # 12 passes over the project's 7.9 million training tokens
    "preset": "embedded", "steps": 11_520, "batch-tokens": 8192, "row-tokens": 256, "muon-lr": 0.02, "adam-lr": 0.004,
    "warmup": 200, "decay": 0.4, "eval-every": 960, "eval-tokens": 131_072, "save-every": 480, "patience": 0,
}  # fmt: skip
SMALL = {
    "preset": "tiny",
    "steps": 4,
    "batch-tokens": 64,
    "row-tokens": 16,
    "eval-every": 2,
    "eval-tokens": 32,
    "save-every": 2,
}


def phi_2(options: argparse.Namespace) -> list[dict]:
    if not options.rehearse:
        return generation.on_the_gpu(quick=False)
    pair = generation.phi_pair({**generation.TINY, "vocab_size": 8192, "hidden_size": 64, "intermediate_size": 128}, 4)
    return [generation.one_case("tiny phi", pair, batch, generation.DRAW, 4, 1) for batch in (1, 2)]


def samplers_on_cuda(options: argparse.Namespace) -> list[dict]:
    return [] if options.rehearse else samplers.on_the_gpu(quick=False)


def training(options: argparse.Namespace) -> dict:
    """Tokenizer and training by the project's own commands; the summary and the last validations."""
    recipe = RECIPE | (SMALL if options.rehearse else {})
    tokenizer = options.run / "tokenizer"
    if not (tokenizer / "tokenizer.json").exists():
        size = 300 if options.rehearse else 8192
        training_command(["tokenizer", f"--corpus={options.train}", f"--out={tokenizer}", f"--vocab-size={size}"])
    given = [f"--{name}={value}" for name, value in recipe.items()]
    run = options.run / "run"
    training_command(
        ["train", f"--corpus={options.train}", f"--tokenizer={tokenizer}", f"--out={run}", "--quiet", *given]
    )
    record = [json.loads(line) for line in (run / "record.jsonl").read_text("utf-8").splitlines()]
    validations = [line for line in record if "validation_bits_per_byte" in line]
    return json.loads((run / "summary.json").read_text("utf-8")) | {"validations": validations}


RUN = {"phi_2": phi_2, "samplers": samplers_on_cuda, "training": training}


def one_part(name: str, arguments: list[str]) -> dict:
    """The part's result, or its error, from a process of its own."""
    begin = perf_counter()
    command = [sys.executable, "-m", "benchmarks.gpu", *arguments, "--part", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PARTS[name])
        told = {"result": json.loads(done.stdout)} if done.returncode == 0 else {"error": done.stderr[-2000:]}
    except subprocess.TimeoutExpired:
        told = {"error": f"not done after {PARTS[name]} s; a training goes on where it stopped: the same command again"}
    return told | {"seconds": round(perf_counter() - begin, 1)}


def main(arguments: list[str] | None = None) -> None:
    arguments = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser("python -m benchmarks.gpu", description="All that waits for a GPU, in one run.")
    parser.add_argument("--out", type=Path, default=Path("gpu.json"), help="the file to write")
    parser.add_argument("--train", type=Path, help="train the embedded model on this folder of texts")
    parser.add_argument("--run", type=Path, default=Path("gpu-run"), help="the training's folder")
    parser.add_argument("--rehearse", action="store_true", help="small, on the CPU")
    parser.add_argument("--part", choices=RUN, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not (torch.cuda.is_available() or options.rehearse):
        sys.exit("error: no GPU here; --rehearse runs the same parts small, on the CPU")
    if options.part:
        try:
            print(json.dumps(RUN[options.part](options)))
        except Exception:
            traceback.print_exc()
            sys.exit(1)
        return
    names = [name for name in RUN if name != "training" or options.train]
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    told = {"device": device, "torch": torch.__version__, "cuda": torch.version.cuda, "rehearsal": options.rehearse}
    for name in names:
        told[name] = one_part(name, arguments)
        write_atomically(options.out, (json.dumps(told, indent=2) + "\n").encode())  # what is done is kept
        print(f"{name}: {'failed' if 'error' in told[name] else 'done'} in {told[name]['seconds']} s", file=sys.stderr)


if __name__ == "__main__":
    main()
