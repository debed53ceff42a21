"""The notebook surface: one executed `.ipynb` per lesson and language, and how a block shows itself in Jupyter.

A lesson already is a notebook; what is added here is a first cell that finds the project (and, where a repository address
is configured and the project is missing, as on Colab, fetches it), prose with its numbers filled in, each question before
the code that holds its answer, and the runtime: the styles and scripts that draw figures, one file beside all notebooks.
"""

import base64
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import singledispatch
from itertools import product
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dashboard import language, lesson, theme
from dashboard.blocks import (
    Answer,
    Block,
    Callout,
    Correction,
    Derivation,
    Exercise,
    Experiment,
    Figure,
    Fold,
    Merges,
    Prose,
    Table,
    set_default_lesson,
    to_json,
)
from dashboard.charts.frame import still
from dashboard.language import LANGUAGES, ROOT, say
from dashboard.lesson import Cell, Lesson
from dashboard.links import follow
from dashboard.page.scripts import figure_script, merges_script, without_comments
from dashboard.repository import clone_address
from dashboard.vega import vega
from dashboard.words import correction_columns, figure_words

if TYPE_CHECKING:
    from jupyter_client.manager import KernelManager

_SETUP = """# @title {comment}
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

RUNTIME = "amostra.js"
"""The runtime's file, beside the folders of the languages."""
# A page takes the file at the script's address. JupyterLab runs scripts before it replaces their relative addresses by
# those of the server's files, so there the file is loaded once more, from the address that has come.
_LOADER = f"""<script src="../{RUNTIME}"></script><script>(() => {{
const first = document.currentScript.previousElementSibling;
new MutationObserver((changes, observer) => {{
  observer.disconnect();
  document.head.append(Object.assign(document.createElement("script"), {{ src: first.src }}));
}}).observe(first, {{ attributeFilter: ["src"] }});
}})();</script>"""

_FORM = {"cellView": "form"}  # Colab shows the title, `# @title`, in place of the code
_HIDDEN = _FORM | {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}  # JupyterLab; Jupyter Book
_FOLDED = _FORM | {
    "collapsed": True,
    "jupyter": {"source_hidden": True, "outputs_hidden": True},
    "tags": ["hide-input"],
}  # a code cell's fold: Jupyter opens its output at a click
_ON_COLAB = ("altair", "babel", "jupytext", "vl-convert-python")  # what Colab lacks; torch and numpy are there already


def start(lang: str, lesson: str) -> Block:
    """Put a language and a lesson in force for the whole notebook and hand out the script that draws the figures."""
    language.set_default(lang)
    set_default_lesson(lesson)
    return _Runtime()


class _Runtime:
    """Shown by a living kernel, wherever its notebook lies: the runtime itself. `write` puts `_LOADER` in its place."""

    def _repr_html_(self) -> str:
        return f"<script>{runtime()}</script>"


