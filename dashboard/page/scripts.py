"""The scripts of the page: ES modules to read, put together into one plain script that runs from `file://`."""

import json
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from core.engines.facts import ORDERS

HERE = Path(__file__).parent
CORE = HERE / "core"
STYLES = (HERE.parent / "figure.css", *(HERE / f"{name}.css" for name in ("page", "controls", "print")))
"""The page's own styles, after `theme.css()`."""
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";', re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{([^}]*)\} from "\./(\w+)\.js";', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async function|function|class|const) (\w+))", re.MULTILINE)
_TAKEN = r"const {\1} = modules.\2;"


@cache
def core_script() -> str:
    """`window.Amostra.core`: sampling in JavaScript, the functions of `core` in camelCase, as `core/index.js` lists them."""
    modules = {path.stem: path.read_text(encoding="utf-8") for path in CORE.glob("*.js")}
    modules["orders"] = f"export const ORDERS = {json.dumps(ORDERS)};\n"  # the orders of the engines are core's
    return bundle(modules, "index", "Amostra.core")


@cache
def page_script() -> str:
    """`window.Amostra.page`: what brings a page to life, as `page.js` lists it."""
    names = ("exercise", "living", "page", "parse", "progress", "search")
    return bundle({name: (HERE / f"{name}.js").read_text(encoding="utf-8") for name in names}, "page", "Amostra.page")


def bundle(modules: dict[str, str], entry: str, name: str) -> str:
    """One script that gives what the module `entry` exports the global name `name` ("Amostra.core").

    Each module is a function of its own, called after those that it imports, so that names do not meet. The modules keep
    to three forms, at the beginning of a line: `import {…} from "./x.js";`, `export function`, `class` or `const`, and
    `export {…} from "./x.js";`.

    Raises:
        graphlib.CycleError: modules that import each other.
        ImportError: an import of a module that is not there, or of a name that it does not export.
    """
    exports = {module: _exports(text) for module, text in modules.items()}
    needs = {module: set() for module in modules}
    for module, text in modules.items():
        for names, other in _IMPORT.findall(text) + _PASSED_ON.findall(text):
            if missing := _names(names) - exports.get(other, set()):
                raise ImportError(f"{module}.js: {other}.js does not export {', '.join(sorted(missing))}")
            needs[module].add(other)
    parts = (f"modules.{module} = (() => {{\n{_as_function(modules[module])}}})();\n" for module in _in_order(needs))
    space = name.split(".")[0]
    head = f'"use strict";\nglobalThis.{space} ??= {{}};\nglobalThis.{name} = (() => {{\nconst modules = {{}};\n'
    return f"{head}{''.join(parts)}return modules.{entry};\n}})();\n"


def _in_order(needs: dict[str, set[str]]) -> Iterator[str]:
    return TopologicalSorter({module: sorted(needs[module]) for module in sorted(needs)}).static_order()


def _names(listed: str) -> set[str]:
    return {name.strip() for name in listed.split(",") if name.strip()}


def _exports(text: str) -> set[str]:
    passed_on = (_names(listed) for listed, _ in _PASSED_ON.findall(text))
    return {name for _, name in _EXPORT.findall(text)}.union(*passed_on)


def _as_function(text: str) -> str:
    """The body of a function that returns what the module exports."""
    body = _EXPORT.sub(r"\1", _IMPORT.sub(_TAKEN, _PASSED_ON.sub(_TAKEN, text)))
    return f"{body}return {{ {', '.join(sorted(_exports(text)))} }};\n"
