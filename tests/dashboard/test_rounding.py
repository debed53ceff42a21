"""The records of rounded weights, recomputed from the shipped ones."""

import json

import numpy as np
import pytest
import torch

from core.models.language_model import WEIGHTS, load_model
from core.models.rounded import FORMATS, rounded, weight_bytes
from dashboard.language import ROOT
from dashboard.recorded import files, rounding

KEPT = 5e-3  # three significant digits, and what another processor's float32 may do


@pytest.fixture(scope="module")
def model():
    return load_model("embedded")


@pytest.fixture(scope="module")
def benchmark():
    return json.loads((ROOT / "benchmarks" / "quantisation.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["int4", "int4/32"])
def test_the_movement_of_the_first_texts_is_that_of_the_shipped_weights(model, name):
    texts = files.document("rounding")["texts"][:2]
    measured = rounding.measured(model, FORMATS[name], texts)
    positions = sum(map(len, texts))
    kept = rounding.formats()[name]
    assert np.allclose(measured["spread"], kept.spread[:positions], rtol=KEPT)
    assert np.allclose(measured["distance"], kept.distance[:, :positions], rtol=KEPT, atol=1e-5)


def test_no_position_moves_further_than_the_theorem_allows():
    for one in rounding.formats().values():
        for distance, tau in zip(one.distance, rounding.TEMPERATURES, strict=True):
            assert (distance <= np.tanh(one.spread / (2 * tau)) * (1 + 1e-2)).all()


def test_rounding_to_the_shipped_format_changes_nothing(model):
    again = rounded(model.network, FORMATS["int8"])
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), model.network.parameters(), strict=True))


def test_the_sizes_are_those_of_the_shipped_weights(model, benchmark):
    for name, kept in benchmark["formats"].items():
        assert kept["weight_bytes"] == weight_bytes(model.network, FORMATS[name])
    shipped = (WEIGHTS / "embedded" / "model.int8.safetensors").stat().st_size
    assert 0 <= shipped - benchmark["formats"]["int8"]["weight_bytes"] < 20_000  # the file's header


def test_the_benchmark_measured_the_shipped_weights(benchmark):
    training = json.loads((WEIGHTS / "embedded" / "training.json").read_text(encoding="utf-8"))
    assert benchmark["weights_sha256"] == files.weights_sha256()
    assert benchmark["export"] == training["export"]


def test_finer_formats_predict_no_worse(benchmark):
    bits = {name: kept["bits_per_byte"] for name, kept in benchmark["formats"].items()}
    assert abs(bits["bfloat16"] / bits["int8"] - 1) < 1e-3
    assert bits["int8"] < bits["int6"] < bits["int4/32"] < min(bits["int4"], bits["int3/32"])
