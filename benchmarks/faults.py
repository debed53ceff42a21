"""What goes wrong around the program, one fault after the other: what a person sees, and whether anything is lost.

`python -m benchmarks.faults [--kills 100] [--only NAME …]` writes a JSON line per fault. The checkout is copied; the disk that fills up
is a small file system in memory, which needs the right to mount one (it says so where it has none).
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.browser.launch import start_app
from tests.training.small_corpus import make

ROOT = Path(__file__).parents[1]
PARTS = ("core", "dashboard", "lessons", "benchmarks", ".streamlit", "streamlit_app.py", "pyproject.toml", "LICENSE", "LICENSE-CONTENT.md")  # fmt: skip
EXPORT = [sys.executable, "-m", "dashboard.export"]


def checkout(place: Path) -> Path:
    """A copy of the program to damage."""
    place.mkdir(parents=True)
    for name in PARTS:
        copy = shutil.copy if (ROOT / name).is_file() else shutil.copytree
        copy(ROOT / name, place / name)
    return place


def digest(folder: Path) -> str:
    """Of every file's name and contents."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = b"".join(str(path.relative_to(folder)).encode() + path.read_bytes() for path in files)
    return hashlib.sha256(told).hexdigest()


def run(command: list[str], folder: Path, **settings: str) -> tuple[int, str]:
    """The exit status of a program and the last line that it said."""
    env = os.environ | settings
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", timeout=900)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return done.returncode, lines[-1] if lines else ""


def killed_after(seconds: float, command: list[str]) -> int | None:
    """`kill -9` a program that runs for so long; its exit status where it ended before, else None."""
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return started.wait(seconds)
    except subprocess.TimeoutExpired:
        started.kill()
        started.wait()
        return None


def progress(told: str) -> None:
    print(f"\r{told}", end="", file=sys.stderr, flush=True)


# The faults: each is given an empty folder and a whole site, and says what was seen ------------------------------------


def killed(place: Path, site: Path, kills: int) -> dict:
    """`kill -9` at random moments of real exports over an existing site; an export that ended before its moment does not count."""
    out, chance, done, lost, whole = place / "site", random.Random(5), 0, 0, 0
    shutil.copytree(site, out)
    before, begun = digest(out), time.monotonic()
    run([*EXPORT, str(out)], ROOT)
    lasts = time.monotonic() - begun
    while done < kills:
        ended = killed_after(chance.uniform(0, lasts), [*EXPORT, str(out)]) is not None
        done, whole = done + (not ended), whole + ended
        lost += digest(out) != before  # an export that ended wrote the same site
        progress(f"{done} of {kills} kills, {lost} sites lost")
    print(file=sys.stderr)
    after, _ = run([*EXPORT, str(out)], ROOT)
    left = [path.name for path in place.iterdir() if path != out]
    return {"kills": done, "seconds of an export": round(lasts, 1), "ended before": whole, "sites lost": lost,
            "next export": after, "left behind": left}  # fmt: skip


