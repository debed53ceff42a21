"""What `pip install .` gives: the same files under another name, their requirements, and the README's lines."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import core

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
README = (ROOT / "core" / "README.md").read_text("utf-8")


def pins(lines) -> dict[str, str]:
    return dict(line.split("==") for line in lines if re.match(r"[\w.-]+==", line))


def test_the_extras_are_the_pins_of_the_requirements_by_purpose():
    files = {
        name: pins((ROOT / f"{name}.txt").read_text("utf-8").splitlines())
        for name in ("requirements", "requirements-site", "requirements-dev")
    }
    required = {name: version for file in files.values() for name, version in file.items()}
    extras = [pins(lines) for lines in PROJECT["project"]["optional-dependencies"].values()]
    together = {name: version for extra in extras for name, version in extra.items()}
    assert files["requirements-site"] == extras[2] and files["requirements-dev"] == extras[3]
    assert len(together) == sum(map(len, extras)), "a requirement belongs to one purpose"
    alone = {re.match(r"[\w-]+", line)[0] for line in PROJECT["project"]["dependencies"]}
    assert alone == {"torch", "numpy", "numba"} and together == {k: v for k, v in required.items() if k not in alone}
    assert f"torch=={required['torch']}" in PROJECT["project"]["dependencies"]


def test_every_room_with_code_is_in_the_package():
    rooms = {path.parent.relative_to(ROOT) for path in (ROOT / "core").rglob("*.py")}
    packed = {"/".join(["core", *name.split(".")[1:]]) for name in PROJECT["tool"]["setuptools"]["packages"]}
    assert packed == {room.as_posix() for room in rooms}


def test_no_file_of_core_names_core_in_an_import():
    for path in (ROOT / "core").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) core\b", path.read_text("utf-8"), re.MULTILINE), path


def test_every_name_can_be_asked_for_and_is_listed():
    names = {name for names in core.PLACES.values() for name in names.split()}
    assert len(core.__all__) <= 17 and set(core.__all__) <= set(dir(core))
    assert all(getattr(core, name) is not None for name in names) and names <= set(dir(core))
    with pytest.raises(AttributeError, match="no attribute 'top_q'"):
        core.top_q  # noqa: B018


def test_the_readme_is_short_and_its_lines_run_as_the_installed_package(tmp_path):
    """The package mapping of pyproject.toml, as a copy: what a wheel would hold, without building one."""
    assert len(README.splitlines()) <= 60
    left_out = shutil.ignore_patterns("__pycache__", "grouped-query", "feed-forward", "multi-head")
    shutil.copytree(ROOT / "core", tmp_path / "amostra", ignore=left_out)
    for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 100, "a text"


def test_the_samplers_import_neither_transformers_nor_tokenizers_nor_numba():
    code = "import sys; from core import sample, trace; print(*sorted({'transformers', 'tokenizers', 'numba'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_speeds_in_the_readme_are_those_of_the_record():
    import json

    cases = json.loads((ROOT / "benchmarks" / "samplers.json").read_text("utf-8"))["cases"]
    by = {(tuple(case["shape"]), case["case"]): case for case in cases if case["logits"] == "normal×3"}
    rows = re.findall(r"^\| .* \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", README, re.MULTILINE)
    wanted = [(by[(1, 51200), name]["transformers"], by[(1, 51200), name]["warm_transformers"], by[(64, 51200), name]["transformers"])
              for name in ("temperature", "top-k", "top-p", "top-k+top-p", "min-p", "typical")]  # fmt: skip
    assert rows == [tuple(f"{number:.1f}" for number in row) for row in wanted]


def test_a_trace_is_a_table_in_a_terminal_and_in_a_notebook():
    stages = core.trace([3, 1, 0, -1], core.SamplingParams(temperature=0.5, top_k=3, order="llama.cpp"))
    head, *rows = repr(stages).splitlines()
    assert head.split()[:3] == ["stage", "tokens", "left"] and [row.split()[0] for row in rows] == [
        "logits",
        "top_k",
        "temperature",
    ]
    assert "0 98.0%" in rows[-1] and stages._repr_html_().count("<tr>") == 4
    assert "2 stages" in repr(core.trace([[3, 1], [0, -1]], core.SamplingParams(top_k=1)))


def test_a_seed_is_a_seed_everywhere():
    params = core.SamplingParams(temperature=2)
    logits = [[3, 1, 0, -1]] * 50
    assert core.sample(logits, params, seed=7).equal(core.sample(logits, params, generator=7))
    with pytest.raises(core.ParameterError, match="seed must be given without a generator"):
        core.sample(logits, params, generator=7, seed=7)


def test_a_chain_for_transformers_is_a_list_of_processors():
    from transformers import LogitsProcessorList

    processors = core.for_transformers(core.SamplingParams(top_k=2))
    assert isinstance(processors, LogitsProcessorList)
    import torch

    scores = processors(torch.tensor([[1, 2]]), torch.tensor([[3.0, 2, 1, 0]]))
    assert (scores > -torch.inf).tolist() == [[True, True, False, False]]
