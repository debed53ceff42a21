"""What the lessons' exercises on the page's model ask for in the same way: a sentence, a head."""

import json

from dashboard.blocks import Entry
from dashboard.language import ROOT, say


def sentence(value: str, longest: int = 120) -> Entry:
    """A sentence that the reader may change, as `text`."""
    return Entry("text", say("experiment.sentence"), value, longest=longest)


def beginning(value: str) -> Entry:
    """The beginning of a text, as `text`."""
    return Entry("text", say("experiment.beginning"), value)


def head() -> list[Entry]:
    """One head of the page's model, as `block` and `head`, both counted from 1."""
    shape = json.loads((ROOT / "core" / "weights" / "embedded" / "config.json").read_text(encoding="utf-8"))
    asked = (("block", shape["n_layer"]), ("head", shape["n_head"]))
    choose = {"": say("experiment.choose")}
    return [
        Entry(name, say(f"experiment.{name}"), "", choose | {str(i): str(i) for i in range(1, most + 1)})
        for name, most in asked
    ]


def one_of(name: str, label: str, options: dict[str, str]) -> Entry:
    """One of several, the first chosen at the beginning."""
    return Entry(name, label, next(iter(options)), options)