def killed_training(place: Path, site: Path, kills: int) -> dict:
    """`kill -9` at random moments of real trainings, each gone on with until it ends as the one that nobody stopped."""
    chance, done, runs, lost = random.Random(5), 0, 0, 0
    make(place / "corpus")
    program = [sys.executable, "-m", "core.training"]
    run([*program, "tokenizer", "--corpus", str(place / "corpus"), "--out", str(place / "tokenizer"), "--vocab-size", "300"], ROOT)  # fmt: skip
    asked = [*program, "train", "--corpus", str(place / "corpus"), "--tokenizer", str(place / "tokenizer"), "--quiet",
             "--preset", "tiny", "--steps", "1500", "--batch-tokens", "32", "--row-tokens", "16", "--eval-every", "20",
             "--eval-tokens", "160", "--save-every", "15", "--warmup", "5", "--patience", "0", "--threads", "1"]  # fmt: skip

    def outcome(folder: Path) -> tuple:
        lines = [json.loads(line) for line in (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()]
        return [{**line, "seconds": 0} for line in lines], (folder / "best.safetensors").read_bytes()

    begun = time.monotonic()
    run([*asked, "--out", str(place / "whole")], ROOT)
    lasts, whole = time.monotonic() - begun, outcome(place / "whole")
    while done < kills:
        out = str(place / f"run-{runs}")
        status = killed_after(chance.uniform(0, lasts), [*asked, "--out", out])
        if status is None:
            done += 1
        else:
            runs, lost = runs + 1, lost + (status != 0 or outcome(Path(out)) != whole)
        progress(f"{done} of {kills} kills, {runs} runs ended, {lost} of them otherwise")
    print(file=sys.stderr)
    last, _ = run([*asked, "--out", out], ROOT)
    lost += outcome(Path(out)) != whole
    return {"kills": done, "seconds of a training": round(lasts, 1), "runs ended": runs + 1, "status": last, "ended otherwise": lost}  # fmt: skip


def full_disk(place: Path, site: Path) -> dict:
    """An export to a disk without room, over an existing file of the owner."""
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        return {"not run": "no right to mount a file system"}
    try:
        out = place / "site"
        out.mkdir()
        (out / ".amostra-site").touch()
        (out / "index.html").write_text("old")
        status, said = run([*EXPORT, str(out)], ROOT)
        return {"status": status, "said": said, "old site": (out / "index.html").read_text() == "old", "left behind": [one.name for one in place.iterdir() if one != out]}  # fmt: skip
    finally:
        subprocess.run(["umount", str(place)], check=True)


def odd_surroundings(place: Path, site: Path) -> dict:
    """Another locale, another order of sets, a clock set back: the same site."""
    status, said = run([*EXPORT, str(place / "site")], ROOT, LC_ALL="C", LANG="C", PYTHONHASHSEED="12345", TZ="Pacific/Kiritimati")  # fmt: skip
    return {"status": status, "said": said, "same site": digest(place / "site") == digest(site)}


def no_cache(place: Path, site: Path) -> dict:
    """A cache that cannot be written."""
    status, said = run([*EXPORT, str(place / "site")], ROOT, AMOSTRA_CACHE="/proc/none")
    return {"status": status, "said": said, "same site": digest(place / "site") == digest(site)}


def spoilt_cache(place: Path, site: Path) -> dict:
    """A cache whose every file was cut in half."""
    shutil.copytree(ROOT / ".cache", place / "cache")
    for path in (place / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    status, said = run([*EXPORT, str(place / "site")], ROOT, AMOSTRA_CACHE=str(place / "cache"))
    return {"status": status, "said": said, "same site": digest(place / "site") == digest(site)}


def spoilt_tokenizer(place: Path, site: Path) -> dict:
    """The model's tokenizer cut in half: what an export says."""
    tree = checkout(place / "tree")
    told = tree / "core" / "weights" / "embedded" / "tokenizer.json"
    told.write_bytes(told.read_bytes()[:1000])
    status, said = run([*EXPORT, str(place / "site")], tree)
    return {"status": status, "said": said, "half a site": (place / "site").exists()}


def port_taken(place: Path, site: Path) -> dict:
    """The app where another program has its port."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.address=127.0.0.1", f"--server.port={other.getsockname()[1]}"]  # fmt: skip
        status, said = run(command, ROOT)
    return {"status": status, "said": said}


def app_without_cache(place: Path, site: Path) -> dict:
    """The app without a cache: its page and its health are answered."""
    server, _, seconds = start_app(ROOT, AMOSTRA_CACHE="/proc/none")
    server.terminate()
    server.wait(10)
    return {"seconds": round(seconds, 1)}


FAULTS: dict[str, Callable[..., dict]] = {
    one.__name__: one for one in (killed, killed_training, full_disk, odd_surroundings, no_cache, spoilt_cache, spoilt_tokenizer, port_taken, app_without_cache)
}  # fmt: skip


def main() -> None:
    """Run the faults and print a line for each."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--only", nargs="+", choices=FAULTS, default=list(FAULTS))
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "site")
        subprocess.run([*EXPORT, str(site)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        for name in chosen.only:
            more = (chosen.kills,) if name.startswith("killed") else ()
            place = Path(folder, name)
            if name != "full_disk":
                place.mkdir()
            print(json.dumps({"fault": name, **FAULTS[name](place, site, *more)}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
