"""The scripts of the page: ES modules to read, put together into one plain script that runs from `file://`."""

import json
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from dashboard.language import catalog
from dashboard.links import TOOLS

PAGE = Path(__file__).parent
STYLES = tuple(PAGE / f"{name}.css" for name in ("figure", "page", "controls", "embed", "print"))
"""The page's own styles, after `theme.css()`."""
_IMPORT = re.compile(r'^import \{([^}]*)\} from "((?:\.{1,2}/)+[\w/]+)\.js";', re.MULTILINE)
_PASSED_ON = re.compile(r'^export \{([^}]*)\} from "((?:\.{1,2}/)+[\w/]+)\.js";', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async function|function|class|const) (\w+))", re.MULTILINE)
_CSS_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
_COMMENT = re.compile(r"^ *(?://.*|/\*\*(?:.|\n)*?\*/)\n", re.MULTILINE)
_REMARK = re.compile(r"""(?<=[;{},)\]])  // [^"'`\n]*$""", re.MULTILINE)  # at the end of a line, and in no string


ROWS = {"Amostra.core": "core/index", "Amostra.charts": "charts/index"}
FIGURES = ROWS | {"Amostra": "figure"}


@cache
def core_script() -> str:
    """`Amostra.core`: sampling in JavaScript, the functions of `core` in camelCase, as `core/index.js` lists them."""
    return bundle(page_modules(), {"Amostra.core": "core/index"})


def rows_script(modules: dict[str, str] | None = None) -> str:
    """`Amostra.charts`: the rows of every chart, data and settings -> rows, each under its name; and `Amostra.core`."""
    return bundle(modules or page_modules(), ROWS)


@cache
def figure_script() -> str:
    """What draws figures: `rows_script` and `Amostra.mount`. Vega is a script of its own (`dashboard.vega`)."""
    return bundle(page_modules(), FIGURES)


@cache
def page_script() -> str:
    """All that every page has: what `figure_script` gives, and `Amostra.page`, which brings a page to life, as `page.js` lists it."""
    return bundle(page_modules(), FIGURES | {"Amostra.page": "page"})


@cache
def present_script() -> str:
    """`Amostra.present`, the stage of a lesson: for who projects, when it is first asked for."""
    style = (PAGE / "present.css").read_text(encoding="utf-8")
    made = _made(WORDS=_words("present."), STYLE=style)
    return bundle(page_modules({"present/made": made}), {"Amostra.present": "present/index"})


@cache
def apart_script() -> str:
    """`Amostra.apart` and its parts: what few pages have; after `page_script`."""
    return bundle(page_modules(), {"Amostra": "apart"})


@cache
def tools_script() -> str:
    """`Amostra.tools`: the tools under their names; after `page_script`."""
    return bundle(page_modules(), {"Amostra.tools": "tools/index"})


def without_comments(script: str) -> str:
    """A script as it is sent: who reads its comments finds them in the repository."""
    return _REMARK.sub("", _COMMENT.sub("", script))


def without_css_comments(styles: str) -> str:
    """A stylesheet as it is sent."""
    return _CSS_COMMENT.sub("", styles)


@cache
def merges_script() -> str:
    """`Amostra.merges`, which one lesson needs; after `figure_script`."""
    return (PAGE / "merges.js").read_text(encoding="utf-8")


@cache
def model_script() -> str:
    """`Amostra.model`, for any page: `load()` gives a model that runs in a worker. Its weights come by `weights.script`."""
    modules = page_modules()
    spaces = {"Amostra.worker": "core/model/worker", "Amostra.experiments": "experiments/index"}
    program = bundle(modules, spaces) + "Amostra.worker.serve(globalThis, Amostra.experiments);\n"
    modules = modules | {"core/model/program": f"export const WORKER = {json.dumps(program)};\n"}
    return bundle(modules, {"Amostra.model": "core/model/index"})


@cache
def room_script() -> str:
    """`Amostra.room`: the instructor's side of a room, loaded when one is asked for; after `page_script`."""
    style = (PAGE / "room" / "room.css").read_text(encoding="utf-8")
    made = _made(WORDS=_words("room."), STYLE=style)
    return bundle(page_modules({"room/made": made}), {"Amostra.room": "room/index"})


@cache
def quiz_script() -> str:
    """`Amostra.quiz`: the page of the quiz; after `page_script`."""
    style = (PAGE / "quiz" / "quiz.css").read_text(encoding="utf-8")
    made = _made(WORDS=_words("quiz.") | _words("nav.quiz"), STYLE=style)
    return bundle(page_modules({"quiz/made": made}), {"Amostra.quiz": "quiz/index"})


@cache
def phone_script() -> str:
    """The phones' side of a room: it stands alone, and runs as it is read."""
    names = ("room/events", "room/phone")  # of themselves: the others would bring torch
    modules = {name: (PAGE / f"{name}.js").read_text(encoding="utf-8") for name in names}
    return without_comments(bundle(modules, {"Amostra.phone": "room/phone"}))


@cache
def experiment_script() -> str:
    """`Amostra.experiments`, for pages with an exercise that is done on the page's model; after `page_script`."""
    style = (PAGE / "experiment.css").read_text(encoding="utf-8")
    return bundle(
        page_modules({"experiment/made": _made(STYLE=without_css_comments(style))}), {"Amostra": "experiment"}
    )


LATER = {
    "apart.js": apart_script,
    "experiment.js": experiment_script,
    "present.js": present_script,
    "quiz.js": quiz_script,
    "room.js": room_script,
    "tools.js": tools_script,
}
"""The scripts that lie beside the page's own and come when they are asked for (`beside.js`), by their files."""


def _words(prefix: str) -> dict[str, dict[str, str]]:
    """The catalog's words in both languages, for a script that has its own."""
    return {key: text for key, text in catalog().items() if key.startswith(prefix)}


