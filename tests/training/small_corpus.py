"""A corpus that the tests make: sentences from a little grammar, in five works."""

import random
from pathlib import Path

WHO = ["a avó", "o menino", "a moça", "o doutor", "Capitu", "Bento", "o cão", "a vila"]
DID = ["viu", "ouviu", "esqueceu", "amava", "não quis", "perdeu", "achou", "contou a"]
WORKS = {"train": ("um.txt", "dois.txt", "três.txt"), "validation": ("quatro.txt",), "test": ("cinco.txt",)}


def text(seed: int, sentences: int = 400) -> str:
    draw = random.Random(seed)
    return "\n".join(f"— {draw.choice(WHO)} {draw.choice(DID)} {draw.choice(WHO)}." for _ in range(sentences))


def make(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (split, names) in enumerate(WORKS.items()):
        (folder / f"{split}.list").write_text("\n".join(names) + "\n", "utf-8")
        for place, name in enumerate(names):
            (folder / name).write_text(text(10 * seed + place), "utf-8")
    return folder
