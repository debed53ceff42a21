"""Which of our files a program depends on, read from its imports: what a page was made from, and nothing else.

`core` counts as one; of `dashboard`, a file counts where a name of it is imported or taken from its package, so that a new
chart rebuilds the lessons that draw it and no other.
"""

import ast
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from dashboard.language import ROOT

DATA = (
    "dashboard/*.toml",
    "lessons/data/*",
    "lessons/*.toml",
    "benchmarks/*.json",
    "core/weights/**/*.json",
    "core/models/hub.toml",
    "README*.md",
)


def digest(*programs: str, texts: Sequence[str] = ()) -> str:
    """What the programs (Python source) and all that they lean on were read from, and some texts: 16 hexadecimal digits."""
    found: set[Path] = set()
    for program in programs:
        for path in _imported(ast.parse(program)):
            _reach(path, found)
    given = [text.encode() for text in (*programs, *texts)]
    return hashlib.sha256(b"\0".join([_data(), *given, *(_read(path) for path in sorted(found))])).hexdigest()[:16]


@cache
def _data() -> bytes:
    files = [path for pattern in DATA for path in sorted(ROOT.glob(pattern))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).digest()


@cache
def _read(path: Path) -> bytes:
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return hashlib.sha256(b"".join(one.read_bytes() for one in files)).digest()


def _reach(path: Path, found: set[Path]) -> None:
    if path not in found:
        found.add(path)
        for other in () if path.is_dir() else _leads(path):
            _reach(other, found)


@cache
def _leads(path: Path) -> frozenset[Path]:
    return frozenset(_imported(ast.parse(path.read_text(encoding="utf-8"))))


def _imported(tree: ast.Module) -> Iterator[Path]:
    """The files, or for `core` the folder, that a program's imports lead to, those inside functions included."""
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _file(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in ("core", "dashboard"):
            for alias in node.names:
                yield from _named(node.module, alias.name, nodes, alias.asname or alias.name)


def _named(module: str, name: str, nodes: Sequence[ast.AST] = (), here: str = "") -> Iterator[Path]:
    """Where `from module import name` leads: to a module, through a package to the file that has the name, or to the module.

    A package of which the program, its `nodes`, only takes names (as `here.x`) leads to the files that have those names.
    """
    inside = _module(f"{module}.{name}")
    if inside is None:
        again = _passed_on(_module(module)).get(name)
        yield from _named(*again) if again else _file(module)
        return
    passed_on = _passed_on(inside)
    taken = _attributes(nodes, here) if passed_on else None
    if taken is not None and taken <= passed_on.keys():
        for attribute in taken:
            yield from _named(*passed_on[attribute])
    else:
        yield from _file(f"{module}.{name}")


def _attributes(nodes: Sequence[ast.AST], name: str) -> set[str] | None:
    """What a program takes from the module called `name`; None where it also does something else with it, or nothing."""
    used = sum(isinstance(node, ast.Name) and node.id == name for node in nodes)
    taken = [
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name
    ]
    return set(taken) if used and len(taken) == used else None


@cache
def _passed_on(path: Path | None) -> dict[str, tuple[str, str]]:
    """The names that a package's file imports to pass them on: name -> (module, name there)."""
    if path is None or path.name != "__init__.py":
        return {}
    return {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


@cache
def _module(name: str) -> Path | None:
    """The file of one of our modules."""
    place = ROOT.joinpath(*name.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


def _file(name: str) -> Iterator[Path]:
    if name.split(".")[0] == "core":
        yield ROOT / "core"
    elif name.split(".")[0] == "dashboard" and (path := _module(name)):
        yield path
