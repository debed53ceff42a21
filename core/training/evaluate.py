"""The figures of a model on works it has never read, and of counting n-grams beside it."""

import subprocess
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import reduce
from multiprocessing import get_context
from operator import add
from pathlib import Path

import torch

from ..generation import generate
from ..models.language_model import LocalModel, load_model
from ..params import SamplingParams
from ..steps import text_of
from .corpus import Corpus, encode_works
from .leakage import leaks
from .ngram import KneserNey
from .run import Run
from .scores import Score, distinct, repetition, score, score_ngram, window_length
from .speed import speed

PROMPTS = ("Era uma vez", "Naquela manhã,", "— Senhora, disse ele,", "A casa ficava", "Meu caro amigo,")
TEMPERATURES = (0.5, 0.7, 1.0, 1.3)


def open_model(name: str | Path) -> LocalModel:
    """The best network of a training run, or what `load_model` finds under the name."""
    return Run(name).model() if (Path(name) / "run.json").exists() else load_model(name)


def figures(works: dict[str, Score]) -> dict:
    """All works together and each alone."""
    total = reduce(add, works.values())
    each = {name: round(part.bits_per_byte, 4) for name, part in works.items()}
    return {
        "bits_per_byte": round(total.bits_per_byte, 5), "perplexity": round(total.perplexity, 3),
        "tokens": total.tokens, "bytes": total.bytes, "works": each,
    }  # fmt: skip


def samples(model: LocalModel, tokens: int = 200) -> list[dict]:
    """For each temperature (top-p 0.9): repetition and distinct-n, averaged over the prompts, and the texts."""
    table = []
    for temperature in TEMPERATURES:
        params = SamplingParams(temperature=temperature, top_p=0.9)
        asked = {"max_new_tokens": tokens, "alternatives": 0}
        steps = [list(generate(model, prompt, params, seed=seed, **asked)) for seed, prompt in enumerate(PROMPTS)]
        drawn = [[step.token_id for step in one] for one in steps]
        row = {"temperature": temperature, "top_p": 0.9, "repetition_4": mean(map(repetition, drawn))}
        row |= {f"distinct_{n}": mean(distinct(ids, n) for ids in drawn) for n in (1, 2, 3)}
        row["texts"] = [prompt + text_of(one) for prompt, one in zip(PROMPTS, steps, strict=True)]
        table.append(row)
    return table


def mean(values) -> float:
    values = list(values)
    return round(sum(values) / len(values), 4)


def evaluate(
    name: str, corpus: Corpus, split: str = "test", stride: int | None = None, sample_tokens: int = 200
) -> dict:
    """Every figure of one model; memory first, before anything else has used any."""
    model = open_model(name)
    cost = speed(model)
    works = {
        work: score(model, text, stride) for work, text in zip(corpus.works[split], corpus.texts(split), strict=True)
    }
    length = window_length(model)
    result = {"parameters": sum(p.numel() for p in model.network.parameters()), "vocab_size": model.vocab_size}
    result |= {"split": split, "window": length, "stride": min(stride or length // 2, length)}
    result |= figures(works) | {"speed": cost}
    return result | ({"samples": samples(model, sample_tokens)} if sample_tokens else {})


def evaluate_apart(name: str, corpus: Corpus, split: str, stride: int | None, sample_tokens: int) -> dict:
    """`evaluate` in a process of its own, so that one model's peak memory is not another's."""
    threads = torch.get_num_threads()
    with ProcessPoolExecutor(1, get_context("spawn"), torch.set_num_threads, (threads,)) as pool:
        return pool.submit(evaluate, name, corpus, split, stride, sample_tokens).result()


def evaluate_ngram(name: str, corpus: Corpus, split: str = "test", order: int = 5) -> dict:
    """The interpolated Kneser–Ney model of the training works, over the tokens of the model `name`."""
    model = open_model(name)
    ngram = KneserNey(encode_works(model.tokenizer, corpus.texts("train"), model.eos_token_id), model.vocab_size, order)
    texts = zip(corpus.works[split], corpus.texts(split), strict=True)
    works = {work: score_ngram(ngram, model, text) for work, text in texts}
    return {"order": order, "ngrams": sum(map(len, ngram.keys)), "split": split} | figures(works)


def check_leakage(corpus: Corpus) -> list[dict]:
    """Passages of 200 bytes or more of a test work that stand in a training or validation work."""
    by_name = {split: dict(zip(corpus.works[split], corpus.texts(split), strict=True)) for split in corpus.works}
    return [asdict(leak) for leak in leaks(by_name["test"], by_name["train"] | by_name["validation"])]


def commit() -> str | None:
    """The commit of this code, with "+" where files differ from it; None outside a repository."""
    try:
        said = subprocess.run(
            ["git", "describe", "--always", "--abbrev=40", "--dirty=+", "--exclude=*"],
            cwd=Path(__file__).parent, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.strip()
