"""The export is atomic and careful: killed by a real SIGKILL it leaves a whole site, and it refuses what is not its own."""

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.models.storage import INT8
from dashboard import export
from dashboard.language import ROOT
from dashboard.page import weights
from dashboard.page.weights import WeightsError

KILL = "import os, signal; die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
RUN = "import sys; from dashboard import export; sys.exit(export.main([sys.argv[1]]))"
# The site is made by the tests' own session; only putting it in its place is left to do.
MADE = "from dashboard import export; import os, shutil; from pathlib import Path\nexport.build = lambda work: shutil.copytree(os.environ['MADE'], Path(work, 'site'))\n"
POINTS = {
    "while pages are made": "from dashboard.site import pages; f = pages._write\n"
    "def one(*a, **k): f(*a, **k); die()\npages._write = one",
    "while Sphinx writes": "from sphinx.builders.html import StandaloneHTMLBuilder as b; f = b.handle_page\n"
    "def one(self, name, *a, **k): f(self, name, *a, **k); name == 'index' and die()\nb.handle_page = one",
    "before the swap": MADE + "export.swap = die",
}
BETWEEN = (
    "from dashboard import export; from pathlib import Path; export.exchange = lambda *a: False; f = Path.rename\n"
    "def one(self, target): f(self, target); die()\nPath.rename = one"
)


def contents(folder: Path) -> dict[str, str]:
    """Every file below `folder` with its digest."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(out: Path, before: str = "", **environment: str) -> subprocess.CompletedProcess:
    """The real command in a process of its own, with `before` executed first."""
    return subprocess.run(
        [sys.executable, "-c", before + "\n" + RUN, str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=300,
    )


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An earlier export."""
    out = tmp_path / "site"
    (out / "pt").mkdir(parents=True)
    (out / export.MARKER).write_text("python -m dashboard.export\n")
    (out / "pt" / "index.html").write_text("the old site")
    return out


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_export_leaves_the_old_site_byte_for_byte(old, site, point):
    before = contents(old)
    assert run(old, KILL + POINTS[point], MADE=str(site)).returncode == -signal.SIGKILL
    assert contents(old) == before
    assert list(old.parent.glob(".site.building-*")), "it was killed before it began to build"
    export.recover(old)
    assert [path.name for path in old.parent.iterdir()] == ["site"]


def test_a_kill_between_two_renames_loses_nothing(old, site):
    """Where folders cannot be exchanged in one step, the next start puts the old site back."""
    before = contents(old)
    assert run(old, KILL + MADE + BETWEEN, MADE=str(site)).returncode == -signal.SIGKILL
    assert not old.exists()
    export.recover(old)
    assert contents(old) == before
    assert [path.name for path in old.parent.iterdir()] == ["site"]


def test_a_new_export_replaces_the_old_one_whole(old, site):
    assert run(old).returncode == 0
    assert contents(old).keys() == contents(site).keys()
    assert [path.name for path in old.parent.iterdir()] == ["site"]


def test_what_the_owner_added_to_a_site_stays_and_an_old_page_goes(old, site):
    for name in ("CNAME", ".git/objects/pack", "pt/minha.html"):
        (old / name).parent.mkdir(parents=True, exist_ok=True)
        (old / name).write_text("the owner's")
    (old / ".git/refs").mkdir()
    (old / "link").symlink_to("CNAME")
    (old / "pt/velha.html").write_text("of a lesson that is gone")
    with open(old / export.MARKER, "a") as marker:
        marker.write("pt/velha.html\n")
    for _ in range(2):
        assert run(old, MADE, MADE=str(site)).returncode == 0
        assert all(
            (old / name).read_text() == "the owner's" for name in ("CNAME", ".git/objects/pack", "pt/minha.html")
        )
        assert (old / ".git/refs").is_dir() and (old / "link").is_symlink() and not (old / "pt/velha.html").exists()


