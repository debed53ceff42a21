"""The model card in both languages: every number in it is read from `evaluation.json` and from the training's record."""

import csv
import json
from dataclasses import fields
from functools import partial
from itertools import compress
from pathlib import Path
from string import Template

from .corpus import SPLITS
from .presets import Recipe

LANGUAGES = {"en": "README.md", "pt": "README.pt-BR.md"}
TEMPLATES = Path(__file__).parent / "cards"
NAMES = {  # a folder of weights: what it is called
    "embedded": {"en": "embedded GPT (`embedded`)", "pt": "GPT embutido (`embedded`)"},
    "multi-head": {"en": "multi-head GPT (`multi-head`)", "pt": "GPT multicabeças (`multi-head`)"},
    "grouped-query": {
        "en": "grouped-query GPT (`grouped-query`)",
        "pt": "GPT com consultas agrupadas (`grouped-query`)",
    },
    "feed-forward": {"en": "feed-forward model (`feed-forward`)", "pt": "modelo feed-forward (`feed-forward`)"},
}
AFTER = {"en": " after the training text", "pt": " depois do texto de treino"}
NGRAM = {"en": "Kneser–Ney 5-gram, same tokens", "pt": "5-gramas de Kneser–Ney, mesmos tokens"}
EVERY = 10  # training steps per point of a record's curve


def write_cards(folder: Path) -> list[Path]:
    """Write README.md and README.pt-BR.md of a folder of weights from its `evaluation.json`, `*/training.json` and `corpus.csv`.

    Raises:
        OSError: one of them is not there.
    """
    evaluation = json.loads((folder / "evaluation.json").read_text("utf-8"))
    training = json.loads((folder / "embedded" / "training.json").read_text("utf-8"))
    paths = []
    for lang, name in LANGUAGES.items():
        template = Template((TEMPLATES / f"{lang}.md").read_text("utf-8"))
        told = values(evaluation, training, lang) | data_section(folder / "corpus.csv", lang)
        (folder / name).write_text(template.substitute(told), "utf-8")
        paths.append(folder / name)
    return paths


def values(evaluation: dict, training: dict, lang: str) -> dict[str, str]:
    """What the templates ask for, in a language's number format."""

    number = partial(written, lang)
    best, summary, recipe = evaluation["models"]["embedded"], training["summary"], training["recipe"]
    tokens = summary["best_step"] * recipe["batch_tokens"]
    rows = [
        f"| {NAMES[name][lang]} | {number(row['parameters'])} | {number(row['bits_per_byte'], 3)} | {number(row['perplexity'], 1)} "
        f"| {number(row['speed']['prefill_tokens_per_second'])} | {number(row['speed']['decode_tokens_per_second'])} "
        f"| {number(row['speed']['peak_memory_bytes'] / 2**20)} | {number(row['speed']['cache_bytes_per_token'])} |"
        for name, row in evaluation["models"].items()
    ]
    ngram = evaluation["ngram"]
    rows.append(
        f"| {NGRAM[lang]} | — | {number(ngram['bits_per_byte'], 3)} | {number(ngram['perplexity'], 1)} | — | — | — | — |"
    )
    rows += [
        f"| {row['compressor']}{AFTER[lang] if row['after_training'] else ''} | — | {number(row['bits_per_byte'], 3)} | — | — | — | — | — |"
        for row in evaluation["compressors"]
    ]
    variety = [
        f"| {number(row['temperature'], 1)} | {number(100 * row['repetition_4'], 1)}% | {number(row['distinct_1'], 3)} "
        f"| {number(row['distinct_2'], 3)} | {number(row['distinct_3'], 3)} |"
        for row in best["samples"]
    ]
    texts = [
        f"**τ = {number(row['temperature'], 1)}, top-p {number(row['top_p'], 1)}**\n\n"
        + "\n\n".join("> " + text.strip().replace("\n", "\n> ") for text in row["texts"])
        for row in best["samples"]
        if row["temperature"] in (0.7, 1.0)
    ]
    return {
        "parameters": number(best["parameters"]),
        "vocabulary": number(best["vocab_size"]),
        "shape": ", ".join(
            f"{name} {training['config'][name]}" for name in ("n_layer", "n_head", "n_embd", "n_positions")
        ),
        "steps": number(summary["best_step"]),
        "batch_tokens": number(recipe["batch_tokens"]),
        "tokens": number(tokens / 1e6, 1),
        "train_tokens": number(training["tokens"] / 1e6, 2),
        "epochs": number(tokens / training["tokens"], 2),
        "hours": number(summary["seconds"] / 3600, 1),
        "device": summary["device"],
        "threads": str(summary["threads"]),
        "flags": flags(recipe),
        "models": " ".join(evaluation["models"]),
        "muon_lr": number(recipe["muon_lr"], 3),
        "adam_lr": number(recipe["adam_lr"], 3),
        "weight_decay": number(recipe["weight_decay"], 2),
        "decay": number(100 * recipe["decay"]),
        "validation": number(summary["validation_bits_per_byte"], 3),
        "test": number(best["bits_per_byte"], 3),
        "ppmd": number(min(row["bits_per_byte"] for row in evaluation["compressors"]), 3),
        "cost": number(training["export"]["cost"], 4),
        "precision": training["export"]["precision"],
        "megabytes": number(training["export"]["weight_file_bytes"] / 1e6, 1),
        "leaks": number(len(evaluation["leaks"])),
        "commit": evaluation["commit"][:12],
        "table": "\n".join(rows),
        "variety": "\n".join(variety),
        "samples": "\n\n".join(texts),
    }


