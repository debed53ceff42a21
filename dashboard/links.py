"""Links of the lessons' own: `[núcleo](term:top-p)` leads to the glossary, `[cortes](lesson:top-k)` to a lesson."""

import re
from collections.abc import Callable

_LINK = re.compile(r"\[([^\]]+)\]\((term|lesson):([^)\s]+)\)")


def follow(text: str, write: Callable[[str, str, str], str]) -> str:
    """`text` with every such link written by `write(label, kind, name)`, as the surface at hand has it."""
    return _LINK.sub(lambda match: write(*match.groups()), text)
