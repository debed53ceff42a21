"""python -m core.training tokenizer|train|evaluate|export"""

import argparse
import json
import os
import sys
from contextlib import nullcontext
from dataclasses import fields, replace
from pathlib import Path

import torch

from ..models.gpt import GPTConfig
from ..models.language_model import load_tokenizer
from ..models.storage import PRECISIONS, ModelFileError
from ..validation import ParameterError, check_probability, check_whole
from .card import write_cards
from .compressors import compressors
from .corpus import CorpusError, encoded, open_corpus
from .evaluate import check_leakage, commit, evaluate_apart, evaluate_ngram
from .export import export
from .presets import SCHEDULES, SHAPES, Recipe
from .run import Run, RunError
from .tokenizer import save_tokenizer, train_tokenizer
from .train import END, train

STORY = """Train a language model from zero, in four commands:

  python -m core.training tokenizer --corpus TEXTS --out TOKENIZER
  python -m core.training train     --corpus TEXTS --tokenizer TOKENIZER --preset multi-head --out RUN
  python -m core.training evaluate  RUN --corpus TEXTS
  python -m core.training export    RUN --corpus TEXTS --out MODEL

TEXTS is a folder of UTF-8 .txt files, one work each, with train.list, validation.list and test.list beside them: the
names of the files for each use, one per line. MODEL is what core.models.load_model reads.
"""
MEANINGS = {
    "steps": "how many times the weights change",
    "batch_tokens": "tokens read per step, over all processes",
    "row_tokens": f"tokens per row, a GPT's context at most; None: that, or {Recipe.row_tokens} if it is longer",
    "muon_lr": "learning rate of the matrices inside the network",
    "adam_lr": "learning rate of everything else",
    "weight_decay": "how strongly weights are pulled to zero",
    "warmup": "steps over which the learning rate rises",
    "schedule": "wsd: constant, then linearly to zero; cosine: falling from the start",
    "decay": "for wsd, the share of the steps in which the learning rate falls",
    "clip": "largest length of the gradient",
    "seed": "fixes first weights, order of the text and dropout",
    "eval_every": "steps between validations",
    "eval_tokens": "validation tokens read each time",
    "patience": "stop after so many validations without a better one; 0: never",
    "save_every": "steps between checkpoints",
}


def parser() -> argparse.ArgumentParser:
    main = argparse.ArgumentParser("core.training", description=STORY, formatter_class=argparse.RawTextHelpFormatter)
    commands = main.add_subparsers(dest="command", required=True)

    def command(name: str, does: str) -> argparse.ArgumentParser:
        one = commands.add_parser(
            name, help=does, description=does, formatter_class=argparse.ArgumentDefaultsHelpFormatter
        )
        one.add_argument("--threads", type=int, default=None, help="CPU threads; None: as many as torch likes")
        return one

    tokenizer = command("tokenizer", "Learn a byte-level BPE vocabulary from the training works.")
    tokenizer.add_argument("--corpus", type=Path, required=True, help="folder of texts")
    tokenizer.add_argument("--out", type=Path, required=True, help="folder for tokenizer.json")
    tokenizer.add_argument("--vocab-size", type=int, default=8192, help="number of tokens")

    training = command(
        "train", "Train a network. Stopped at any moment, even killed, it goes on where it was: the same command again."
    )
    training.add_argument("--corpus", type=Path, required=True, help="folder of texts")
    training.add_argument("--tokenizer", type=Path, required=True, help="folder with tokenizer.json")
    training.add_argument("--preset", choices=SHAPES, default="multi-head", help="the network's shape")
    training.add_argument("--out", type=Path, required=True, help="folder of the run: checkpoints, record, summary")
    training.add_argument(
        "--branch-from", type=Path, default=None, help="a run to go on from under these settings, in a new folder"
    )
    training.add_argument("--dropout", type=float, default=None, help="share of numbers dropped; None: the preset's")
    training.add_argument("--compile", action="store_true", help="torch.compile: slow to start, then faster on a GPU")
    training.add_argument("--quiet", action="store_true", help="no progress bar")
    for field in fields(Recipe):
        flag, choices = f"--{field.name.replace('_', '-')}", SCHEDULES if field.name == "schedule" else None
        default = None if field.name == "row_tokens" else field.default
        training.add_argument(
            flag, type=type(field.default), default=default, choices=choices, help=MEANINGS[field.name]
        )

    evaluating = command("evaluate", "Perplexity, bits per byte, speed, memory and samples on works never read.")
    evaluating.add_argument(
        "models", nargs="*", help="runs, exported folders, or names of models that come with the project"
    )
    evaluating.add_argument("--corpus", type=Path, required=True, help="folder of texts")
    evaluating.add_argument(
        "--split", choices=("validation", "test"), default="test", help="which works; never tune on test"
    )
    evaluating.add_argument("--stride", type=int, default=None, help="tokens between windows; None: half a window")
    evaluating.add_argument("--sample-tokens", type=int, default=200, help="length of each sample; 0: none")
    evaluating.add_argument("--ngram", action="store_true", help="Kneser-Ney 5-gram too, on the first model's tokens")
    evaluating.add_argument(
        "--compressors", action="store_true", help="gzip, xz and PPMd on the same works too: a minute"
    )
    evaluating.add_argument("--leakage", action="store_true", help="look for test passages in the other works")
    evaluating.add_argument("--json", action="store_true", help="print one JSON object")

    exporting = command("export", "Write a run's best network as a folder that load_model reads.")
    exporting.add_argument("model", help="a run, or an exported folder")
    exporting.add_argument("--out", type=Path, required=True, help="folder to write")
    exporting.add_argument(
        "--precision", choices=PRECISIONS, default="int8", help="float32, float16: transformers reads it too"
    )
    exporting.add_argument("--corpus", type=Path, default=None, help="measure the cost on its validation works")

    carding = command("card", "Write the model card, in both languages, from evaluation.json and the records.")
    carding.add_argument("folder", type=Path, help="core/weights")
    return main


