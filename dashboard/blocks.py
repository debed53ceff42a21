"""What a lesson cell may return: plain, frozen data in one language, ready for any surface.

A block knows nothing of Streamlit, Sphinx or Jupyter. Each surface has one function per block type
(`dashboard/app/render.py`, `dashboard/site/html.py`, `dashboard/notebooks.py`). Blocks survive a trip
through JSON unchanged (`to_json`, `from_json`), which is how a lesson's outputs are cached on disk.
"""

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar

from dashboard.language import parse_number

_lesson: ContextVar[str | None] = ContextVar("lesson", default=None)
_default_lesson = ""


def set_default_lesson(slug: str) -> None:
    """The lesson that blocks belong to outside `inside`: a notebook's."""
    global _default_lesson
    _default_lesson = slug


@contextmanager
def inside(lesson: str) -> Iterator[None]:
    """The lesson, by its slug, that the blocks made in here belong to."""
    token = _lesson.set(lesson)
    try:
        yield
    finally:
        _lesson.reset(token)


class Block:
    """Base of everything a lesson cell may return. In a notebook a block shows itself."""

    in_notebook: ClassVar[Callable[["Block"], dict[str, str]]] = staticmethod(lambda block: {"text/plain": repr(block)})

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return type(self).in_notebook(self)


@dataclass(frozen=True)
class Prose(Block):
    """Markdown text. `anchor` names the section it opens, the same in both languages."""

    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Table(Block):
    """A small table of finished strings; the first column holds the row headers."""

    columns: list[str]
    rows: list[list[str]]
    caption: str = ""

    def __post_init__(self):
        if len(set(self.columns)) < len(self.columns):
            raise ValueError(f"the columns of a table need different names: {self.columns}")  # the app cannot show it


@dataclass(frozen=True)
class Callout(Block):
    """A boxed remark. `kind` is "note", "engines", "instructor" or "misconception"."""

    kind: str
    title: str
    text: str


@dataclass(frozen=True)
class Correction(Block):
    """What the source says, what is right, and why, one row per claim."""

    rows: list[list[str]]  # [where, the source says, right]
    why: str


@dataclass(frozen=True)
class Step:
    """One line of a worked example: what is done, and the line itself in LaTeX."""

    text: str
    tex: str


@dataclass(frozen=True)
class Case:
    """One worked case of a derivation, such as one temperature."""

    label: str
    steps: list[Step]


@dataclass(frozen=True)
class Derivation(Block):
    """A calculation carried out to the last digit, once per case."""

    id: str
    title: str
    cases: list[Case]


@dataclass(frozen=True)
class Option:
    """A choice in an exercise with the feedback that belongs to it."""

    text: str
    feedback: str
    correct: bool = False


@dataclass(frozen=True)
class Mistake:
    """A wrong number that people arrive at, and what it shows."""

    value: float
    feedback: str


@dataclass(frozen=True)
class Feedback:
    """The verdict on an answer. `correct` is None when the answer could not be read."""

    correct: bool | None
    text: str


@dataclass(frozen=True)
class Exercise(Block):
    """A question with feedback for every answer.

    kind: "choice"; "bug" (a choice over the numbered lines of `code`); "predict" (a choice that is checked against
    a computed result, shown in `reveal`); "numeric" (`answer` within `tolerance`, with known `mistakes`);
    "bet" (a choice kept until an `Answer` block later in the lesson).

    `order` says where the options stand on a page: the i-th is `options[order[i]]`. It follows from the lesson and the id
    alone, so it is the same in both languages and at every visit, and tells nothing of the answer; the lines of a program
    keep their order.
    """

    id: str
    kind: str
    question: str
    options: list[Option] = field(default_factory=list)
    code: str = ""
    reveal: str = ""
    answer: float | None = None
    tolerance: float | None = None
    mistakes: list[Mistake] = field(default_factory=list)
    right: str = ""
    wrong: str = ""
    unreadable: str = ""
    order: list[int] = field(default_factory=list)

    def __post_init__(self):
        if not self.order:
            object.__setattr__(self, "order", self._places())  # the class is frozen
        if self.kind == "numeric":
            if self.answer is None or not self.tolerance or not self.right or not self.wrong:
                raise ValueError(f"exercise {self.id!r}: a numeric one needs answer, tolerance, right and wrong")
        elif self.kind not in ("choice", "bug", "predict", "bet"):
            raise ValueError(f"exercise {self.id!r}: unknown kind {self.kind!r}")
        elif sum(option.correct for option in self.options) != 1:
            raise ValueError(f"exercise {self.id!r}: exactly one option must be correct")

    def _places(self) -> list[int]:
        as_given = list(range(len(self.options)))
        if self.kind == "bug":
            return as_given
        name = f"{_lesson.get() or _default_lesson}/{self.id}"
        return sorted(as_given, key=lambda i: hashlib.sha256(f"{name}/{i}".encode()).digest())

    @property
    def right_option(self) -> Option:
        """The option that is correct."""
        return next(option for option in self.options if option.correct)

    def check(self, given: int | str) -> Feedback:
        """The verdict on an option's index, or on a number as the reader typed it."""
        if self.kind != "numeric":
            option = self.options[given]
            return Feedback(option.correct, "\n\n".join(filter(None, [option.feedback, self.reveal])))
        try:
            value = parse_number(given)
        except ValueError:
            return Feedback(None, self.unreadable)
        if abs(value - self.answer) <= self.tolerance:
            return Feedback(True, self.right)
        for mistake in self.mistakes:
            if abs(value - mistake.value) <= self.tolerance:
                return Feedback(False, mistake.feedback)
        return Feedback(False, self.wrong)


@dataclass(frozen=True)
class Answer(Block):
    """Opens the bet that the reader placed earlier."""

    bet: Exercise


