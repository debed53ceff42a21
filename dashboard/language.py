"""Two languages: the catalog of interface strings, the reader's number format, the glossary.

The language in force is a context variable, so that two visitors on two threads each keep theirs.
Lesson code writes its own words with `t(pt=..., en=...)`; the interface takes its words from `catalog.toml`
with `say("key")`. Numbers go through `number`, `percent` and `vector` and come out as the reader writes them.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale

LANGUAGES = {"pt": "pt-BR", "en": "en"}  # language: BCP 47 tag for <html lang>
NAMES = {"pt": "Português", "en": "English"}
ROOT = Path(__file__).resolve().parent.parent

_current: ContextVar[str | None] = ContextVar("language", default=None)
_default = "pt"


def current() -> str:
    """The language in force: "pt" or "en"."""
    return _current.get() or _default


def set_default(language: str) -> None:
    """The language where none was chosen: a notebook's, whose cells each run in a context of their own."""
    global _default
    _default = _known(language)


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    return language


def set_language(language: str) -> None:
    """Make `language` the one in force. Raises ValueError for a language the project does not speak."""
    _current.set(_known(language))


@contextmanager
def using(language: str) -> Iterator[None]:
    """Put `language` in force for a block."""
    token = _current.set(_known(language))
    try:
        yield
    finally:
        _current.reset(token)


def t(*, pt: str, en: str) -> str:
    """The text in the language in force: `t(pt="corte", en="cut")`."""
    return typeset({"pt": pt, "en": en}[current()])


_SETTING = re.compile(r"(?<![\w`$\\])([τθkpquN][₀-₉]?) = (?=[\d\[{])")


def typeset(text: str) -> str:
    """Keep a setting such as "τ = 0.5" on one line."""
    return _SETTING.sub("\\1\u00a0=\u00a0", text)


def quoted(text: str) -> str:
    """The text between the quotation marks of the language in force."""
    return t(pt=f"«{text}»", en=f"“{text}”")


@cache
def catalog() -> dict[str, dict[str, str]]:
    """The interface strings: {key: {"pt": ..., "en": ...}}."""
    return tomllib.loads((ROOT / "dashboard" / "catalog.toml").read_text(encoding="utf-8"))


def say(key: str, **values: object) -> str:
    """An interface string from the catalog, its placeholders filled. Raises KeyError for an unknown key.

    A key with ".one" added, where there is one, says the same of a `count` of 1.
    """
    single = f"{key}.one"
    key = single if str(values.get("count")) == "1" and single in catalog() else key
    return catalog()[key][current()].format(**values)


# Numbers -------------------------------------------------------------------------------------------------------------


@cache
def _symbols(language: str) -> dict[str, str]:
    symbols = Locale.parse(LANGUAGES[language], sep="-").number_symbols["latn"]
    return {"decimal": symbols["decimal"], "group": symbols["group"]}


def separators() -> dict[str, str]:
    """Decimal and grouping marks of the language in force: {"decimal": ",", "group": "."} in Portuguese."""
    return _symbols(current())


def number(value: float, digits: int = 4, *, tex: bool = False) -> str:
    """`value` with `digits` decimals in the reader's format. With `tex`, fit for a formula: `0{,}8310`.

    Whole numbers given as `int` keep no decimals; infinities print as ∞; a minus is U+2212 outside formulas.
    """
    if isinstance(value, bool) or value is None:
        raise TypeError(f"not a number: {value!r}")
    value = value if isinstance(value, int) else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            raise ValueError("a page must not show NaN")
        return ("-" if value < 0 else "") + r"\infty" if tex else ("−" if value < 0 else "") + "∞"
    plain = f"{value:,}" if isinstance(value, int) else f"{value:,.{digits}f}"
    if plain.startswith("-") and not plain.strip("-0.,"):  # -0.0000 is zero to the reader
        plain = plain[1:]
    marks = separators()
    swap = {",": marks["group"], ".": marks["decimal"], "-": "-" if tex else "−"}
    text = "".join(swap.get(character, character) for character in plain)
    return (
        "".join("{" + c + "}" if (c in ",." and c == marks["group"]) or c == "," else c for c in text) if tex else text
    )


def short(value: float, digits: int = 4, *, tex: bool = False) -> str:
    """Like `number`, without the zeros that say nothing: 0.5, 2, 0.0563."""
    if isinstance(value, int) or not math.isfinite(value):
        return number(value, tex=tex)
    trimmed = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    decimals = len(trimmed.partition(".")[2])
    return number(value, decimals, tex=tex) if decimals else number(round(value), tex=tex)


def percent(value: float, digits: int = 1, *, tex: bool = False) -> str:
    """A probability as a percentage: 0.831 -> "83,1%" in Portuguese; what is above zero but rounds to it -> "< 0,1%"."""
    unit = 10 ** (-digits - 2)
    if 0 < value < unit / 2:
        return ("< " if not tex else r"<\ ") + percent(unit, digits, tex=tex)
    return number(float(value) * 100, digits, tex=tex) + (r"\%" if tex else "%")


def probability(p: float) -> str:
    """A percentage that is never a false zero."""
    if p == 0:
        return "0%"
    return percent(p, 1 if p >= 0.01 else 2) if p >= 1e-4 else f"{p:.0e}".replace("-", "−")


def vector(values: Sequence[float], digits: int = 4, *, tex: bool = False, trim: bool = False) -> str:
    """Numbers in brackets; where the decimal mark is a comma, a semicolon separates them."""
    one = short if trim else number
    separator = (
        ("; " if separators()["decimal"] == "," else ", ")
        if not tex
        else (r";\ " if separators()["decimal"] == "," else r",\ ")
    )
    return "[" + separator.join(one(value, digits, tex=tex) for value in values) + "]"


def parse_number(text: str) -> float:
    """A number as the reader typed it: "0,83", "0.83", "83%" and "1/4" are all read.

    Raises ValueError when it is not one number.
    """
    if len(text) > 100:
        raise ValueError("too long for a number")
    plain = text.strip().replace("−", "-").replace(" ", "")
    if plain.endswith("%"):
        return parse_number(plain[:-1]) / 100
    top, slash, bottom = plain.partition("/")
    if slash:
        divisor = parse_number(bottom)
        if divisor == 0:
            raise ValueError(f"division by zero: {text!r}")
        value = parse_number(top) / divisor
    else:
        value = float(plain.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(f"not a finite number: {text!r}")
    return value


# Glossary ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """One entry of `lessons/glossary.toml`, the single authority on terms."""

    id: str
    term: dict[str, str]
    meaning: dict[str, str]
    source: str = ""
    avoid: dict[str, list[str]] | None = None


@cache
def glossary() -> dict[str, Term]:
    """The terms by id, in the file's order."""
    entries = tomllib.loads((ROOT / "lessons" / "glossary.toml").read_text(encoding="utf-8"))
    return {key: Term(id=key, **entry) for key, entry in entries.items()}
