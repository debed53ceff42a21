"""How the files import each other, read from every import statement, those inside functions too: one way, no circle."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import core

ROOT = Path(__file__).parents[1]
ROOMS = ("core", "dashboard", "lessons")  # each may import those before it


def files(room: str) -> dict[str, Path]:
    """The modules of a room by their dotted name; a package by the name of its folder."""
    paths = {path: path.relative_to(ROOT).with_suffix("").parts for path in sorted((ROOT / room).rglob("*.py"))}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for path, parts in paths.items()}


def imports(name: str, path: Path, modules) -> set[str]:
    """The modules that a file imports wherever it does; what only a type checker reads is none."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()

    def visit(node: ast.AST) -> None:
        match node:
            case ast.If(test=ast.Name("TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
                for one in node.orelse:
                    visit(one)
                return
            case ast.Import():
                found.update(one.name for one in node.names)
            case ast.ImportFrom():
                above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                base = ".".join([*above, *([node.module] if node.module else [])])
                whole = (f"{base}.{one.name}" for one in node.names)
                found.update(one if one in modules else base for one in whole)
        for one in ast.iter_child_nodes(node):
            visit(one)

    visit(ast.parse(path.read_text("utf-8")))
    return found & modules - {name}


@cache
def house() -> dict[str, set[str]]:
    """Every module and what it imports."""
    modules = {name: path for room in ROOMS for name, path in files(room).items()}
    graph = {name: imports(name, path, modules.keys()) for name, path in modules.items()}
    graph["core"] |= {f"core.{place}" for place in core.PLACES}  # imported when a name of theirs is asked for
    return graph


def circle(graph: dict[str, set[str]]) -> str:
    """Modules that import each other in a loop, in words; "" where there are none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " <- ".join(error.args[1])
    return ""


@pytest.mark.parametrize("room", ROOMS)
def test_no_modules_import_each_other_in_a_circle(room):
    inside = {name: imported for name, imported in house().items() if name.split(".")[0] == room}
    assert circle(inside) == ""


def test_the_rooms_import_one_way():
    for name, imported in house().items():
        allowed = ROOMS[: ROOMS.index(name.split(".")[0]) + 1]
        back = sorted(one for one in imported if one.split(".")[0] not in allowed)
        assert back == [], f"{name} imports {back}"


@pytest.mark.parametrize(
    "text, found",
    [
        ("from . import b", {"p.b"}),
        ("from . import name", {"p"}),
        ("from .b import name", {"p.b"}),
        ("from ..q import c", {"q.c"}),
        ("import q.c as c", {"q.c"}),
        ("def f():\n    from .b import name", {"p.b"}),
        ("class A:\n    try:\n        import q.c\n    except ImportError:\n        pass", {"q.c"}),
        ("if TYPE_CHECKING:\n    from .b import name\nelse:\n    import q.c", {"q.c"}),
        ("if typing.TYPE_CHECKING:\n    from .b import name", set()),
        ("import torch", set()),
    ],
)
def test_every_way_to_import_is_seen(tmp_path, text, found):
    path = tmp_path / "a.py"
    path.write_text(text)
    assert imports("p.a", path, {"p", "p.a", "p.b", "q", "q.c"}) == found


def test_a_circle_is_named_by_its_modules():
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}).split(" <- ")) == {"a", "b", "c"}
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == ""
