"""The notebook surface: one executed `.ipynb` per lesson and language, and how a block shows itself in Jupyter.

A lesson already is a notebook; what is added here is a first cell that finds the project (and, where a repository address
is configured and the project is missing, as on Colab, fetches it), prose with its numbers filled in, and the figure script.
"""

import hashlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import singledispatch
from itertools import product
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dashboard import language, lesson, theme
from dashboard.blocks import (
    Answer,
    Block,
    Callout,
    Correction,
    Derivation,
    Exercise,
    Figure,
    Fold,
    Merges,
    Prose,
    Table,
    set_default_lesson,
    to_json,
)
from dashboard.language import LANGUAGES, ROOT, say
from dashboard.lesson import Cell, Lesson
from dashboard.links import follow
from dashboard.page.scripts import figure_script, merges_script
from dashboard.repository import clone_address
from dashboard.vega import vega
from dashboard.words import correction_columns, figure_words

_SETUP = """# {comment}
import subprocess, sys
from pathlib import Path

root = next((p for p in [Path.cwd(), *Path.cwd().parents] if (p / "dashboard" / "lesson.py").exists()), None)
if root is None:
    root, address = Path("amostra").resolve(), {address!r}
    if not address:
        raise SystemExit({missing!r})
    if not root.exists():
        subprocess.run(["git", "clone", "--depth=1", address, str(root)], check=True)
    needed = {needed!r}
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", *needed], check=True)
sys.path.insert(0, str(root))

from dashboard import notebooks

notebooks.start({lang!r}, {slug!r})"""

_FOLDED = {
    "collapsed": True,
    "jupyter": {"outputs_hidden": True},
}  # a code cell's fold: Jupyter opens its output at a click
_ON_COLAB = ("altair", "babel", "jupytext", "vl-convert-python")  # what Colab lacks; torch and numpy are there already


def start(lang: str, lesson: str) -> Block:
    """Put a language and a lesson in force for the whole notebook and hand out the script that draws the figures."""
    language.set_default(lang)
    set_default_lesson(lesson)
    return _Runtime()


class _Runtime:
    def _repr_html_(self) -> str:
        return f"<style>{theme.css()}{_sheet()}</style><script>{vega()}{figure_script()}{merges_script()}window.dispatchEvent(new Event('amostra-ready'));</script>"


def _sheet() -> str:
    return (ROOT / "dashboard" / "figure.css").read_text(encoding="utf-8")


# How a block shows itself --------------------------------------------------------------------------------------------


def mimebundle(block: Block) -> dict[str, str]:
    """What Jupyter displays for a block."""
    if isinstance(block, Figure | Merges):
        return {"text/html": _figure(block), "text/plain": f"{block.title}. {block.alt}"}
    return {"text/markdown": plain_links(markdown(block)), "text/plain": type(block).__name__}


Block.in_notebook = staticmethod(mimebundle)  # who starts a notebook imports this file


def plain_links(text: str) -> str:
    """Text without the links that only the app and the site can follow."""
    return follow(text, lambda label, kind, name: label)


