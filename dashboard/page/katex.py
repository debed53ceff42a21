"""Formulas as HTML with MathML, set once when a page is made, so that it needs no script to show them.

The engine is the KaTeX that `sphinxcontrib-katex` carries; the stylesheet is the one that Streamlit carries
(`dashboard.site.assets`). Both are 0.16, and a test says so: markup and stylesheet of different series do not match.
"""

import importlib.util
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path

from py_mini_racer import JSEvalException, MiniRacer

from dashboard.lesson import NAMED_SUBSCRIPT

_racer: MiniRacer | None = None
_output = "htmlAndMathml"


class FormulaError(ValueError):
    """KaTeX does not understand a formula; the message shows it."""


def script() -> Path:
    """The engine: katex.min.js."""
    return Path(importlib.util.find_spec("sphinxcontrib.katex").origin).with_name("katex.min.js")


@contextmanager
def engine(output: str = "htmlAndMathml") -> Iterator[MiniRacer]:
    """Start the engine, unless one runs; `render` works inside the block. Where there is no stylesheet, `output` is "mathml"."""
    global _racer, _output
    before = _racer, _output
    try:
        with ExitStack() as stack:
            if _racer is None:
                _racer = stack.enter_context(closing(MiniRacer()))  # left open, it hangs the interpreter at exit
                _racer.eval(script().read_text(encoding="utf-8"))
            _output = output
            yield _racer
    finally:
        _racer, _output = before


def render(tex: str, display: bool = False) -> str:
    """One formula as HTML and MathML. Raises FormulaError, so that bad LaTeX fails the build."""
    return _rendered(tex, display, _output)


@cache
def _rendered(tex: str, display: bool, output: str) -> str:
    if _racer is None:
        raise RuntimeError("render() needs a running engine(): with katex.engine(): ...")
    if NAMED_SUBSCRIPT.search(tex):
        raise FormulaError(f"{tex.strip()}\na named operator as a subscript is invalid MathML: write \\mathrm{{max}}")
    options = {"displayMode": display, "output": output, "throwOnError": True, "strict": "ignore"}
    try:
        return _racer.call("katex.renderToString", tex, options)
    except JSEvalException as error:
        reason = str(error).strip().splitlines()[0]
        raise FormulaError(f"{tex.strip()}\n{reason}") from None
