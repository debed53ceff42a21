"""A folder of texts, one work per file, and which works are for training, validation and test.

The folder holds UTF-8 `.txt` files and the lists `train.list`, `validation.list` and `test.list`, one file name per
line. A `MANIFEST.csv` (columns file, sha256, …), where there is one, says what each file must be. Whole works belong to
one list, so that no model is tested on the second half of a novel whose first half it has read.

The project's own texts are Portuguese prose and drama in the public domain; its manifest names author, year of death
and source of each work. They are not part of the repository: `python -m core.training` takes any folder of this form.
"""

import csv
import hashlib
import io
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from ..models.storage import write_atomically

SPLITS = ("train", "validation", "test")


class CorpusError(ValueError):
    """A corpus that cannot be used as it is; the message says which file and why."""


@dataclass(frozen=True)
class Corpus:
    """The works of a folder: `works[split]` are file names, in the order of the lists."""

    folder: Path
    works: dict[str, tuple[str, ...]]

    def texts(self, split: str) -> list[str]:
        """The works of a split, in NFC."""
        return [unicodedata.normalize("NFC", read_text(self.folder / name)) for name in self.works[split]]


def open_corpus(folder: str | Path) -> Corpus:
    """The corpus in a folder, checked: every file is there, in one list only, and as the manifest has it.

    Raises:
        CorpusError: what is wrong.
    """
    folder = Path(folder)
    works = {split: listed(folder / f"{split}.list") for split in SPLITS}
    names = [name for split in SPLITS for name in works[split]]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise CorpusError(f"{folder}: listed more than once: {', '.join(sorted(twice))}")
    hashes = manifest(folder / "MANIFEST.csv")
    for name in names:
        path = folder / name
        if not path.is_file():
            raise CorpusError(f"{path}: listed, but not there")
        if hashes and hashes.get(name) != hashlib.sha256(path.read_bytes()).hexdigest():
            raise CorpusError(f"{path}: not the file that MANIFEST.csv describes (SHA-256)")
    return Corpus(folder, works)


def listed(path: Path) -> tuple[str, ...]:
    if not path.is_file():
        raise CorpusError(f"{path}: missing; it names the files of this split, one per line")
    names = tuple(filter(None, map(str.strip, read_text(path).splitlines())))
    if not names:
        raise CorpusError(f"{path}: names no file; write at least one name, one per line")
    return names


def read_text(path: Path) -> str:
    """A file's text; a byte order mark before it is no part of it."""
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(f"{path}: not UTF-8 (byte {error.start}); save it again as UTF-8") from error


def manifest(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    rows = list(csv.DictReader(read_text(path).splitlines()))
    if rows and not {"file", "sha256"} <= rows[0].keys():
        raise CorpusError(f"{path}: its first line must name the columns file and sha256")
    return {row["file"]: row["sha256"] for row in rows}


def encode_works(tokenizer: Tokenizer, texts: list[str], end_of_text: int) -> np.ndarray:
    """All works as one array of ids, end-of-text before each and after the last: <e> work <e> work <e>."""
    pieces = [[end_of_text]]
    for encoding in tokenizer.encode_batch(texts, add_special_tokens=False):
        pieces += [encoding.ids, [end_of_text]]
    return np.concatenate([np.asarray(piece, dtype=np.int32) for piece in pieces])


def encoded(corpus: Corpus, tokenizer: Tokenizer, split: str, end_of_text: int, folder: Path) -> np.ndarray:
    """`encode_works` of a split, kept in `folder` under a name that the texts and the tokenizer fix: encoded once."""
    texts = corpus.texts(split)
    digest = hashlib.sha256(tokenizer.to_str().encode())
    for text in texts:
        digest.update(hashlib.sha256(text.encode()).digest())
    path = folder / f"{split}-{digest.hexdigest()[:16]}.npy"
    if not path.exists():
        buffer = io.BytesIO()
        np.save(buffer, encode_works(tokenizer, texts, end_of_text))
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, buffer.getvalue())
    return np.load(path)


class Batches:
    """Rows of `length` + 1 ids, each row of the corpus once per epoch, in an order that (seed, epoch) fixes.

    Every epoch cuts the text at a new random offset and shuffles the rows. A row is a function of its number alone, so
    training resumes anywhere by knowing how many rows it has read.
    """

    def __init__(self, ids: np.ndarray, length: int, seed: int):
        self.ids, self.length, self.seed = ids, length, seed
        self.rows_per_epoch = (len(ids) - 1) // length - 1  # one less: the offset takes up to one row
        if self.rows_per_epoch < 1:
            raise CorpusError(
                f"{len(ids)} training tokens are too few for rows of {length}; give more text or shorter rows"
            )
        self.epoch = -1

    def row(self, number: int) -> np.ndarray:
        """Row `number` = 0, 1, …, counted across epochs: (length + 1,) ids, each but the last predicting the next."""
        epoch, place = divmod(number, self.rows_per_epoch)
        if epoch != self.epoch:
            random = np.random.default_rng((self.seed, epoch))
            self.epoch, self.offset = epoch, int(random.integers(self.length))
            self.order = random.permutation(self.rows_per_epoch)
        start = self.offset + self.order[place] * self.length
        return self.ids[start : start + self.length + 1]

    def batch(self, numbers: range) -> np.ndarray:
        """(rows, length + 1)."""
        return np.stack([self.row(number) for number in numbers])
