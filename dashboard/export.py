"""Write the static site: `python -m dashboard.export OUT [--notebooks DIR] [--force]`.

The new site is built beside OUT, in `.OUT.building-<pid>`, and takes its place only when it is whole. Where the
system can exchange two folders in one step (Linux), no moment passes without a site. Elsewhere the old one is renamed
to `.OUT.old-<pid>` first; an export killed between the two renames leaves it there, and the next one puts it
back before it does anything else.
"""

import argparse
import ctypes
import errno
import importlib.util
import io
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from dashboard.language import LANGUAGES, ROOT, say, using
from dashboard.lesson import LessonError

MARKER = ".amostra-site"


class ExportError(Exception):
    """The site was not written; the message says why and what to change, in the user's language."""


# The folder ----------------------------------------------------------------------------------------------------------


def files(folder: Path) -> Iterator[Path]:
    """Every file under a folder, relative to it; a link counts as a file, and so does an empty folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir()):
            yield path.relative_to(folder)


def keep(out: Path, site: Path) -> None:
    """Copy into the new `site` what its owner added to `out` since an export wrote it, such as CNAME or .git."""
    if not (out / MARKER).is_file():
        return  # what no export wrote is refused, or given up by --force
    written = set((out / MARKER).read_text(encoding="utf-8").splitlines())
    for file in files(out):
        if file.as_posix() not in written and file.name != MARKER and not (site / file).exists():
            (site / file).parent.mkdir(parents=True, exist_ok=True)
            if (out / file).is_dir() and not (out / file).is_symlink():
                (site / file).mkdir()
            else:
                shutil.copy2(out / file, site / file, follow_symlinks=False)


def check(out: Path, force: bool) -> None:
    """Raise ExportError unless `out` may be replaced.

    A folder that holds this project, the home folder or the whole disk is refused always; a folder with files that no
    export wrote is refused without `force`, and inside this project always.
    """
    if any(kept.is_relative_to(out) for kept in (ROOT, Path.home().resolve())):
        raise ExportError(say("export.refused_root", path=out))
    if out.exists() and not out.is_dir():
        raise ExportError(say("export.refused_file", path=out))
    if out.is_dir() and any(out.iterdir()) and not (out / MARKER).is_file():
        if out.is_relative_to(ROOT):
            raise ExportError(say("export.refused_project", path=out))
        if not force:
            raise ExportError(say("export.refused_folder", path=out))


def _running(pid: str) -> bool:
    if os.name == "nt":  # there a signal 0 would end the process, and open folders cannot be removed anyway
        return False
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def recover(out: Path) -> None:
    """Put back or clear away what killed exports left beside `out`."""
    for kind in ("old", "building"):
        for left in sorted(out.parent.glob(f".{out.name}.{kind}-*")):
            if _running(left.name.rpartition("-")[2]):
                continue
            if kind == "old" and not out.exists():
                left.rename(out)
            else:
                shutil.rmtree(left, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where the system cannot."""
    with suppress(AttributeError, OSError, TypeError):
        AT_FDCWD, RENAME_EXCHANGE = -100, 2
        rename = ctypes.CDLL(None).renameat2
        return rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0
    return False


def swap(new: Path, out: Path) -> None:
    """Put `new` in the place of `out`."""
    old = out.with_name(f".{out.name}.old-{os.getpid()}")
    if out.exists():
        if exchange(new, out):
            shutil.rmtree(new)
            return
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)


# The site ------------------------------------------------------------------------------------------------------------


