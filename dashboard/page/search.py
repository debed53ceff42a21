"""What the search knows: the words of every page, heading by heading, as one plain script, since `file://` reads no other.

Formulas, programs, what an exercise offers and what it answers stay out: an excerpt gives nothing away.
"""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

from dashboard import lesson
from dashboard.cache import CACHE, fetch, store
from dashboard.language import current
from dashboard.page import document
from dashboard.page.document import Document

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
FORMULA = "…"
_SILENT_TAGS = frozenset(["script", "style", "template", "pre", "form", "nav", "button", "annotation"])
_SILENT = frozenset(["am-figure", "am-answer", "am-answers", "am-anchor", "am-facts", "am-live"])
_SPOKEN = frozenset({"am-title"})  # inside a silent element: the title of a figure
_APART = frozenset(["p", "li", "td", "th", "dt", "dd", "div", "h1", "h2", "h3", "h4", "tr", "caption", "summary"])


class _Entries(HTMLParser):
    """Collects [id, heading, text] for the page's head, each heading and each term of the glossary."""

    def __init__(self):
        super().__init__()
        self.entries: list[list[str]] = []
        self._open: list[tuple[str, bool, int]] = []  # tag, whether its words count, which field they go to
        self._field = 2

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        classes = set((told.get("class") or "").split())
        reading = not self._open or self._open[-1][1]
        if reading and classes & {"katex", "am-math"}:
            self._say(f" {FORMULA} ")
        if tag in VOID:
            return
        if tag == "h1" or (tag in ("h2", "h3", "dt") and told.get("id")):
            self.entries.append([told.get("id") or "", "", ""])
            self._field = 1
        elif tag in _APART or tag == "small":  # the smaller print beside a term belongs to its text
            self._field = 2 if tag == "small" else self._field
            self._say(" ")
        silent = tag in _SILENT_TAGS or bool(classes & (_SILENT | {"katex", "am-math"}))
        spoken = bool(classes & _SPOKEN) or (told.get("id") or "").endswith("-question")
        self._open.append((tag, spoken or (reading and not silent), self._field))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                break
        if tag in ("h1", "h2", "h3", "dt"):
            self._field = 2

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1][1]:
            self._say(data)

    def _say(self, text: str) -> None:
        if self.entries:
            self.entries[-1][self._field] += text


def entries(made: Document) -> list[list[str]]:
    """[id, heading, text] of every place of a page; the first is the page itself, its id empty."""
    reader = _Entries()
    reader.feed(made.html)
    return [[id, _plain(heading), _plain(text)] for id, heading, text in reader.entries]


def _plain(text: str) -> str:
    one_line = " ".join(text.split())
    return re.sub(rf"(?:{FORMULA} ?)+", f"{FORMULA} ", one_line).strip()


def documents() -> list[Document]:
    """Every page that can be searched, in the language in force."""
    return [document.of(one) for one in [*lesson.lessons(), *lesson.pages()]] + [document.terms()]


def script(address: Callable[[str, str, str], str | None]) -> str:
    """`Amostra.search.index` in the language in force: [[address, title, [[id, heading, text], …]], …]."""
    found = [[address("lesson", one, ""), title, places] for one, title, places in index()]
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", r"\u003c")
    return f"globalThis.Amostra ??= {{}};\n(Amostra.search ??= {{}}).index = {text};\n"


def index() -> list:
    """[slug, title, entries] of every page, kept on disk: most of the time goes into making pages that nobody has asked for yet."""
    with document.making:
        kept = CACHE / f"search.{current()}@{lesson.digest(lesson.home())}.json"
    if (found := fetch(kept)) is not None:
        return json.loads(found)
    made = [[one.slug, one.title, entries(one)] for one in documents()]
    store(kept, json.dumps(made, ensure_ascii=False))
    return made
