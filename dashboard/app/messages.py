"""The one way to put a value into what a page says: text and values apart, every value shown as it is.

    st.warning(message("lab.bad.number", line=3, text=typed))

Streamlit reads what it is given as Markdown, with formulas, emoji, colours, icons and pictures. A value may come from a
visitor, a link, a file or a server, so it goes in as Markdown code, in which nothing means anything; a number goes in as
it is. What is Markdown on purpose, a lesson's text say, is `Words`.
"""

import re

from dashboard.language import say

LONGEST = 200  # characters of a value

_NUMBER = re.compile(r"(?:< )?[−-]?\d+(?:[.,\u00a0]\d+)*(?:e[−-]?\d+)?%?")
_SEEN = str.maketrans({"\n": "↵", "\r": "", "\v": "↵", "\f": "↵", "\x85": "↵", "\u2028": "↵", "\u2029": "↵", "\0": "␀"})


class Words(str):
    """Markdown of the project's own: shown as Markdown."""

    __slots__ = ()


def message(key: str, **values: object) -> Words:
    """An interface string from the catalog with its placeholders filled; a value that is not `Words` is shown as it is."""
    return Words(
        say(key, **{name: value if isinstance(value, Words) else literal(value) for name, value in values.items()})
    )


def plain(key: str, **values: object) -> str:
    """The same for who shows text as it is."""
    return say(key, **{name: _cut(str(value).translate(_SEEN)) for name, value in values.items()})


def literal(value: object) -> Words:
    """A value as Markdown that shows it: a number plainly, anything else as code; a long one is cut."""
    text = str(value).translate(_SEEN)
    if _NUMBER.fullmatch(text):
        return Words(text)
    text = _cut(text)
    # Streamlit changes this one before it reads the Markdown, in code too: the slash goes in by its number.
    return Words("&#47;".join(map(_code, text.replace(":material/", ":material\0").split("\0"))))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _code(text: str) -> str:
    """Fenced by more backticks than it holds in a row; of text with a space at both ends Markdown takes one off each."""
    fence = "`" * (1 + max(map(len, re.findall("`*", text))))
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text or ' '}{pad}{fence}"
