"""The chapter of the guide on adding a sampler, followed to the letter in a copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIECES = (
    "function",
    "export",
    "setting",
    "line",
    "oracle",
    "stage",
    "words",
    "page function",
    "page setting",
    "page export",
)
PAGE = "tests/dashboard/test_page_core.py"
QUICK = [
    "tests/core/test_params.py",
    f"{PAGE}::test_the_stages_settings_and_orders_are_those_of_core",
    f"{PAGE}::test_every_cut_of_core_is_a_function_of_the_page",
    "tests/dashboard/test_generation.py::test_every_stage_and_every_setting_of_a_page_has_its_words",
]


def blocks() -> list[str]:
    """The code of the chapter: function, setting, line of the docstring, oracle, words, and the page's function and setting."""
    chapter = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## A sampler")[2].partition("\n## ")[0]
    return [block.replace("\n   ", "\n").lstrip("\n") for block in re.findall(r"```\w+(\n.*?)\n   ```", chapter, re.S)]


def copied(folder: Path) -> Path:
    for name in ("core", "dashboard", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("weights", "recorded", "__pycache__"))
    for name in ("core/weights", "dashboard/recorded", "lessons", "benchmarks", "pyproject.toml", "CONTRIBUTING.md"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def put(folder: Path, name: str, before: str, text: str) -> None:
    """`text` right before the first line that begins with `before`."""
    path = folder / name
    source = path.read_text(encoding="utf-8")
    place = source.index("\n" + before) + 1
    path.write_text(source[:place] + text.rstrip("\n") + "\n" + source[place:], encoding="utf-8")


def instead(path: Path, old: str, new: str) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count(old) == 1
    path.write_text(source.replace(old, new), encoding="utf-8")


def add(folder: Path, without: str = "") -> None:
    function, setting, line, oracle, words, page_function, page_setting = blocks()
    page = folder / "dashboard" / "page" / "core"
    steps = {
        "function": lambda: put(folder, "core/cuts.py", "def xtc(", function + "\n\n"),
        "export": lambda: put(folder, "core/cuts.py", "def typical_p(", '__all__ += ["gap_cutoff"]\n\n'),
        "setting": lambda: put(folder, "core/params.py", "    top_a: float", setting),
        "line": lambda: put(folder, "core/params.py", "        top_n_sigma: ≥ 0", line),
        "oracle": lambda: put(folder, "tests/core/oracles.py", '    "top_a": Oracle(', oracle),
        "stage": lambda: put(folder, "dashboard/catalog.toml", '["stage.top_a"]', words.partition('["setting.')[0]),
        "words": lambda: put(
            folder, "dashboard/catalog.toml", '["stage.top_a"]', '["setting.' + words.partition('["setting.')[2]
        ),
        "page function": lambda: put(folder, "dashboard/page/core/cuts.js", "/** Gaps times", page_function + "\n\n"),
        "page setting": lambda: [
            put(folder, "dashboard/page/core/params.js", "  top_a: setting(", page_setting),
            instead(page / "params.js", "etaCutoff, pLess,", "etaCutoff, gapCutoff, pLess,"),
        ],
        "page export": lambda: instead(page / "index.js", "etaCutoff, pLess,", "etaCutoff, gapCutoff, pLess,"),
    }
    for piece, step in steps.items():
        if piece != without:
            step()


@pytest.fixture(scope="module")
def run() -> Iterator[Callable[..., subprocess.CompletedProcess]]:
    """A function (folder, *arguments) that runs pytest in a folder, in a process of its own."""
    options = ["-q", "-x", "-n", "0", "-p", "no:cacheprovider"]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}

    def alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "pytest", *options, *arguments]
        own = environment | {"PYTHONPATH": str(folder)}
        return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, timeout=600)

    def forked(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
        log = folder / "pytest.log"
        print(json.dumps([str(folder), str(log), [*options, *arguments]]), file=server.stdin, flush=True)
        status = int(server.stdout.readline())
        assert status >= 0, f"the run was killed by signal {-status}"
        return subprocess.CompletedProcess(arguments, status, log.read_text(encoding="utf-8"))

    if sys.platform != "linux":  # Windows has no fork, and the libraries of macOS do not outlive one
        yield alone
        return
    environment.pop("PYTHONPATH", None)  # what it leads to is none of the copy
    command = [sys.executable, "-P", Path(__file__).with_name("forks.py")]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield forked


def test_the_sampler_of_the_guide_is_added_by_what_the_guide_says(run, tmp_path):
    add(copied(tmp_path))
    before = {path.relative_to(ROOT) for name in ("core", "dashboard", "tests") for path in (ROOT / name).rglob("*.*")}
    touched = [
        str(name)
        for name in before
        if name.suffix in (".py", ".toml", ".js")
        and (tmp_path / name).is_file()
        and (tmp_path / name).read_bytes() != (ROOT / name).read_bytes()
    ]
    page = [f"dashboard/page/core/{name}.js" for name in ("cuts", "index", "params")]
    python = ["core/cuts.py", "core/params.py", "dashboard/catalog.toml", "tests/core/oracles.py"]
    assert sorted(touched) == sorted([*python, *page])
    result = run(tmp_path, *QUICK)
    assert result.returncode == 0, result.stdout[-3000:]
    tests = [f"tests/core/test_{name}.py" for name in ("samplers", "samplers_against_oracles", "distribution_of_draws")]
    result = run(tmp_path, *tests, "-k", "gap_cutoff")
    assert result.returncode == 0, result.stdout[-3000:]
    shown = "import core; print(core.SamplingParams(gap_cutoff=1.5).stages, core.probabilities([3, 2, 1], core.SamplingParams(gap_cutoff=1.5)))"
    told = subprocess.run([sys.executable, "-c", shown], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert told.stdout.startswith("('gap_cutoff',) tensor([0.7311, 0.2689, 0.0000]"), told.stderr[-2000:]
    shown = "from tests.dashboard.sampling_cases import ask; print(ask('() => core.gapCutoff([3, 2, 1], 1.5)'))"
    told = subprocess.run([sys.executable, "-c", shown], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert told.stdout == "[3, 2, -inf]\n", told.stderr[-2000:]


@pytest.mark.parametrize("piece", PIECES)
def test_without_any_one_piece_a_test_fails(run, piece, tmp_path):
    add(copied(tmp_path), without=piece)
    result = run(tmp_path, *QUICK)
    assert result.returncode not in (0, 5), f"nothing misses the {piece}"


def test_the_blocks_of_the_guide_are_the_seven_that_it_speaks_of():
    function, setting, line, oracle, words, page_function, page_setting = blocks()
    assert page_function.startswith("export function gapCutoff(") and page_setting.startswith("  gap_cutoff: setting(")
    assert function.startswith("def gap_cutoff(") and '"""Keep' in function
    assert setting.startswith("    gap_cutoff: float = setting(") and line.startswith("        gap_cutoff: ")
    assert textwrap.dedent(oracle).startswith('"gap_cutoff": Oracle(') and words.startswith('["stage.gap_cutoff"]')