def test_an_export_that_fails_leaves_the_old_site(old, monkeypatch):
    before = contents(old)
    monkeypatch.setattr(export, "build", lambda work: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export.export(old)
    assert contents(old) == before
    assert [path.name for path in old.parent.iterdir()] == ["site"]


FAULTS = [
    (OSError(errno.ENOSPC, "No space left on device"), "O disco está cheio", "The disk is full"),
    (PermissionError(errno.EACCES, "Permission denied", "/srv/site"), "escrever em /srv/site", "write to /srv/site"),
    (OSError(errno.EROFS, "Read-only file system", "/mnt"), "escrever em /mnt", "write to /mnt"),
    (WeightsError("embedded"), "core/weights/embedded está incompleta", "core/weights/embedded is incomplete"),
]


@pytest.mark.parametrize("lang", [0, 1], ids=["pt", "en"])
@pytest.mark.parametrize(
    "error, said", [(error, said) for error, *said in FAULTS], ids=["full", "no right", "read-only", "weights"]
)
def test_what_stops_an_export_from_outside_is_told_in_the_users_language(error, said, lang, old, monkeypatch, capsys):
    before = contents(old)
    monkeypatch.setenv("AMOSTRA_LANG", ["pt", "en"][lang])

    def build(work):
        raise error

    monkeypatch.setattr(export, "build", build)
    assert export.main([str(old)]) == 1
    assert said[lang] in capsys.readouterr().err
    assert contents(old) == before


@pytest.mark.parametrize("name", ["tokenizer.json", "config.json", INT8])
@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), lambda path: path.unlink(), lambda path: path.write_bytes(b"{}")], ids=["cut", "gone", "empty"])  # fmt: skip
def test_damaged_weights_are_named(name, damage, tmp_path, monkeypatch):
    shutil.copytree(weights.WEIGHTS / "embedded", tmp_path / "embedded")
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    damage(tmp_path / "embedded" / name)
    with pytest.raises(WeightsError, match="embedded"):
        weights.script.__wrapped__("embedded")


@pytest.mark.parametrize("whole", [True, False])
def test_swap_with_and_without_exchange(tmp_path, monkeypatch, whole):
    if not whole:
        monkeypatch.setattr(export, "exchange", lambda one, other: False)
    new, out = tmp_path / "new", tmp_path / "out"
    for folder in (new, out):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    export.swap(new, out)
    assert (out / "name").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_folder_of_a_running_export_is_left_alone(old):
    running = old.with_name(f".site.building-{os.getpid()}")
    running.mkdir()
    export.recover(old)
    assert running.exists()


# Refusals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [ROOT, ROOT.parent, Path.home(), Path("/")])
def test_the_project_home_and_root_are_refused_even_by_force(folder):
    with pytest.raises(export.ExportError):
        export.check(folder.resolve(), force=True)


def test_a_source_folder_is_refused_even_by_force():
    with pytest.raises(export.ExportError, match="core"):
        export.check(ROOT / "core", force=True)


@pytest.mark.parametrize(("lang", "said"), [("pt", "nenhuma exportação"), ("en", "no export wrote")])
def test_a_folder_with_other_files_is_refused_in_the_users_language(tmp_path, lang, said, monkeypatch, capsys):
    monkeypatch.setenv("AMOSTRA_LANG", lang)
    out = tmp_path / "photos"
    out.mkdir()
    (out / "precious.jpg").write_text("not ours")
    assert export.main([str(out)]) == 1
    told = capsys.readouterr().err
    assert said in told and "--force" in told
    assert contents(out).keys() == {"precious.jpg"}
    assert list(tmp_path.iterdir()) == [out]
    export.check(out, force=True)


def test_a_file_is_refused(tmp_path):
    out = tmp_path / "site"
    out.write_text("a file")
    with pytest.raises(export.ExportError):
        export.check(out, force=True)


def test_an_empty_folder_a_new_one_and_an_earlier_export_are_accepted(tmp_path, old):
    (tmp_path / "empty").mkdir()
    for out in (tmp_path / "empty", tmp_path / "new", old):
        export.check(out, force=False)
