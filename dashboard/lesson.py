"""Reads, checks and runs a lesson; hands out its blocks for a language.

A lesson is a jupytext script in the percent format. Prose cells carry `lang="pt"` or `lang="en"`; code cells
serve both languages and return blocks. `{{ expression | digits }}` in prose is evaluated in the lesson's namespace and
printed in the reader's number format, also inside formulas; no result is ever typed.

A cell with `fold="proof"`, "engines", "case" or "more" is shown folded. Its title is a heading in its first line or opening
words in italics that end with a point (`*Proof.*`); without either it has its kind's, or joins the fold right before it.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from types import CodeType

import jupytext

from dashboard import blocks, language, minutes, sources
from dashboard.blocks import Block, Fold, Prose
from dashboard.cache import CACHE, fetch, store
from dashboard.language import ROOT

LESSONS = ROOT / "lessons"
HOME = "home"  # the file whose blocks stand above the list of lessons
HEADER = ("part", "title", "summary", "prerequisites", "sources")
PAGE_HEADER = ("title", "summary", "sources")
FOLDS = ("proof", "engines", "case", "more")

_VALUE = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)
_FORMAT = re.compile(r"^(?P<expression>.+?)(?:\s\|\s*(?P<percent>%?)\s*(?P<digits>\d*))?$", re.DOTALL)
_TITLE = re.compile(r"(?:#{2,6} (?P<heading>[^\n]+)(?:\n+|$)|\*(?P<words>[^*\n]+)\.\*\s+)")
_MATH = re.compile(r"\$\$.+?\$\$|(?<!\\)\$[^$\n]+?(?<!\\)\$", re.DOTALL)

# KaTeX adds an invisible "apply function" to a named operator, and with it a subscript has two parts: no valid MathML.
NAMED_SUBSCRIPT = re.compile(r"_\s*(?:\{[^{}]*)?\\(?:max|min|sup|inf|lim|arg|log|ln|exp)(?![a-zA-Z])")


class LessonError(Exception):
    """Something is wrong with a lesson; the message names the file and the cell."""


@dataclass(frozen=True)
class Cell:
    """A cell of the script. `lang` is "" for code, `fold` where it is not folded."""

    index: int
    kind: str  # "markdown" or "code"
    source: str
    lang: str = ""
    anchor: str = ""
    fold: str = ""

    @property
    def titled(self) -> bool:
        """Whether the cell brings a title of its own, for a fold."""
        return self.kind == "markdown" and bool(_TITLE.match(self.source))


@dataclass(frozen=True)
class Lesson:
    """A lesson as written: header and cells."""

    path: Path
    slug: str
    header: dict
    cells: list[Cell]

    def text(self, key: str, lang: str | None = None) -> str:
        """A bilingual header entry in one language."""
        return self.header[key][lang or language.current()]

    @property
    def numbered(self) -> bool:
        """Whether this is a lesson of the course, not a reference page."""
        return self.path.stem[:2].isdigit()

    @property
    def anchors(self) -> list[str]:
        """The places that a link may name, in order: the same in both languages."""
        return list(dict.fromkeys(cell.anchor for cell in self.cells if cell.anchor))

    @cached_property
    def minutes(self) -> int:
        """How long a reader needs, what is folded left out: the same in both languages."""
        return minutes.rounded(max(minutes.estimate(self.cells).values()))


def paths() -> list[Path]:
    """The lesson files in reading order."""
    return sorted(LESSONS.glob("[0-9][0-9]_*.py"))


def page_paths() -> list[Path]:
    """The home and the reference pages, which are written as lessons are, without a number."""
    return sorted(LESSONS.glob("[a-z]*.py"))


def load(path: Path) -> Lesson:
    """Read a lesson and check its header and the kinds of its cells. Raises LessonError."""
    return _load(path, path.stat().st_mtime_ns)  # an author sees each save at once


@lru_cache(maxsize=64)
def _load(path: Path, _saved: int) -> Lesson:
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    header = notebook.metadata.get("amostra", {})
    numbered = path.stem[:2].isdigit()
    missing = [key for key in (HEADER if numbered else PAGE_HEADER) if key not in header]
    if missing:
        raise LessonError(f"{path.name}: the header lacks {', '.join(missing)}")
    cells = []
    for index, cell in enumerate(notebook.cells):
        lang = cell.metadata.get("lang", "")
        if cell.cell_type == "markdown" and lang not in language.LANGUAGES:
            raise LessonError(f'{path.name}, cell {index}: a prose cell needs lang="pt" or lang="en"')
        if cell.cell_type == "code" and lang:
            raise LessonError(f"{path.name}, cell {index}: a code cell serves both languages and has no lang")
        fold = cell.metadata.get("fold", "")
        if fold and fold not in FOLDS:
            raise LessonError(f'{path.name}, cell {index}: fold="{fold}" is none of {", ".join(FOLDS)}')
        cells.append(Cell(index, cell.cell_type, cell.source, lang, cell.metadata.get("anchor", ""), fold))
    slug = path.stem.partition("_")[2] if numbered else path.stem
    return Lesson(path, slug.replace("_", "-"), header, cells)


def lessons() -> list[Lesson]:
    """All lessons in reading order."""
    return [load(path) for path in paths()]


def parts() -> dict[int, list[Lesson]]:
    """The lessons of each part of the course, in reading order."""
    return {part: list(members) for part, members in groupby(lessons(), key=lambda lesson: lesson.header["part"])}


def pages() -> list[Lesson]:
    """All reference pages written as lessons are: the errata, the references, the timeline, how to run it with a class."""
    return [load(path) for path in page_paths() if path.stem != HOME]


def home() -> Lesson:
    """What stands on the home above the list of lessons."""
    return load(LESSONS / f"{HOME}.py")


# Running -------------------------------------------------------------------------------------------------------------


def fill(text: str, namespace: dict) -> str:
    """Prose with every `{{ expression | digits }}` replaced by its value in the reader's format."""
    formulas = [match.span() for match in _MATH.finditer(text)]

    def value(match: re.Match) -> str:
        parts = _FORMAT.match(match[1].strip())
        tex = any(start < match.start() < end for start, end in formulas)
        result = eval(parts["expression"], namespace)  # the lesson is our own code
        if isinstance(result, str):
            return result
        if hasattr(result, "tolist"):
            result = result.tolist()
        digits = int(parts["digits"]) if parts["digits"] else 4
        if isinstance(result, list | tuple):
            return language.vector(result, digits, tex=tex)
        if parts["percent"]:
            return language.percent(result, digits if parts["digits"] else 1, tex=tex)
        return language.number(result, digits, tex=tex)

    return language.typeset(_VALUE.sub(value, text))


