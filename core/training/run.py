"""The folder of a training run, and what is in it.

run.json                 the shape, the recipe and what was read: the same command again continues the run
tokenizer.json           the run's own copy
checkpoint.safetensors   everything that the next step depends on
best.safetensors         the network where validation was best
lock                     held by the process that trains here
record.jsonl             one line per step {step, loss, …} and per validation {step, validation_bits_per_byte, …}
summary.json             where it stands: best step, figures, time
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from tokenizers import Tokenizer

from ..models.feedforward import FeedForwardConfig
from ..models.gpt import GPTConfig
from ..models.language_model import LocalModel, load_tokenizer
from ..models.storage import ModelFileError, build, configuration, describe, read, write_atomically
from .checkpoint import load_checkpoint
from .presets import Recipe

ORDER = ("batch_tokens", "row_tokens", "seed")  # what the order of the text follows from


class RunError(ValueError):
    """A run folder that cannot go on as asked."""


class Run:
    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.checkpoint, self.best = self.folder / "checkpoint.safetensors", self.folder / "best.safetensors"
        self.record, self.summary = self.folder / "record.jsonl", self.folder / "summary.json"
        self.settings = self.folder / "run.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder's lock; the system lets go of it when the process ends, however it ends.

        Raises:
            RunError: another process trains in this folder.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / "lock", timeout=0):
                yield
        except Timeout as error:
            raise RunError(
                f"{self.folder}: another training runs here; wait for it, or choose another folder"
            ) from error

    def start(
        self, config: GPTConfig | FeedForwardConfig, recipe: Recipe, tokenizer: Tokenizer, ids: np.ndarray
    ) -> None:
        """Write down what this run is, or check that the folder holds the same run.

        Raises:
            RunError: the folder holds a run with other settings; it says which.
        """
        settings = {
            "config": describe(config),
            "recipe": asdict(recipe),
            "tokens": len(ids),
            "tokens_sha256": hashlib.sha256(ids.tobytes()).hexdigest(),
        }
        if self.settings.exists():
            before = flat(self.described())
            others = [
                f"{name} was {before.get(name)!r}"
                for name, value in flat(settings).items()
                if before.get(name) != value
            ]
            if others:
                raise RunError(
                    f"{self.folder} holds a run with other settings ({'; '.join(others)}): choose another folder"
                )
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self.folder / "tokenizer.json", tokenizer.to_str().encode())
        write_atomically(self.settings, (json.dumps(settings, indent=2) + "\n").encode())

    def described(self) -> dict:
        """`run.json`.

        Raises:
            ModelFileError: it is not there, or no longer what was written.
        """
        try:
            described = json.loads(read(self.settings))
            described["config"], described["recipe"]
        except (ValueError, TypeError, KeyError) as error:
            if isinstance(error, ModelFileError):
                raise
            raise ModelFileError(
                self.settings, f"not the settings of a run ({error}); put a copy back, or choose another folder"
            ) from error
        return described

    def branch(self, trunk: "Run", config: GPTConfig | FeedForwardConfig, recipe: Recipe) -> None:
        """Begin where `trunk` stands, under another recipe: its constant learning rate, say, and from there down to zero.

        Does nothing in a folder that holds a run already.

        Raises:
            ModelFileError: the trunk's folder holds no run.
            RunError: the trunk has no checkpoint, or another network or order of the text.
        """
        if self.settings.exists():
            return
        before = trunk.described()
        here = {"config": describe(config), "recipe": asdict(recipe)}
        same = [before["config"] == here["config"], *(before["recipe"][name] == here["recipe"][name] for name in ORDER)]
        if not all(same) or not trunk.checkpoint.exists():
            raise RunError(
                f"{trunk.folder}: a branch needs a checkpoint, and the same preset, dropout and {', '.join(ORDER)}"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (trunk.best, trunk.record, trunk.checkpoint):
            if path.exists():
                write_atomically(self.folder / path.name, path.read_bytes())

    def lines(self) -> list[dict]:
        """The record; a last line that a crash cut short is left out.

        Raises:
            ModelFileError: another line is not what was written.
        """
        if not self.record.exists():
            return []
        lines = []
        for number, text in enumerate(self.record.read_text("utf-8", "replace").split("\n")[:-1], start=1):
            try:
                line = json.loads(text)
                line["step"]
            except (ValueError, TypeError, KeyError) as error:
                raise ModelFileError(
                    self.record, f"line {number} is no record of a step; take that line out"
                ) from error
            lines.append(line)
        return lines

    def forget_after(self, step: int) -> None:
        """Keep the record of steps before `step`, and of validations up to it."""
        kept = [line for line in self.lines() if line["step"] < step or (line["step"] == step and "loss" not in line)]
        write_atomically(self.record, "".join(json.dumps(line) + "\n" for line in kept).encode())

    def append(self, lines: list[dict]) -> None:
        with open(self.record, "a") as file:
            file.write("".join(json.dumps(line) + "\n" for line in lines))

    def summarise(self, **figures) -> None:
        write_atomically(self.summary, (json.dumps(figures, indent=2) + "\n").encode())

    def model(self) -> LocalModel:
        """The best network of the run, ready to use.

        Raises:
            ModelFileError: the folder holds no run.
            RunError: the run has not been validated yet.
        """
        described = self.described()["config"]
        if not self.best.exists():
            raise RunError(f"{self.folder}: no validation yet, so no best network")
        network = build(configuration(described))
        load_checkpoint(self.best, network, [])
        tokenizer = load_tokenizer(self.folder / "tokenizer.json")
        return LocalModel(self.folder.name, network.eval().requires_grad_(False), tokenizer, described["eos_token_id"])


def flat(settings: dict, prefix: str = "") -> dict:
    """{"a": {"b": 1}} to {"a.b": 1}."""
    out = {}
    for name, value in settings.items():
        out |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return out
