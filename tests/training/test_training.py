"""A run learns, stops, and after a kill -9 goes on as if nothing had happened."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from time import monotonic, sleep

import pytest

from core.models.language_model import load_model
from core.training.__main__ import main
from core.training.run import Run
from tests.training.small_corpus import make

ROOT = Path(__file__).parents[2]
STEPS = 160


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("training")
    make(folder / "corpus")
    main(["tokenizer", "--corpus", str(folder / "corpus"), "--out", str(folder / "tokenizer"), "--vocab-size", "300"])
    return folder


def command(home, out, **settings):
    settings = {
        "preset": "tiny", "steps": STEPS, "batch-tokens": 32, "row-tokens": 16, "eval-every": 20,
        "eval-tokens": 160, "save-every": 15, "warmup": 5, "dropout": 0.2, "patience": 0, "threads": 1,
    } | settings  # fmt: skip
    given = [f"--{name}={value}" for name, value in settings.items() if value is not None]
    return [
        "train",
        f"--corpus={home / 'corpus'}",
        f"--tokenizer={home / 'tokenizer'}",
        f"--out={out}",
        "--quiet",
        *given,
    ]


@pytest.fixture(scope="module")
def whole(home):
    """A run that nobody stopped."""
    main(command(home, home / "whole"))
    return Run(home / "whole")


def curve(run):
    return [{name: value for name, value in line.items() if name != "seconds"} for line in run.lines()]


def test_kill_9_at_three_moments_changes_nothing(home, whole):
    run = Run(home / "killed")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    for moment in (15, 55, 105):
        process = subprocess.Popen(
            [sys.executable, "-m", "core.training", *command(home, run.folder)], cwd=ROOT, env=environment
        )
        deadline = monotonic() + 60
        while len(run.lines()) < moment and monotonic() < deadline:
            sleep(0.005)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, "it must not have ended by itself"
    main(command(home, run.folder))
    assert [line["step"] for line in curve(run) if "loss" in line] == list(range(STEPS))
    assert curve(run) == curve(whole)
    assert (run.folder / "best.safetensors").read_bytes() == (whole.folder / "best.safetensors").read_bytes()


def test_a_run_learns(whole):
    losses = [line["loss"] for line in whole.lines() if "loss" in line]
    bits = [line["validation_bits_per_byte"] for line in whole.lines() if "loss" not in line]
    assert sum(losses[-20:]) < 0.7 * sum(losses[:20]) and min(bits) < 0.7 * bits[0]


def test_a_line_cut_short_is_forgotten(home, whole, tmp_path):
    run = Run(tmp_path)
    run.append([{"step": 0, "loss": 1.5}, {"step": 1, "loss": 1.25}, {"step": 1, "validation_bits_per_byte": 2.0}])
    run.record.write_text(run.record.read_text() + '{"step": 2, "lo')
    run.forget_after(1)
    assert run.lines() == [{"step": 0, "loss": 1.5}, {"step": 1, "validation_bits_per_byte": 2.0}]


def test_other_settings_need_another_folder(home, whole):
    with pytest.raises(SystemExit, match=r"recipe\.muon_lr was 0\.02"):
        main(command(home, whole.folder, **{"muon-lr": 0.5}))


def test_early_stopping_keeps_the_best(home, tmp_path):
    settings = {"patience": 2, "muon-lr": 0.0, "adam-lr": 0.0, "eval-every": 5}  # nothing changes: never better again
    main(command(home, tmp_path, **settings))
    steps = [line["step"] for line in Run(tmp_path).lines() if "loss" not in line]
    assert steps == [5, 10, 15]
    main(command(home, tmp_path, **settings))  # and it stays stopped
    assert [line["step"] for line in Run(tmp_path).lines() if "loss" not in line] == steps


def test_a_branch_goes_on_from_its_trunk_and_down_to_zero(home):
    trunk = {"steps": 90, "decay": 0.0}  # the learning rate never falls, and step 90 is a checkpoint
    main(command(home, home / "trunk", **trunk))
    main([*command(home, home / "branch", steps=150, decay=0.4), f"--branch-from={home / 'trunk'}"])
    trunk, branch = curve(Run(home / "trunk")), curve(Run(home / "branch"))
    assert branch[: len(trunk)] == trunk
    rates = [line["lr"] for line in branch if "lr" in line]
    assert rates[90] == 1 and rates[-1] < 0.03 and len(rates) == 150


def test_a_branch_needs_the_same_network_and_order_of_the_text(home, whole):
    for other in ({"seed": 1}, {"row-tokens": 8}, {"preset": "multi-head-small"}):
        with pytest.raises(SystemExit, match="a branch needs"):
            main([*command(home, home / "other", **other), f"--branch-from={whole.folder}"])


def test_export_and_what_it_costs(home, whole, tmp_path, capsys):
    main(["export", str(whole.folder), "--out", str(tmp_path / "int8"), "--corpus", str(home / "corpus")])
    assert '"cost": ' in capsys.readouterr().out
    text = "o menino viu a vila."
    small, best = load_model(tmp_path / "int8"), whole.model()
    assert small.decode(small.encode(text)) == text
    assert (small.logits(small.encode(text)) - best.logits(best.encode(text))).abs().max() < 0.2


def test_two_trainings_never_share_a_folder(home, whole, tmp_path):
    with Run(tmp_path).alone(), pytest.raises(SystemExit, match="another training runs here"):
        main(command(home, tmp_path))
    main(command(home, tmp_path, steps=2))
    assert [line["step"] for line in Run(tmp_path).lines() if "loss" in line] == [0, 1]


def test_where_nothing_else_is_said_a_row_is_as_long_as_the_network_reads(home, tmp_path):
    run = Run(tmp_path / "run")
    main(command(home, run.folder, steps=1, **{"row-tokens": None, "batch-tokens": 256}))
    assert json.loads((run.folder / "run.json").read_text("utf-8"))["recipe"]["row_tokens"] == 128


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"seed": -1}, "seed must be a whole number >= 0; got -1"),
        ({"steps": 0}, "steps must be"),
        ({"muon-lr": "nan"}, "muon_lr must be"),
        ({"decay": 1.5}, "decay must be"),
        ({"batch-tokens": 40}, "a multiple of row_tokens = 16"),
        ({"row-tokens": 256, "batch-tokens": 256}, "row_tokens must be at most the context, 128"),
        ({"threads": 0}, "threads must be"),
        ({"dropout": 2}, "dropout must be"),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(home, tmp_path, settings, message):
    with pytest.raises(SystemExit, match=rf"^error: .*{message}"):
        main(command(home, tmp_path / "run", **settings))
    assert not (tmp_path / "run" / "run.json").exists()


@pytest.mark.parametrize(
    ("file", "damage", "message"),
    [
        ("checkpoint.safetensors", lambda data: data[: len(data) // 2], "not a checkpoint of this network"),
        ("checkpoint.safetensors", lambda data: b"", "not a checkpoint of this network"),
        ("run.json", lambda data: data[:40], "not the settings of a run"),
        ("run.json", lambda data: b"[1]", "not the settings of a run"),
        ("record.jsonl", lambda data: data[5:], "line 1 is no record of a step"),
        ("record.jsonl", lambda data: b"\xff\xfe\n" + data, "line 1 is no record of a step"),
    ],
)
def test_a_damaged_file_of_a_run_is_named_with_the_way_out(home, whole, tmp_path, file, damage, message):
    copytree(whole.folder, tmp_path / "run")
    path = tmp_path / "run" / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SystemExit, match=rf"^error: .*{file}: {message}.*; ") as error:
        main(command(home, tmp_path / "run"))
    assert "\n" not in str(error.value)


def test_too_little_text_is_said_with_the_way_out(home, tmp_path):
    for split, message in (("train", "training tokens are too few"), ("validation", "validation tokens are too few")):
        folder = make(tmp_path / split)
        for name in (folder / f"{split}.list").read_text("utf-8").split():
            (folder / name).write_text("a", "utf-8")
        arguments = [
            f"--corpus={folder}" if word.startswith("--corpus") else word
            for word in command(home, tmp_path / f"run-{split}")
        ]
        with pytest.raises(SystemExit, match=f"error: .*{message}"):
            main(arguments)


def test_missing_things_are_said_in_one_line(home, tmp_path):
    with pytest.raises(SystemExit, match=r"train\.list: missing"):
        main(["tokenizer", "--corpus", str(tmp_path), "--out", str(tmp_path)])
    with pytest.raises(SystemExit, match="no such model"):
        main(["export", "nothing-there", "--out", str(tmp_path / "out")])
