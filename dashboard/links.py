"""Links of the lessons' own: `[núcleo](term:top-p)` leads to the glossary, `[cortes](lesson:top-k)` to a lesson or a page
written like one, `[erro 12](lesson:errata#e12)` to a place in it, `[τ = 0](lesson:temperature?tau.tau=0#tau)` to a figure with
its controls set, `[Por dentro do modelo](tool:inside)` to a tool."""

import re
from collections.abc import Callable

from dashboard import lesson
from dashboard.language import glossary

TOOLS = ("lab", "generation", "inside")  # each has a page of its own
PAGES = ("home", "glossary", "quiz", "review")  # not written as lessons are
_LINK = re.compile(r"\[([^\]]+)\]\((term|lesson|tool):([^)\s]+)\)")
_WRITTEN = re.compile(r'<a href="(term|lesson|tool):([^"?#]+)([?#][^"]*)?"([^>]*)>(.*?)</a>', re.DOTALL)
_EXERCISES = re.compile(r'data-exercises="(exercises):([^"]+)"')


class LinkError(ValueError):
    """Prose links to a term, a lesson or a tool that does not exist."""


def follow(text: str, write: Callable[[str, str, str], str]) -> str:
    """`text` in Markdown with every such link written by `write(label, kind, name)`."""
    return _LINK.sub(lambda match: write(*match.groups()), text)


def checked(text: str) -> str:
    """Markdown as it is. Raises LinkError where a link leads to what is not there."""
    for _, kind, name in _LINK.findall(text):
        known = _known(kind)
        if re.split("[?#]", name, maxsplit=1)[0] not in known:
            raise LinkError(f"no {kind} {name!r}; there are: {', '.join(known)}")
    return text


def _known(kind: str) -> list[str]:
    if kind == "term":
        return list(glossary())
    return list(TOOLS) if kind == "tool" else [*PAGES, *(one.slug for one in [*lesson.lessons(), *lesson.pages()])]


def addressed(html: str, write: Callable[[str, str, str], str | None]) -> str:
    """A page's HTML with its own links as a surface has them.

    `write(kind, name, rest)` gives the address, `rest` with its "?", its "#" or ""; None leaves the words without a link.
    Of kind "exercises" it gives where the file with a lesson's exercises is.
    """

    def one(match: re.Match) -> str:
        address = write(match[1], match[2], match[3] or "")
        return match[5] if address is None else f'<a href="{address}"{match[4]}>{match[5]}</a>'

    html = _EXERCISES.sub(lambda match: f'data-exercises="{write(match[1], match[2], "")}"', html)
    return _WRITTEN.sub(one, html)
