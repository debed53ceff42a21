"""The script for a GPU is whole: its rehearsal runs every part."""

import json

import pytest

from benchmarks import gpu
from tests.training.small_corpus import make


def test_the_rehearsal_runs_every_part_and_trains(tmp_path):
    corpus, out = make(tmp_path / "corpus"), tmp_path / "gpu.json"
    gpu.main(["--rehearse", f"--out={out}", f"--train={corpus}", f"--run={tmp_path / 'run'}"])
    told = json.loads(out.read_text("utf-8"))
    assert told["rehearsal"] and [name for name in gpu.PARTS if "error" in told[name]] == []
    assert [row["greedy_tokens_equal"] for row in told["phi_2"]["result"]] == [True, True]
    assert told["training"]["result"]["finished"] and told["training"]["result"]["step"] == 4


def test_a_part_that_fails_says_why_and_the_others_run(tmp_path, monkeypatch):
    monkeypatch.setattr(gpu, "RUN", {name: gpu.RUN[name] for name in ("training", "samplers")})  # two quick ones
    out = tmp_path / "gpu.json"
    gpu.main(["--rehearse", f"--out={out}", f"--train={tmp_path / 'nowhere'}", f"--run={tmp_path / 'run'}"])
    told = json.loads(out.read_text("utf-8"))
    assert "train.list: missing" in told["training"]["error"] and told["samplers"]["result"] == []


def test_without_a_gpu_it_says_so():
    if gpu.torch.cuda.is_available():
        return
    with pytest.raises(SystemExit, match="no GPU here; --rehearse"):
        gpu.main([])