def _split(source: str, name: str) -> tuple[CodeType, CodeType | None]:
    """A cell's statements, and its last expression where it has one."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    return (compile(tree, name, "exec"), compile(ast.Expression(last.value), name, "eval") if last else None)


def made(lesson: Lesson, lang: str) -> Iterator[tuple[Cell, list[Block]]]:
    """Run a lesson in one language, yielding each cell with the blocks that it makes, nothing folded."""
    namespace: dict = {"__name__": f"lesson_{lesson.slug}"}
    for cell in lesson.cells:
        if cell.kind == "markdown" and cell.lang != lang:
            continue
        name = f"{lesson.path.name}, cell {cell.index}"
        with language.using(lang), blocks.inside(lesson.slug):
            try:
                if cell.kind == "markdown":
                    output: object = Prose(fill(cell.source, namespace), cell.anchor)
                else:
                    statements, last = _split(cell.source, name)
                    exec(statements, namespace)
                    output = eval(last, namespace) if last else None
            except Exception as error:
                raise LessonError(f"{name} ({lang}): {type(error).__name__}: {error}") from error
        outputs = [block for block in (output if isinstance(output, list | tuple) else [output]) if block is not None]
        for block in outputs:
            if not isinstance(block, Block):
                raise LessonError(f"{name}: the last expression is a {type(block).__name__}, not a block")
        yield cell, outputs


def run(lesson: Lesson, lang: str) -> Iterator[tuple[Cell, Block]]:
    """Run a lesson in one language, yielding each block as soon as it is known, with the cell that made it.

    What stands before the first code cell needs no mathematics and is handed out before torch is imported.
    """
    number = 0
    fold: tuple[Cell, Fold] | None = None
    for cell, outputs in made(lesson, lang):
        if fold and (cell.fold != fold[1].kind or cell.titled):
            yield _whole(lesson, *fold)
            fold = None
        if not cell.fold:
            yield from ((cell, block) for block in outputs)
        elif fold:
            fold[1].blocks.extend(outputs)
        elif outputs:
            number += 1
            title, outputs = folded(cell.fold, outputs, lang)
            fold = cell, Fold(cell.fold, title, outputs, cell.anchor or f"fold-{number}")
    if fold:
        yield _whole(lesson, *fold)


def _whole(lesson: Lesson, cell: Cell, fold: Fold) -> tuple[Cell, Fold]:
    if not fold.blocks:
        raise LessonError(
            f"{lesson.path.name}, cell {cell.index}: the fold «{fold.title}» has nothing behind its title"
        )
    return cell, fold


def folded(kind: str, outputs: list[Block], lang: str) -> tuple[str, list[Block]]:
    """The title of a fold that begins with these blocks, and the blocks without it."""
    first = outputs[0] if outputs else None
    if isinstance(first, Prose) and (title := _TITLE.match(first.text)):
        rest = first.text[title.end() :]
        return title["heading"] or title["words"], [Prose(rest), *outputs[1:]] if rest else outputs[1:]
    with language.using(lang):
        return language.say(f"fold.{kind}"), list(outputs)


# The cache: a lesson's blocks depend on its text and on the code that makes them, and on nothing else -----------------


def digest(lesson: Lesson) -> str:
    """What a lesson's blocks depend on."""
    read = [lesson.path] if lesson.numbered else [lesson.path, *paths()]  # the references stand in the lessons
    return sources.digest(*(path.read_text(encoding="utf-8") for path in read), "from dashboard import lesson")


def produce(lesson: Lesson, lang: str) -> Iterator[Block]:
    """The lesson's blocks: from the cache when nothing changed since they were computed, else as they are computed."""
    kept = CACHE / f"{lesson.slug}.{lang}@{digest(lesson)}.json"
    if (stored := fetch(kept)) is not None:
        yield from blocks.from_json(json.loads(stored))
        return
    fresh = []
    for _, block in run(lesson, lang):
        fresh.append(block)
        yield block
    store(kept, json.dumps(blocks.to_json(fresh), ensure_ascii=False, allow_nan=False))
