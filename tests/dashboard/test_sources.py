"""What a page is made from: the files that its program reaches, and no other."""

import ast

import pytest

from dashboard import lesson, sources
from dashboard.language import ROOT

CHARTS = ROOT / "dashboard" / "charts"


def reached(program: str) -> set[str]:
    found: set = set()
    for path in sources._imported(ast.parse(program)):
        sources._reach(path, found)
    return {path.relative_to(ROOT).as_posix() for path in found}


@pytest.mark.parametrize("program, there, not_there", [
    ("from dashboard import charts\ncharts.timeline(1)", "dashboard/charts/timeline.py", "dashboard/charts/rotary.py"),
    ("from dashboard.charts import timeline", "dashboard/charts/timeline.py", "dashboard/charts/rotary.py"),
    ("def f():\n    from dashboard.worked import beam_by_hand as b", "dashboard/worked/beam.py", "dashboard/worked/softmax.py"),
    ("from dashboard.worked.truncation import nucleus_by_hand", "core", "dashboard/worked/beam.py"),
    ("from dashboard import charts\nprint(charts)", "dashboard/charts/rotary.py", "dashboard/worked/beam.py"),
    ("import dashboard.charts.frame as frame", "dashboard/theme.py", "dashboard/charts/rotary.py"),
    ("from core.engines.facts import ORDERS", "core", "dashboard/language.py"),
])  # fmt: skip
def test_a_program_leans_on_what_it_names_and_on_what_that_names(program, there, not_there):
    assert there in reached(program) and not_there not in reached(program)


def test_a_chart_is_part_of_the_lessons_that_draw_it_and_of_no_other():
    drawn = {
        one.slug
        for one in lesson.lessons()
        if "dashboard/charts/rotary.py" in reached(one.path.read_text(encoding="utf-8"))
    }
    assert drawn == {one.slug for one in lesson.lessons() if "charts.rotary" in one.path.read_text(encoding="utf-8")
                     or "charts.positions" in one.path.read_text(encoding="utf-8")}  # fmt: skip
    assert 0 < len(drawn) < 5


def test_every_file_of_the_lessons_is_found_and_nothing_is_imported_by_its_name():
    """An import that the reader of imports cannot see would leave a page as it was after a change."""
    for folder in ("dashboard", "lessons"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "import_module(" not in text and "__import__(" not in text, path
            for node in ast.walk(ast.parse(text)):
                relative = isinstance(node, ast.ImportFrom) and node.level
                assert not relative, path


def test_a_digest_follows_the_program_its_files_and_the_texts(monkeypatch, tmp_path):
    one = "from dashboard.theme import css"
    first = sources.digest(one)
    assert first == sources.digest(one) != sources.digest(one + " ") and first != sources.digest(one, texts=["x"])
    other = sources._read.__wrapped__
    monkeypatch.setattr(sources, "_read", lambda path: b"changed" if path.name == "theme.py" else other(path))
    assert sources.digest(one) != first and sources.digest("import json") == sources.digest("import json")