def run_tokenizer(args: argparse.Namespace) -> None:
    trained = train_tokenizer(open_corpus(args.corpus).texts("train"), args.vocab_size, progress=sys.stderr.isatty())
    save_tokenizer(trained, args.out)


def run_train(args: argparse.Namespace) -> None:
    corpus, tokenizer = open_corpus(args.corpus), load_tokenizer(args.tokenizer / "tokenizer.json")
    config = replace(SHAPES[args.preset], vocab_size=tokenizer.get_vocab_size())
    if args.row_tokens is None:
        longest = config.context_length if isinstance(config, GPTConfig) else Recipe.row_tokens
        args.row_tokens = min(longest, Recipe.row_tokens)
    recipe = Recipe(**{field.name: getattr(args, field.name) for field in fields(Recipe)})
    if args.dropout is not None:
        check_probability("dropout", args.dropout)
        config = replace(config, dropout=args.dropout)
    ids = [encoded(corpus, tokenizer, split, END, args.tokenizer / "encoded") for split in ("train", "validation")]
    run = Run(args.out)
    with (
        run.alone() if int(os.environ.get("RANK", 0)) == 0 else nullcontext()
    ):  # one lock for all that `accelerate` launches
        if args.branch_from:
            run.branch(Run(args.branch_from), config, recipe)
        train(config, recipe, tokenizer, *ids, run, args.compile, progress=not args.quiet)


def run_evaluate(args: argparse.Namespace) -> None:
    corpus = open_corpus(args.corpus)
    if args.stride is not None:
        check_whole("stride", args.stride, low=1)
    check_whole("sample_tokens", args.sample_tokens)
    result = {"commit": commit(), "models": {}}
    for name in args.models:
        result["models"][name] = evaluate_apart(name, corpus, args.split, args.stride, args.sample_tokens)
    if args.ngram and args.models:
        result["ngram"] = evaluate_ngram(args.models[0], corpus, args.split)
    if args.compressors:
        result["compressors"] = compressors(corpus, args.split)
    if args.leakage:
        result["leaks"] = check_leakage(corpus)
    if args.json:
        print(json.dumps(result, ensure_ascii=False))
        return
    print(f"{'':28}{'bits/byte':>10}{'perplexity':>12}{'prefill/s':>11}{'decode/s':>10}{'memory MB':>11}{'cache B':>9}")
    for name, row in result["models"].items():
        cost = row["speed"]
        numbers = f"{cost['prefill_tokens_per_second']:11.0f}{cost['decode_tokens_per_second']:10.0f}"
        memory = f"{(cost['peak_memory_bytes'] or 0) / 1e6:11.0f}{cost['cache_bytes_per_token']:9}"
        print(f"{name[-27:]:28}{row['bits_per_byte']:10.4f}{row['perplexity']:12.2f}{numbers}{memory}")
    if "ngram" in result:
        print(f"{'Kneser-Ney 5-gram':28}{result['ngram']['bits_per_byte']:10.4f}{result['ngram']['perplexity']:12.2f}")
    for row in result.get("compressors", ()):
        name = row["compressor"] + (", after training" if row["after_training"] else "")
        print(f"{name:28}{row['bits_per_byte']:10.4f}")
    for row in (row for model in result["models"].values() for row in model.get("samples", ())):
        print(f"\ntemperature {row['temperature']}: repetition {row['repetition_4']}, distinct-2 {row['distinct_2']}")
        print("\n".join(f"  {text!r}" for text in row["texts"]))
    for leak in result.get("leaks", ()):
        print(
            f"{leak['work']} byte {leak['start']}: {leak['length']} bytes also in {leak['source']}: {leak['text'][:80]!r}"
        )
    if args.leakage:
        print(f"{len(result['leaks'])} passages of 200 bytes or more of a test work stand in the other works")


def run_export(args: argparse.Namespace) -> None:
    corpus = open_corpus(args.corpus) if args.corpus else None
    print(json.dumps(export(args.model, args.out, args.precision, corpus), indent=2))


def run_card(args: argparse.Namespace) -> None:
    for path in write_cards(args.folder):
        print(path)


def main(argv: list[str] | None = None) -> None:
    args = parser().parse_args(argv)
    try:
        if args.threads is not None:
            torch.set_num_threads(check_whole("threads", args.threads, low=1))
        globals()[f"run_{args.command}"](args)
    except (CorpusError, ModelFileError, RunError, ParameterError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
