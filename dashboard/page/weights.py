"""A model as a script that a page can load from anywhere, `file://` too, where a page may run files and not read them.

The script is one assignment of one string, `Amostra.packed.NAME = "…"`, in UTF-16 with its byte order mark, which says so
whatever a server says: a character of the string carries two bytes of a gzip file, where base64 would need 2.7 characters of
UTF-8. In the gzip file: the int8 weights as they are shipped, safetensors, with `config.json` and the tokenizer in the
metadata, as JSON. `core/model/bytes.js` reads it.
"""

import gzip
import json
from functools import cache

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core.models.language_model import WEIGHTS
from core.models.storage import INT8

MARK = 0xE000
_ESCAPED = np.zeros(2**16, bool)  # pairs of bytes that a string in a script cannot hold: halves of surrogate pairs, …
_ESCAPED[0xD800:0xE000] = True
_ESCAPED[[MARK, *map(ord, '"\\\n\r')]] = True


class WeightsError(ValueError):
    """A folder of `core/weights` that cannot be read; its only argument is the folder's name."""


@cache
def script(name: str = "embedded") -> bytes:
    """The file `model_NAME.js`, for a model of `core/weights`.

    Raises:
        WeightsError: a file of it is missing or damaged.
    """
    try:
        data = tensors(name)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise WeightsError(name) from error
    text = packed(gzip.compress(data, 9, mtime=0))
    before = f"((globalThis.Amostra ??= {{}}).packed ??= {{}})[{name!r}] = "
    return f'\ufeff{before}"{text}";\n'.encode("utf-16-le")


def tensors(name: str) -> bytes:
    """The weights with everything that the page's model needs beside them in their metadata."""
    folder = WEIGHTS / name
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if "model_type" not in config:
        raise ValueError(f"{folder / 'config.json'} names no model_type")
    told = {"config": config, "tokenizer": tokenizer(name)}
    # One entry: several are written in an order that changes from run to run.
    return save(load((folder / INT8).read_bytes()), {"model": json.dumps(told, ensure_ascii=False)})


def tokenizer(name: str) -> dict[str, str | list[str]]:
    """What `core/model/tokenizer.js` needs of a `tokenizer.json`, whose ids count through it.

    Raises:
        ValueError: a tokenizer of another kind than `core.training.tokenizer` makes.
    """
    told = json.loads((WEIGHTS / name / "tokenizer.json").read_text(encoding="utf-8"))
    special = [token["content"] for token in told["added_tokens"]]
    pairs = told["model"]["merges"]
    first, last = len(special), len(told["model"]["vocab"]) - len(pairs)
    tokens = sorted(told["model"]["vocab"], key=told["model"]["vocab"].get)
    if tokens[:first] != special or tokens[last:] != ["".join(pair) for pair in pairs] or last - first != 256:
        raise ValueError(f"{name}: the ids of the tokens are not in the order special tokens, bytes, merges")
    return {
        "special": special,
        "letters": "".join(tokens[first:last]),
        "merges": "\n".join(" ".join(pair) for pair in pairs),
    }


def packed(data: bytes) -> str:
    """Bytes as a text of one character for two of them, but for pairs that a script cannot hold: MARK and another.

    Before them stands how many bytes there are too many, "0" or "1".
    """
    pairs = np.frombuffer(data + bytes(len(data) % 2), "<u2")
    marked = _ESCAPED[pairs]
    characters = np.insert(pairs ^ np.where(marked, 0x8000, 0).astype("<u2"), np.flatnonzero(marked), MARK)
    return f"{len(data) % 2}{characters.astype('<u2').tobytes().decode('utf-16-le')}"
