"""What each lesson holds, counted: `python -m dashboard.census` prints one Markdown row per lesson.

Words are those that a reader meets in prose, callouts, corrections, tables and exercises, formulas and code left out.
"""

import re
from collections import Counter
from dataclasses import dataclass, fields

from dashboard.blocks import (
    Block,
    Callout,
    Correction,
    Derivation,
    Exercise,
    Experiment,
    Figure,
    Fold,
    Mistake,
    Option,
    Prose,
    Table,
    opened,
)
from dashboard.language import LANGUAGES
from dashboard.lesson import Lesson, lessons, produce
from dashboard.minutes import SILENT

PROVED = re.compile(
    r"^> \*\*(?:(?!^> \*\*).)+?^\*(?:Prova|Proof|Contraexemplo|Counterexample)\b", re.DOTALL | re.MULTILINE
)

SPOKEN = (Prose, Table, Callout, Correction, Exercise, Experiment, Option, Mistake)
SILENT_FIELDS = ("id", "kind", "task", "given", "anchor", "code")


@dataclass(frozen=True)
class Census:
    """The blocks of one lesson in one language, counted."""

    words: int
    live: int  # figures with at least one control
    derivations: int
    proofs: int  # folded, or with their block-quoted statement, a counterexample's too
    exercises: dict[str, int]  # by kind, the bet and what is done on the model included
    figures: int
    described: int  # figures with alt text and a table
    instructor: int


def census(lesson: Lesson, lang: str) -> Census:
    """Count a lesson's blocks."""
    shown = list(produce(lesson, lang))
    found = list(opened(shown))
    figures = _of(found, Figure)
    return Census(
        words=sum(len(re.findall(r"\w+", SILENT.sub(" ", text))) for block in found for text in _texts(block)),
        live=sum(bool(figure.controls) for figure in figures),
        derivations=len(_of(found, Derivation)),
        proofs=sum(len(PROVED.findall(block.text)) for block in _of(shown, Prose))
        + sum(block.kind == "proof" for block in _of(shown, Fold)),
        exercises=dict(
            Counter([block.kind for block in _of(found, Exercise)] + ["experiment"] * len(_of(found, Experiment)))
        ),
        figures=len(figures),
        described=sum(bool(figure.alt and figure.rows and figure.columns) for figure in figures),
        instructor=sum(block.kind == "instructor" for block in _of(found, Callout)),
    )


def _of(blocks: list[Block], kind: type) -> list:
    return [block for block in blocks if isinstance(block, kind)]


def _texts(value) -> list[str]:
    """Every text of a block that is read as words; a figure's own are left out."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | dict):
        return [text for item in (value.values() if isinstance(value, dict) else value) for text in _texts(item)]
    if isinstance(value, SPOKEN):
        return [
            text
            for field in fields(value)
            if field.name not in SILENT_FIELDS
            for text in _texts(getattr(value, field.name))
        ]
    return []


def table() -> str:
    """Every lesson as a row of Markdown."""
    lines = [
        "| lesson | words PT | words EN | live charts | derivations | proofs | exercises | figures with alt text | minutes |",
        "|---|---:|---:|---:|---:|---:|---|---:|---:|",
    ]
    for one in lessons():
        pt, en = (census(one, lang) for lang in LANGUAGES)
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(pt.exercises.items()))
        lines.append(
            f"| {one.path.stem} | {pt.words} | {en.words} | {pt.live} | {pt.derivations} | {pt.proofs} | {kinds} "
            f"| {pt.described} of {pt.figures} | {one.minutes} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
