"""An English vocabulary beside the embedded model's Portuguese one: as many tokens, learnt by the same program.

`python -m dashboard.recorded` learns it again from the English manuals of GNU programs (`/usr/share/info`) where they are
installed, and leaves the file as it is where they are not. Only the merges are kept, and a count of what was read.
"""

import gzip
import json
import re
from pathlib import Path

import numpy as np

from dashboard.recorded.files import arrays, document, save

MANUALS = Path("/usr/share/info")
PROSE = re.compile(r"^ {0,3}[A-Za-z'(][A-Za-z ,;:.'()-]{50,}$")  # a line of running text: no options, code or tables


def merges() -> list[tuple[int, int]]:
    """The merges as pairs of token ids, as `core.course.bpe.BPE` takes them."""
    return [tuple(pair) for pair in arrays("english")["merges"].tolist()]


def read() -> dict:
    """What it was learnt from: {"manuals": [names], "bytes": of running text}."""
    return {name: document("english")[name] for name in ("manuals", "bytes")}


def prose(path: Path) -> str:
    """The running text of a manual in info format."""
    text = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
    return "\n".join(line.strip() for line in text.splitlines() if PROSE.match(line))


def make() -> None:
    """Learn the vocabulary and keep it."""
    from core.course.bpe import BPE
    from core.training.tokenizer import train_tokenizer

    paths = sorted(MANUALS.glob("*.info*.gz"))
    if not paths:
        return save("english", read(), **arrays("english"))  # as it is, beside whatever weights there are now
    texts = [prose(path) for path in paths]
    vocabulary = BPE.from_json(json.loads(train_tokenizer(texts).to_str()))
    described = {
        "manuals": sorted({path.name.partition(".info")[0] for path in paths}),
        "bytes": sum(len(text.encode()) for text in texts),
    }
    save("english", described, merges=np.array(vocabulary.merges, np.uint16))
