"""Where the project lives in public, if anywhere: `[tool.amostra] repository` in pyproject.toml, "owner/name" on GitHub."""

import os
import tomllib

from dashboard.language import ROOT
from dashboard.lesson import Lesson

BRANCH = "notebooks"
"""The branch that holds what `dashboard.export --notebooks` writes, at its root: `pt/`, `en/` and the runtime."""


def repository() -> str:
    """ "owner/name", or "" when none is configured. The environment variable AMOSTRA_REPOSITORY comes first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return os.environ.get("AMOSTRA_REPOSITORY", settings["tool"]["amostra"]["repository"])


def clone_address() -> str:
    """What `git clone` takes, or ""."""
    return f"https://github.com/{repository()}.git" if repository() else ""


def colab_link(lesson: Lesson, lang: str) -> str:
    """Where Colab opens a lesson's notebook; "" unless a repository is configured."""
    notebook = f"{BRANCH}/{lang}/{lesson.text('slug', lang)}.ipynb"
    return f"https://colab.research.google.com/github/{repository()}/blob/{notebook}" if repository() else ""