def _figure(block: Figure | Merges) -> str:
    """The live figure; until its script runs, its description and its table."""
    name = f"am-{block.id}-{language.current()}"
    payload = json.dumps({"figure": to_json(block), "words": figure_words()}, ensure_ascii=False).replace("</", "<\\/")
    heads = block.heads if isinstance(block, Merges) else [column.label for column in block.columns]
    head = "".join(f"<th>{one}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in block.rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if block.rows else ""
    alone = _Runtime()._repr_html_() if "google.colab" in sys.modules else ""  # Colab isolates every output
    return (
        f'{alone}<div id="{name}"><h4>{block.title}</h4><p>{block.alt}</p>{table}</div><script>(() => {{\n'
        f"const data = {payload};\n"
        f'const mount = () => window.Amostra.mount(document.getElementById("{name}"), data.figure, data.words);\n'
        'if (window.Amostra) mount(); else window.addEventListener("amostra-ready", mount, { once: true });\n'
        "})();</script>"
    )


@singledispatch
def markdown(block: Block) -> str:
    """A block as Markdown."""
    raise TypeError(f"a notebook cannot show a {type(block).__name__}")


@markdown.register
def _(block: Prose) -> str:
    return block.text


def _grid(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


@markdown.register
def _(block: Table) -> str:
    return (
        f"{_grid(block.columns, block.rows)}\n\n*{block.caption}*"
        if block.caption
        else _grid(block.columns, block.rows)
    )


@markdown.register
def _(block: Callout) -> str:
    return f"> **{say(f'callout.{block.kind}')}: {block.title}**\n>\n> " + block.text.replace("\n", "\n> ")


@markdown.register
def _(block: Correction) -> str:
    return f"**{say('correction.title')}**\n\n{_grid(correction_columns(), block.rows)}\n\n{block.why}"


@markdown.register
def _(block: Derivation) -> str:
    parts = [f"**{block.title}**"]
    for case in block.cases:
        parts.append(f"**{case.label}**")
        parts += [f"{i}. {step.text}\n\n$$\n{step.tex}\n$$" for i, step in enumerate(case.steps, 1)]
    return "\n\n".join(parts)


def _fold(summary: str, text: str) -> str:
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


@markdown.register
def _(block: Fold) -> str:
    return _fold(block.title, "\n\n".join(map(markdown, block.blocks)))


@markdown.register
def _(block: Exercise) -> str:
    parts = [f"**{say(f'exercise.{block.kind}')}**", block.question]
    if block.code:
        parts.append(f"```python\n{block.code}\n```")
    if block.kind == "bet":
        parts += [f"- {block.options[i].text}" for i in block.order]
    elif block.kind == "numeric":
        parts.append(
            _fold(
                say("exercise.check"),
                "\n\n".join([block.right, *(f"{language.short(m.value)}: {m.feedback}" for m in block.mistakes)]),
            )
        )
    else:
        for index in block.order:
            option = block.options[index]
            verdict = say("exercise.correct" if option.correct else "exercise.incorrect")
            parts.append(_fold(option.text, f"**{verdict}** {block.check(index).text}"))
    return "\n\n".join(parts)


@markdown.register
def _(block: Answer) -> str:
    right = block.bet.right_option
    return f"**{right.text}.** {right.feedback}"


# Writing -------------------------------------------------------------------------------------------------------------


def build(source: Lesson, lang: str) -> nbformat.NotebookNode:
    """The notebook of a lesson, not yet executed. Prose carries its numbers; code is the lesson's own."""
    prose = {cell.index: _prose(cell, outputs, lang) for cell, outputs in lesson.made(source, lang) if cell.lang}
    with language.using(lang):
        setup = _SETUP.format(
            comment=say("notebook.setup"),
            address=clone_address(),
            lang=lang,
            slug=source.slug,
            missing=say("notebook.missing"),
            needed=_ON_COLAB,
        )
        cells = [new_markdown_cell(f"# {source.text('title')}\n\n{source.text('summary')}"), new_code_cell(setup)]
    for cell in source.cells:
        if cell.kind == "code":
            cells.append(new_code_cell(cell.source, metadata=_FOLDED if cell.fold else {}))
        elif cell.lang == lang:
            cells.append(new_markdown_cell(plain_links(prose[cell.index])))
    for position, cell in enumerate(cells):  # ids from the content, so that the same lesson gives the same file
        cell.id = hashlib.sha256(f"{position}{cell.source}".encode()).hexdigest()[:12]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _prose(cell: Cell, outputs: list[Block], lang: str) -> str:
    """A prose cell with its numbers, behind its title where it is folded."""
    if not cell.fold:
        return outputs[0].text
    title, rest = lesson.folded(cell.fold, outputs, lang)
    return markdown(Fold(cell.fold, title, rest))


def write(directory: Path, execute: bool = True) -> list[Path]:
    """Write every lesson's notebook to `directory/<language>/<slug>.ipynb`, executed top to bottom, one per core at a time."""

    from nbclient import NotebookClient  # the app, which builds notebooks too, executes none

    def made(one: Lesson, lang: str) -> Path:
        notebook = build(one, lang)
        if execute:
            NotebookClient(
                notebook, timeout=600, resources={"metadata": {"path": str(ROOT)}}, record_timing=False
            ).execute()
        path = Path(directory) / lang / f"{one.text('slug', lang)}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        nbformat.write(notebook, partial)
        partial.replace(path)
        return path

    with ThreadPoolExecutor(
        os.cpu_count()
    ) as pool:  # each notebook has a process of its own; a thread only waits for it
        return list(pool.map(made, *zip(*product(lesson.lessons(), LANGUAGES), strict=True)))
