"""What is installed: exact pins, as they are here, and an app that needs neither the site's tools nor the tests'."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions, version
from itertools import pairwise

import pytest

from dashboard.language import ROOT

FILES = ("requirements.txt", "requirements-site.txt", "requirements-dev.txt")
LINES = [
    line
    for name in FILES
    for line in (ROOT / name).read_text("utf-8").splitlines()
    if line and not line.startswith(("#", "-r "))
]
APART = [
    line.partition("==")[0]
    for name in FILES[1:]
    for line in (ROOT / name).read_text("utf-8").splitlines()
    if "==" in line
]

APP = """
import sys
for name in {names!r}:
    sys.modules[name] = None
import nbformat
from streamlit.testing.v1 import AppTest
from dashboard import lesson, notebooks
from dashboard.app import generation_jobs, models
generation_jobs.queues()
nbformat.writes(notebooks.build(lesson.lessons()[0], "pt"))
app = AppTest.from_file("dashboard/app/main.py", default_timeout=300).run()
print("whole" if not app.exception else app.exception)
"""


@pytest.mark.parametrize("line", LINES)
def test_every_requirement_is_one_exact_version_and_the_one_that_is_tested(line):
    name, pinned = re.fullmatch(r"([A-Za-z][\w.-]*)==(\d[\w.]*)", line).groups()
    assert version(name).partition("+")[0] == pinned


def test_each_file_of_requirements_adds_to_the_one_before():
    for smaller, larger in pairwise(FILES):
        assert f"-r {smaller}" in (ROOT / larger).read_text("utf-8").splitlines()
    assert len({line.partition("==")[0].lower() for line in LINES}) == len(LINES)


def test_the_commands_of_both_readmes_are_the_same_and_install_by_purpose():
    commands = [
        re.findall(r"^python3 -m venv .*$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
        for name in ("README.md", "README.pt-BR.md")
    ]
    assert commands[0] == commands[1]
    assert ["-r requirements.txt" in commands[0][0], "-r requirements-dev.txt" in commands[0][1], len(commands[0])] == [
        True,
        True,
        2,
    ]


def test_the_app_needs_neither_the_tools_of_the_site_nor_those_of_the_tests():
    modules = [
        module
        for module, names in packages_distributions().items()
        if {name.lower() for name in names} & {name.lower() for name in APART}
    ]
    assert {"furo", "myst_parser", "nbclient", "ipykernel", "pytest", "playwright"} <= set(modules)
    done = subprocess.run(
        [sys.executable, "-c", APP.format(names=modules)], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert done.stdout.split()[-1:] == ["whole"], done.stdout + done.stderr