@dataclass(frozen=True)
class Entry:
    """What a reader gives an experiment: a text of at most `longest` characters or, where there are `options`, one of them.

    `options` are values and what they are called; of several, "" stands first where nothing is chosen yet.
    """

    name: str
    label: str
    value: str = ""
    options: dict[str, str] = field(default_factory=dict)
    longest: int = 120


@dataclass(frozen=True)
class Experiment(Block):
    """An exercise that is done on the page's model: what is right is what the model does, and nobody has written it down.

    `task` is a function of `dashboard/page/experiments/`, which gets the `entries` and what is `given`, and tells an
    outcome: "met" where the goal is reached, "unfit" for what it cannot use, or another. `said` has words for each, in
    Markdown with the task's values as `{field|format}`; the picture of the result stands under `caption`.

    Raises:
        ValueError: no words for "met" or "unfit"; entries that together are too long for what the browser keeps.
    """

    id: str
    task: str
    question: str
    entries: list[Entry]
    said: dict[str, str]
    hint: str
    caption: str = ""
    given: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        if missing := {"met", "unfit"} - self.said.keys():
            raise ValueError(f"experiment {self.id!r} says nothing of {', '.join(sorted(missing))}")
        if (
            sum(entry.longest + 1 for entry in self.entries if not entry.options) > 190
        ):  # progress.js keeps 200 characters
            raise ValueError(f"experiment {self.id!r}: texts of more than 190 characters together")


@dataclass(frozen=True)
class Range:
    """A slider from `minimum` to `maximum` by `step`; `digits` decimals are shown. `name` is the chart's setting."""

    name: str
    label: str
    help: str
    value: float
    minimum: float = 0
    maximum: float = 1
    step: float = 1
    digits: int = 0

    def __post_init__(self):
        if not self.minimum <= self.value <= self.maximum:
            raise ValueError(f"control {self.name!r}: {self.value} is not from {self.minimum} to {self.maximum}")


@dataclass(frozen=True)
class Stops:
    """A slider over `values`, each with its words; ∞ is "inf", for which JSON has no number."""

    name: str
    label: str
    help: str
    value: float | str
    values: list[float | str]
    labels: list[str]

    def __post_init__(self):
        _check_choice(self)


@dataclass(frozen=True)
class Choice:
    """One of several named variants, `values`, each with its words."""

    name: str
    label: str
    help: str
    value: str
    values: list[str]
    labels: list[str]

    def __post_init__(self):
        _check_choice(self)


@dataclass(frozen=True)
class Switch:
    """On or off."""

    name: str
    label: str
    help: str
    value: bool


Input = Range | Stops | Choice | Switch


def _check_choice(control: Stops | Choice) -> None:
    if control.value not in control.values or len(control.values) != len(control.labels):
        raise ValueError(f"control {control.name!r}: {control.value!r} is not one of its {len(control.labels)} values")


@dataclass(frozen=True)
class Column:
    """A column of a figure's live table: a field of the chart's rows and its format ("text", "%1", "4")."""

    field: str
    label: str
    format: str = "text"


@dataclass(frozen=True)
class Figure(Block):
    """A live chart: data and settings, of which the page's `Amostra.charts[chart]` makes rows, and what is made of the rows.

    `picture` is a Vega specification over the named sets of rows, without arithmetic. `said` is a sentence and `describe`
    a description of the picture, as templates (`dashboard.charts.templates`); `labels` are fields that the picture writes,
    each by a template over its row. `columns` make the table. `alt` and `rows`, the description and the table as first
    drawn, are for readers without scripts. Made by `dashboard.charts.frame.figure`.
    """

    id: str
    title: str
    chart: str
    data: dict
    controls: list[Input]
    picture: dict
    columns: list[Column]
    said: str = ""
    describe: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    caption: str = ""
    alt: str = ""
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Merges(Block):
    """A text that the reader may change, cut into tokens one merge at a time by each of several vocabularies.

    `vocabularies` are merges as token ids, left and right by turns, under the names that a choice shows; `say` are the
    words of the page's script, and `rows` what it does to `text`, for readers without scripts: each merge of the first vocabulary.
    """

    id: str
    title: str
    text: str
    alt: str
    vocabularies: dict[str, list[int]]
    say: dict[str, str]
    columns: list[str]
    heads: list[str]
    rows: list[list[str]]
    caption: str = ""


@dataclass(frozen=True)
class Fold(Block):
    """What a first reading can do without, behind its title.

    `kind` is "proof", "engines" (tables of engines), "case" (a second worked case) or "more"; `id` is the place that links
    name, the same in both languages.
    """

    kind: str
    title: str
    blocks: list[Block]
    id: str = ""


def opened(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, those behind a fold in its place."""
    for block in blocks:
        yield from opened(block.blocks) if isinstance(block, Fold) else [block]


_TYPES = {
    cls.__name__: cls
    for cls in (
        Prose,
        Table,
        Callout,
        Correction,
        Step,
        Case,
        Derivation,
        Option,
        Mistake,
        Exercise,
        Answer,
        Entry,
        Experiment,
        Range,
        Stops,
        Choice,
        Switch,
        Column,
        Figure,
        Merges,
        Fold,
    )
}


def to_json(value: Any) -> Any:
    """Blocks, and lists and dicts of them, as JSON values; each block carries its type's name."""
    if dataclasses.is_dataclass(value):
        fields = {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"block": type(value).__name__, **fields}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value


def from_json(value: Any) -> Any:
    """The inverse of `to_json`."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, dict):
        fields = {key: from_json(item) for key, item in value.items() if key != "block"}
        return _TYPES[value["block"]](**fields) if "block" in value else fields
    return value