def runtime() -> str:
    """One script that draws the figures of any notebook: their styles, Vega, `Amostra.mount`; at its end it calls them."""
    styles = theme.css() + (ROOT / "dashboard" / "page" / "figure.css").read_text(encoding="utf-8")
    sheet = f"document.head.append(Object.assign(document.createElement('style'), {{ textContent: {json.dumps(styles)} }}));"
    parts = (sheet, vega(), without_comments(figure_script()), without_comments(merges_script()))
    return "\n".join((*parts, "window.dispatchEvent(new Event('amostra-ready'));\n"))


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
    """The live figure; until its script runs, and where none does, its picture, its description and its table."""
    name = f"am-{block.id}-{language.current()}"
    payload = json.dumps({"figure": to_json(block), "words": figure_words()}, ensure_ascii=False).replace("</", "<\\/")
    heads = block.heads if isinstance(block, Merges) else [column.label for column in block.columns]
    head = "".join(f"<th>{one}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in block.rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if block.rows else ""
    if table:
        table = f"<details><summary>{say('figure.table')}</summary>{table}</details>"
    alone = _Runtime()._repr_html_() if "google.colab" in sys.modules else ""  # Colab isolates every output
    return (
        f'{alone}<div id="{name}"><h4>{block.title}</h4>{_picture(block)}<p>{block.alt}</p>{table}</div><script>(() => {{\n'
        f"const data = {payload};\n"
        f'const mount = () => window.Amostra.mount(document.getElementById("{name}"), data.figure, data.words);\n'
        'if (window.Amostra) mount(); else window.addEventListener("amostra-ready", mount, { once: true });\n'
        "})();</script>"
    )


def _picture(block: Figure | Merges) -> str:
    """The figure as first drawn, where it has one: an image passes where scripts and SVG elements are taken out."""
    if isinstance(block, Merges):
        return ""
    import vl_convert  # heavy

    # Vega counts its clips through a process: counted anew, the same picture is the same text wherever it is drawn.
    clips: dict[str, str] = {}
    svg = vl_convert.vega_to_svg(still(block))
    svg = re.sub(r"clip\d+", lambda one: clips.setdefault(one[0], f"clip{len(clips)}"), svg)
    drawn = base64.b64encode(svg.encode()).decode()
    return f'<img alt="" src="data:image/svg+xml;base64,{drawn}">'  # the description stands below it


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


def question(block: Exercise) -> str:
    """What an exercise asks. A notebook says it above the code, which holds the answer."""
    parts = [f"**{say(f'exercise.{block.kind}')}**", block.question]
    if block.code:
        parts.append(f"```python\n{block.code}\n```")
    return "\n\n".join(parts)


@markdown.register
def _(block: Exercise) -> str:
    """The options, or what a number is checked against; `question` stands in a cell of its own."""
    if block.kind == "bet":
        return "\n".join(f"- {block.options[i].text}" for i in block.order)
    if block.kind == "numeric":
        mistakes = (f"{language.short(m.value)}: {m.feedback}" for m in block.mistakes)
        return _fold(say("exercise.check"), "\n\n".join([block.right, *mistakes]))
    verdict = {True: say("exercise.correct"), False: say("exercise.incorrect")}
    answers = ((block.options[i].text, block.check(i)) for i in block.order)
    return "\n\n".join(_fold(text, f"**{verdict[answer.correct]}** {answer.text}") for text, answer in answers)


@markdown.register
def _(block: Experiment) -> str:
    return f"**{say('exercise.experiment')}**\n\n{block.question}\n\n*{say('exercise.experiment.needs')}*"


@markdown.register
def _(block: Answer) -> str:
    right = block.bet.right_option
    return f"**{right.text}.** {right.feedback}"


# Writing -------------------------------------------------------------------------------------------------------------


def build(source: Lesson, lang: str) -> nbformat.NotebookNode:
    """The notebook of a lesson, not yet executed. Prose carries its numbers; code is the lesson's own."""
    with language.using(lang):
        setup = _SETUP.format(
            comment=say("notebook.setup"),
            address=clone_address(),
            lang=lang,
            slug=source.slug,
            missing=say("notebook.missing"),
            needed=_ON_COLAB,
        )
        cells = [new_markdown_cell(f"# {source.text('title')}\n\n{source.text('summary')}")]
        cells.append(new_code_cell(setup, metadata=_FORM))
        for cell, outputs in lesson.made(source, lang):
            cells += _cells(cell, outputs, lang)
    for position, cell in enumerate(cells):  # ids from the content, so that the same lesson gives the same file
        cell.id = hashlib.sha256(f"{position}{cell.source}".encode()).hexdigest()[:12]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def _cells(cell: Cell, outputs: list[Block], lang: str) -> list[nbformat.NotebookNode]:
    """A lesson's cell: prose, or hidden code, behind the question that it answers."""
    if cell.kind == "markdown":
        return [new_markdown_cell(plain_links(_prose(cell, outputs, lang)))]
    asked = [new_markdown_cell(plain_links(question(one))) for one in outputs if isinstance(one, Exercise)]
    code = f"# @title {say('notebook.code')}\n{cell.source}"
    return [*asked, new_code_cell(code, metadata=_FOLDED if cell.fold else _HIDDEN)]


def _prose(cell: Cell, outputs: list[Block], lang: str) -> str:
    """A prose cell with its numbers, behind its title where it is folded."""
    if not cell.fold:
        return outputs[0].text
    title, rest = lesson.folded(cell.fold, outputs, lang)
    return markdown(Fold(cell.fold, title, rest))


def write(directory: Path, execute: bool = True, only: Sequence[Lesson] = ()) -> list[Path]:
    """Write the runtime and every lesson's notebook, `directory/<language>/<slug>.ipynb`, executed, one per core at a time."""
    kernels: Queue = Queue()

    def made(one: Lesson, lang: str) -> Path:
        notebook = build(one, lang)
        if execute:
            kernel = kernels.get()
            try:
                _execute(notebook, kernel)
            finally:
                kernels.put(kernel)
            notebook.cells[1].outputs = [new_output("display_data", {"text/html": _LOADER, "text/plain": RUNTIME})]
        path = Path(directory) / lang / f"{one.text('slug', lang)}.ipynb"
        _replace(path, nbformat.writes(notebook) + "\n")
        return path

    _replace(Path(directory) / RUNTIME, runtime())
    several = os.cpu_count() or 1
    with ExitStack() as stack, ThreadPoolExecutor(several) as pool:  # a thread only waits for its kernel
        for _ in range(several if execute else 0):
            kernels.put(stack.enter_context(_kernel()))
        return list(pool.map(made, *zip(*product(only or lesson.lessons(), LANGUAGES), strict=True)))


@contextmanager
def _kernel() -> Iterator["KernelManager"]:
    """A running kernel. The app, which builds notebooks too, starts none."""
    from jupyter_client.manager import KernelManager

    kernel = KernelManager()
    kernel.start_kernel(cwd=str(ROOT))
    try:
        yield kernel
    finally:
        kernel.shutdown_kernel(now=True)


def _execute(notebook: nbformat.NotebookNode, kernel: "KernelManager") -> None:
    """Top to bottom as in a new kernel: what other notebooks defined is gone, and only what they imported is there already."""
    from nbclient import NotebookClient

    talk = kernel.blocking_client()
    talk.start_channels()
    talk.wait_for_ready(timeout=60)
    talk.execute_interactive("get_ipython().reset(new_session=True)", store_history=False)
    talk.stop_channels()
    NotebookClient(notebook, km=kernel, timeout=600, record_timing=False).execute()


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