def _made(**values: object) -> str:
    """A module of constants."""
    return "".join(
        f"export const {name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in values.items()
    )


@cache
def engine_script() -> str:
    """`Amostra.engine`, what the worker is made of, and `Amostra.core`, in one thread."""
    return bundle(page_modules(), {"Amostra.core": "core/index", "Amostra.engine": "core/model/engine"})


def page_modules(others: dict[str, str] | None = None) -> dict[str, str]:
    """Every module under its path in this folder, without the suffix, and `others`; and those that are made from what there is."""
    from core.engines.facts import ORDERS  # with core comes torch, which no style waits for
    from core.params import DEFAULTS, SETTINGS

    files = {path.relative_to(PAGE).with_suffix("").as_posix(): path for path in PAGE.rglob("*.js")}
    modules = {name: path.read_text(encoding="utf-8") for name, path in sorted(files.items())} | (others or {})
    charts = [name for name in modules if name.startswith("charts/")]
    modules["charts/index"] = "".join(_passing_on(name, _exports(modules[name])) for name in charts)
    modules["tools/index"] = "".join(_passing_on(f"tools/{name}", {name}) for name in TOOLS)
    modules["core/orders"] = f"export const ORDERS = {json.dumps(ORDERS)};\n"  # the orders of the engines are core's
    offered = {
        name: declared["slider"]  # a switch has none
        for name, declared in SETTINGS.items()
        if declared["slider"] or isinstance(DEFAULTS[name], bool)
    }
    modules["core/facts"] = f"export const FACTS = {json.dumps(_facts())};\n"
    modules["core/offered"] = (
        f"export const OFFERED = {json.dumps(offered)};\n"  # and so are their sliders: [lowest, highest, step]
    )
    return modules


def _facts() -> dict:
    """What `core/engines.js` has to know of the engines."""
    from core.engines.facts import ALL_TOKENS, ENGINES

    engines = {
        name: {
            "form": engine.form,
            "stages": engine.stages,
            "stage_names": engine.stage_names,
            "repetition_scope": engine.repetition_scope.value,
            "frequency_scope": engine.frequency_scope.value,
            "parameters": {field: _limits(parameter) for field, parameter in engine.parameters.items()},
        }
        for name, engine in ENGINES.items()
    }
    return {"all_tokens": ALL_TOKENS, "engines": engines}


def _limits(parameter) -> dict:
    """A parameter of an engine without where it was read."""
    names = ("name", "default", "low", "high", "above", "off_to", "off_from", "least")
    return {name: getattr(parameter, name) for name in names}


def _passing_on(name: str, exports: set[str]) -> str:
    return f'export {{ {", ".join(sorted(exports))} }} from "./{posixpath.basename(name)}.js";\n'


def bundle(modules: dict[str, str], spaces: dict[str, str]) -> str:
    """One script that gives what modules export a global name: `spaces` maps names ("Amostra.core") to modules.

    Each module is a function of its own, called after those that it imports, so that names do not meet; what no space
    needs is left out. The modules keep to three forms, at the beginning of a line: `import {a, b as c} from "./x.js";`,
    `export function`, `class` or `const`, and `export {…} from "./x.js";`. What a space holds already stays.

    Raises:
        graphlib.CycleError: modules that import each other.
        ImportError: an import of a module that is not there, or of a name that it does not export.
    """
    needs = {}
    for entry in spaces.values():
        _follow(entry, modules, needs)
    parts = (f'modules["{name}"] = (() => {{\n{_as_function(name, modules[name])}}})();\n' for name in _in_order(needs))
    published = "".join(
        f'globalThis.{space} = Object.assign(globalThis.{space} ?? {{}}, modules["{entry}"]);\n'
        for space, entry in sorted(spaces.items())  # a space comes before those inside it
    )
    top = {space.split(".")[0] for space in spaces}
    made = "".join(f"globalThis.{name} ??= {{}};\n" for name in sorted(top))
    return f'(() => {{\n"use strict";\n{made}const modules = {{}};\n{"".join(parts)}{published}}})();\n'


def _follow(name: str, modules: dict[str, str], needs: dict[str, set[str]]) -> None:
    """Note in `needs` what a module imports, and what those import."""
    if name in needs:
        return
    needs[name] = set()
    for names, path in _IMPORT.findall(modules[name]) + _PASSED_ON.findall(modules[name]):
        other = _beside(name, path)
        there = _exports(modules[other]) if other in modules else set()
        if missing := _names(names) - there:
            raise ImportError(f"{name}.js: {other}.js does not export {', '.join(sorted(missing))}")
        needs[name].add(other)
        if other != name:
            _follow(other, modules, needs)


def _beside(name: str, path: str) -> str:
    """The module that a path inside the module `name` leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def _in_order(needs: dict[str, set[str]]) -> Iterator[str]:
    return TopologicalSorter({name: sorted(needs[name]) for name in sorted(needs)}).static_order()


def _names(listed: str) -> set[str]:
    return {name.partition(" as ")[0].strip() for name in listed.split(",") if name.strip()}


def _exports(text: str) -> set[str]:
    passed_on = (_names(listed) for listed, _ in _PASSED_ON.findall(text))
    return {name for _, name in _EXPORT.findall(text)}.union(*passed_on)


def _as_function(name: str, text: str) -> str:
    """The body of a function that returns what the module exports."""

    def taken(match: re.Match) -> str:
        return f'const {{{match[1].replace(" as ", ": ")}}} = modules["{_beside(name, match[2])}"];'

    body = _EXPORT.sub(r"\1", _IMPORT.sub(taken, _PASSED_ON.sub(taken, text)))
    return f"{body}return {{ {', '.join(sorted(_exports(text)))} }};\n"
