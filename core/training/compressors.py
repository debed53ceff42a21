"""General compressors on the same works: what a program that knows no Portuguese makes of them, in bits per byte.

A language model and a compressor do the same thing: −log₂ p bits for what comes next. "after training" first gives the
compressor the training works and counts what the new ones add, which is the fair comparison with a trained model.
"""

import gzip
import lzma
from collections.abc import Callable

import pyppmd

from .corpus import Corpus


def ppmd(order: int) -> Callable[[bytes], int]:
    """The size after PPMd (variant H): Cleary & Witten's prediction by partial matching, up to `order` bytes back."""
    return lambda data: len(pyppmd.compress(data, max_order=order, mem_size=1 << 30, variant="H"))


ALONE = {
    "gzip -9": lambda data: len(gzip.compress(data, 9, mtime=0)),
    "xz -9e": lambda data: len(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME)),
    "PPMd order 6": ppmd(6),
}
AFTER_TRAINING = {"PPMd order 6": ppmd(6), "PPMd order 10": ppmd(10)}


def compressors(corpus: Corpus, split: str = "test") -> list[dict]:
    """Bits per byte of the works of a split, all in a row."""
    new, known = ("".join(corpus.texts(name)).encode() for name in (split, "train"))
    rows = [(name, False, size(new)) for name, size in ALONE.items()]
    rows += [(name, True, size(known + new) - size(known)) for name, size in AFTER_TRAINING.items()]
    return [
        {"compressor": name, "after_training": after, "bits_per_byte": round(8 * size / len(new), 4)}
        for name, after, size in rows
    ]
