"""Links of the lessons' own: `[núcleo](term:top-p)` leads to the glossary, `[cortes](lesson:top-k)` to a lesson,
`[erratas](lesson:errata#provas)` to a place in it by its anchor, and `[Por dentro do modelo](tool:inside)`, where there is an
app, to one of its tools."""

import re
from collections.abc import Callable

TOOLS = ("lab", "generation", "inside")  # pages of the app alone
_LINK = re.compile(r"\[([^\]]+)\]\((term|lesson|tool):([^)\s]+)\)")


def follow(text: str, write: Callable[[str, str, str], str]) -> str:
    """`text` with every such link written by `write(label, kind, name)`, as the surface at hand has it."""
    return _LINK.sub(lambda match: write(*match.groups()), text)