def build(work: Path) -> Path:
    """Build the whole site under `work` and return its folder. Raises ExportError, LessonError, or a page's own error."""
    from dashboard.page import search
    from dashboard.site import assets, extension, pages, public  # Sphinx and torch: not needed to refuse a folder

    site = work / "site"
    site.mkdir()
    assets.write(site / "_shared")
    written = {}
    for lang, other in zip(LANGUAGES, reversed(LANGUAGES), strict=True):
        written[lang] = pages.write(work / "pages" / lang, lang)
        with using(lang):
            (site / "_shared" / f"search.{lang}.js").write_text(search.script(pages.address), encoding="utf-8")
        twins = dict(zip(pages.names(lang), pages.names(other), strict=True))
        settings = extension.config(lang, twins, written[lang])
        pages.write_exercises(site / "_shared" / "exercises" / lang, lang)
        _sphinx(work / "pages" / lang, site / lang, work / "doctrees" / lang, settings)
    public.write(site, written)
    assets.write_fonts(site)
    (site / ".nojekyll").touch()  # GitHub Pages would leave out _shared and _static
    names = [file.as_posix() for file in files(site)]
    (site / "service-worker.js").write_text(public.worker(site, names), encoding="utf-8")
    (site / MARKER).write_text("".join(f"{file.as_posix()}\n" for file in files(site)), encoding="utf-8")
    return site


def _sphinx(source: Path, target: Path, doctrees: Path, settings: dict[str, object]) -> None:
    from sphinx.application import Sphinx
    from sphinx.locale import translators
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    warnings = io.StringIO()
    translators.clear()  # Sphinx would keep those of the language before
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source,
            None,
            target,
            doctrees,
            "html",
            confoverrides=settings,
            status=None,
            warning=warnings,
            warningiserror=True,
        )
        app.build(force_all=True)
    if app.statuscode or warnings.getvalue():
        raise ExportError(say("export.warnings", text=re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()).strip()))
    (target / "_sources").rmdir()  # Sphinx makes it even when no source is copied there
    (target / ".buildinfo").unlink()


def export(out: Path, force: bool = False) -> None:
    """Write the site to `out`, or leave `out` as it was and raise."""
    out = out.resolve()
    recover(out)
    check(out, force)
    out.parent.mkdir(parents=True, exist_ok=True)
    work = out.with_name(f".{out.name}.building-{os.getpid()}")
    work.mkdir()
    try:
        site = build(work)
        keep(out, site)
        swap(site, out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


# The command ---------------------------------------------------------------------------------------------------------


def _user_language() -> str:
    """AMOSTRA_LANG, else the system's, else Portuguese."""
    for name in ("AMOSTRA_LANG", "LC_ALL", "LANG"):
        if os.environ.get(name, "")[:2] in LANGUAGES:
            return os.environ[name][:2]
    return "pt"


def _told(error: Exception) -> object:
    """What a fault outside the program comes from, in the user's language; any other as it says itself."""
    from dashboard.page.weights import WeightsError  # with it comes torch

    if isinstance(error, WeightsError):
        return say("export.weights", name=error.args[0])
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return say("export.no_room")
    if isinstance(error, OSError) and error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return say("export.no_right", path=error.filename or "")
    return error


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line, in its user's language. Returns the exit status: 0 when everything asked for was written."""
    with using(_user_language()):
        return _asked(arguments)


def _asked(arguments: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser("python -m dashboard.export", description=say("export.help"))
    parser.add_argument("out", type=Path, metavar="OUT", help=say("export.help.out"))
    parser.add_argument("--notebooks", type=Path, metavar="DIR", help=say("export.help.notebooks"))
    parser.add_argument("--force", action="store_true", help=say("export.help.force"))
    options = parser.parse_args(arguments)
    try:
        if missing := [name for name in ("furo", "myst_parser", "nbclient") if not importlib.util.find_spec(name)]:
            raise ExportError(say("export.needs", names=", ".join(missing)))
        if options.notebooks:
            from dashboard import notebooks

            notebooks.write(options.notebooks)
        export(options.out, options.force)
    except (ExportError, LessonError, ValueError, OSError) as error:
        print(say("export.failed", error=_told(error)), file=sys.stderr)
        return 1
    print(say("export.done", path=(options.out / "index.html").resolve()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