def flags(recipe: dict) -> str:
    """What the training command must be told for this recipe."""
    told = {f.name: recipe[f.name] for f in fields(Recipe) if recipe[f.name] != f.default}
    return " ".join(f"--{name.replace('_', '-')} {value}" for name, value in told.items())


def written(lang: str, value: float, digits: int = 0) -> str:
    """A number as the language writes it."""
    text = f"{value:,.{digits}f}"
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def data_section(path: Path, lang: str) -> dict[str, str]:
    """What the templates ask for of the works, from their list.

    The year is the edition's: a work published after its author's death was written before it.
    """
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    sizes = [int(row["bytes"]) for row in rows]
    years = [min(int(row["year"]), int(row["author_death_year"])) for row in rows if row["year"]]

    def share(chosen: list[bool], weights: list[int]) -> str:
        return written(lang, 100 * sum(compress(weights, chosen)) / sum(weights))

    brazilian = [row["variety"] == "pt-BR" for row in rows]
    machado = [row["author"].startswith("Machado de Assis") for row in rows]
    return {f"{split}_works": str(sum(row["split"] == split for row in rows)) for split in SPLITS} | {
        "works": str(len(rows)),
        "corpus_megabytes": written(lang, sum(sizes) / 1e6, 1),
        "last_death": max(row["author_death_year"] for row in rows),
        "first_year": str(min(years)),
        "last_year": str(max(years)),
        "brazilian": share(brazilian, [1] * len(rows)),
        "brazilian_bytes": share(brazilian, sizes),
        "machado": str(sum(machado)),
        "machado_bytes": share(machado, sizes),
    }


def curve(lines: list[dict], every: int = EVERY) -> dict[str, list]:
    """A run's record, thinned: mean training loss in nats over `every` steps, and every validation."""
    losses = [line for line in lines if "loss" in line]
    groups = [losses[i : i + every] for i in range(0, len(losses), every)]
    return {
        "training": [
            {"step": group[-1]["step"] + 1, "tokens": group[-1]["tokens"], "lr": round(group[-1]["lr"], 4),
             "loss": round(sum(line["loss"] for line in group) / len(group), 4)}
            for group in groups
        ],
        "validation": [
            {"step": line["step"], "bits_per_byte": round(line["validation_bits_per_byte"], 5), "seconds": line["seconds"]}
            for line in lines
            if "validation_bits_per_byte" in line
        ],
    }  # fmt: skip
