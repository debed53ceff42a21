"""How many minutes a lesson asks of its reader, counted on its cells as written: nothing runs, what is folded is left out.

Words are read at the slow end of what adults do: Brysbaert (2019), "How many words do we read per minute?", Journal of Memory
and Language 109, 104047, has a mean of 238 words a minute for silent reading of English non-fiction, and most adults between
175 and 300; a lesson has numbers to check. The same paper finds that other languages take as long for the same content, so
that the longer of the two versions stands for both. What there is to do has a time of its own, set by us and not measured.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dashboard.language import LANGUAGES

if TYPE_CHECKING:
    from dashboard.lesson import Cell

WORDS_PER_MINUTE = 175
FORMULA = 0.25  # one set on a line of its own
DERIVATION = 2.0  # one case followed with its numbers
CHART = 2.0  # predict, move, explain
EXERCISE = {
    "bet": 0.5,
    "choice": 1.0,
    "predict": 1.5,
    "numeric": 2.0,
    "bug": 2.0,
    "experiment": 2.0,
}  # with the feedback on an answer

SILENT = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|\]\([^)]*\)", re.DOTALL
)  # code, formulas, addresses: no words
_NO_CHARTS = re.compile(r"piece|visible|finished|stop|\w+_controls?")  # what else `charts` holds


def rounded(minutes: float) -> int:
    """To 5 minutes, at least 5."""
    return max(5, 5 * round(minutes / 5))


def estimate(cells: "Iterable[Cell]") -> dict[str, float]:
    """The minutes of a lesson by language."""
    total = dict.fromkeys(LANGUAGES, 0.0)
    for cell in cells:
        if cell.fold:
            continue
        if cell.kind == "markdown":
            total[cell.lang] += _reading(cell.source) + FORMULA * cell.source.count("$$") / 2
            continue
        for shown in _shown(cell.source):
            for lang in LANGUAGES:
                total[lang] += _time(shown, lang)
    return total


def _reading(text: str) -> float:
    return len(re.findall(r"\w+", SILENT.sub(" ", re.sub(r"\{\{.*?\}\}", "1", text)))) / WORDS_PER_MINUTE


def _shown(source: str) -> list[ast.expr]:
    """What a code cell shows: its last expression, each element of a list, a name's value."""
    tree = ast.parse(source)
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        return []
    last = tree.body[-1].value
    named = {
        target.id: one.value
        for one in tree.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    shown = last.elts if isinstance(last, ast.List | ast.Tuple) else [last]
    return [named.get(one.id, one) if isinstance(one, ast.Name) else one for one in shown]


def _time(shown: ast.expr, lang: str) -> float:
    called = ast.unparse(shown.func) if isinstance(shown, ast.Call) else ""
    if called == "Experiment":
        return EXERCISE["experiment"]
    if called == "Exercise":
        return EXERCISE[next(word.value.value for word in shown.keywords if word.arg == "kind")]
    if called.endswith("_by_hand"):
        return DERIVATION
    if called.startswith("charts.") and not _NO_CHARTS.fullmatch(called.removeprefix("charts.")):
        return CHART
    return sum(map(_reading, _said(shown, lang)))


def _said(shown: ast.expr, lang: str) -> Iterator[str]:
    """The words in one language of a table or a callout, a computed value counted as one."""
    for node in ast.walk(shown):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "t":
            for word in node.keywords:
                if word.arg == lang:
                    parts = word.value.values if isinstance(word.value, ast.JoinedStr) else [word.value]
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in parts)
