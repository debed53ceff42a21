"""The Hugging Face models that the server's owner offers, and the one error of loading them."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("hub.toml")  # unless AMOSTRA_MODELS names another file; the format is told there
SIZES = {"bfloat16": 2, "float16": 2, "float32": 4}  # bytes per parameter


class HubError(RuntimeError):
    """A model that cannot be loaded.

    Attributes:
        reason: "not_listed", "bad_list", "no_gpu", "no_network", "no_weights" (missing, or not as safetensors),
            "not_enough_memory", "corrupt" (a file cut short, damaged, or not fitting the others) or "not_supported"
            (an architecture that this transformers does not have, or one that brings its own code).
        model: its name in the list; for "bad_list", the path of the list.
        detail: more, in English.
        needed, available: bytes, for "not_enough_memory"; otherwise None.
    """

    def __init__(self, reason: str, model: str, detail: str, needed: int | None = None, available: int | None = None):
        super().__init__(reason, model, detail, needed, available)
        self.reason, self.model, self.detail, self.needed, self.available = self.args

    def __str__(self) -> str:
        return f"{self.model}: {self.detail} ({self.reason})"


@dataclass(frozen=True)
class Listed:
    """An entry of the list; the file `hub.toml` says what each field means."""

    name: str
    parameters: int
    licence: str
    folder: str = ""
    revision: str | None = None
    needs_gpu: bool = False

    def __post_init__(self):
        for field, kind in (
            ("name", str),
            ("licence", str),
            ("folder", str),
            ("revision", str | None),
            ("needs_gpu", bool),
        ):
            if not isinstance(value := getattr(self, field), kind) or (
                field == "name" and not (value and value.isprintable())
            ):
                raise ValueError(f"{self.name!r}: {field} cannot be {value!r}")
        if type(self.parameters) is not int or not 0 < self.parameters <= 10**13:
            raise ValueError(f"{self.name!r}: parameters must be a whole number > 0; got {self.parameters!r}")

    def memory(self, dtype: str) -> int:
        """Bytes of the weights in "bfloat16", "float16" or "float32"."""
        return self.parameters * SIZES[dtype]


def listed() -> dict[str, Listed]:
    """What this server offers, by name, in the owner's order.

    Raises:
        HubError: "bad_list".
    """
    path = Path(os.environ.get("AMOSTRA_MODELS") or LIST)
    try:
        entries = [Listed(**entry) for entry in tomllib.loads(path.read_text(encoding="utf-8"))["model"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise HubError("bad_list", str(path), f"not a list of models ({error})") from error
    return {entry.name: entry for entry in entries}


def find(name: str) -> Listed:
    """The entry of this name.

    Raises:
        HubError: "not_listed" or "bad_list".
    """
    entries = listed()
    if name not in entries:
        raise HubError("not_listed", name, f"not offered by this server; offered: {', '.join(entries) or 'none'}")
    return entries[name]
