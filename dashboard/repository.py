"""Where the project lives in public, if anywhere: `[tool.amostra]` in pyproject.toml.

`repository` is "owner/name" on GitHub, `site` the address under which the exported site is served. The environment
variables AMOSTRA_REPOSITORY and AMOSTRA_SITE come first, so that a workflow needs no change to a file. Without them
nothing absolute is written, and every link that would need one is left out.
"""

import os
import tomllib
from urllib.parse import urlsplit

from dashboard.language import ROOT, say
from dashboard.lesson import Lesson

BRANCH = "notebooks"
"""The branch that holds what `dashboard.export --notebooks` writes, at its root: `pt/`, `en/` and the runtime."""


def _setting(name: str) -> str:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return os.environ.get(f"AMOSTRA_{name.upper()}", settings["tool"]["amostra"][name])


def repository() -> str:
    """ "owner/name", or "" when none is configured."""
    return _setting("repository")


def site() -> str:
    """The address of the published site, with a slash at its end, or "".

    Raises:
        ValueError: the setting is no address of a site, in the language in force.
    """
    given = _setting("site").strip()
    parts = urlsplit(given)
    if given and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError(say("export.bad_site", value=given))
    return f"{given.rstrip('/')}/" if given else ""


def clone_address() -> str:
    """What `git clone` takes, or ""."""
    return f"https://github.com/{repository()}.git" if repository() else ""


def edit_link(path: str) -> str:
    """Where a reader proposes a change to a file of the project, given from its root; or ""."""
    return f"https://github.com/{repository()}/edit/main/{path}" if repository() else ""


def colab_link(lesson: Lesson, lang: str) -> str:
    """Where Colab opens a lesson's notebook; "" unless a repository is configured."""
    notebook = f"{BRANCH}/{lang}/{lesson.text('slug', lang)}.ipynb"
    return f"https://colab.research.google.com/github/{repository()}/blob/{notebook}" if repository() else ""
