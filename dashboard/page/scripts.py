"""The scripts of the page: ES modules to read, put together into one plain script that runs from `file://`."""

import json
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from core.engines.facts import ORDERS

CORE = Path(__file__).with_name("core")
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+)\.js";', re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{([^}]*)\} from "\./(\w+)\.js";', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:function|class|const) (\w+))", re.MULTILINE)


@cache
def core_script() -> str:
    """`window.Amostra.core`: sampling in JavaScript, the functions of `core` in camelCase, as `core/index.js` lists them."""
    modules = {path.stem: path.read_text(encoding="utf-8") for path in CORE.glob("*.js")}
    modules["orders"] = f"export const ORDERS = {json.dumps(ORDERS)};\n"  # the orders of the engines are core's
    return bundle(modules, "index", "Amostra.core")


def bundle(modules: dict[str, str], entry: str, name: str) -> str:
    """One script that gives what the module `entry` exports the global name `name` ("Amostra.core").

    Each module is a function of its own, called after those that it imports, so that names do not meet. The modules keep
    to three forms, at the beginning of a line: `import {…} from "./x.js";`, `export function`, `class` or `const`, and
    `export {…} from "./x.js";`.

    Raises:
        graphlib.CycleError: modules that import each other.
        KeyError: an import of a module that is not there.
    """
    needs = {
        module: {found[1] for form in (_IMPORT, _PASSED_ON) for found in form.findall(text)} for module, text in modules.items()
    }
    order = TopologicalSorter(needs).static_order()
    parts = [f"modules.{module} = (() => {{\n{_as_function(modules[module])}}})();\n" for module in order]
    space, _ = name.split(".")
    head = f'"use strict";\nglobalThis.{space} ??= {{}};\nglobalThis.{name} = (() => {{\nconst modules = {{}};\n'
    return f"{head}{''.join(parts)}return modules.{entry};\n}})();\n"


def _as_function(text: str) -> str:
    """The body of a function that returns what the module exports."""
    names = [name for _, name in _EXPORT.findall(text)]
    names += [name.strip() for listed, _ in _PASSED_ON.findall(text) for name in listed.split(",")]
    text = _IMPORT.sub(r"const {\1} = modules.\2;", _PASSED_ON.sub(r"const {\1} = modules.\2;", text))
    return _EXPORT.sub(r"\1", text) + f"return {{ {', '.join(names)} }};\n"
