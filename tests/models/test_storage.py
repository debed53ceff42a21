"""Model folders: what is written comes back, and what is damaged is an error that names the file."""

import json
from dataclasses import replace

import pytest
import torch

from core.models.gpt import GPT, GPTConfig
from core.models.language_model import load_model
from core.models.storage import FLOAT, INT8, ModelFileError, build, load_network, quantise, save_network
from core.training.presets import SHAPES
from core.training.tokenizer import save_tokenizer, train_tokenizer

SMALL = {"vocab_size": 300, "n_embd": 32, "context_length": 16}
IDS = torch.arange(12).reshape(1, 12)


@pytest.fixture(params=["multi-head", "grouped-query", "feed-forward"])
def network(request):
    torch.manual_seed(0)
    return build(replace(SHAPES[request.param], **SMALL)).eval()


@pytest.fixture
def folder(tmp_path, network):
    save_network(tmp_path, network)
    save_tokenizer(train_tokenizer(["a casa da vila, a casa velha da avó"] * 9, 257 + 12), tmp_path)
    return tmp_path


@pytest.mark.parametrize(("precision", "bound"), [("float32", 0), ("float16", 2e-3), ("bfloat16", 2e-2), ("int8", 2e-2)])
def test_what_is_written_comes_back(tmp_path, network, precision, bound):
    save_network(tmp_path, network, precision)
    back, described = load_network(tmp_path)
    assert back.config == network.config and described["eos_token_id"] == 0
    with torch.no_grad():
        assert (back(IDS) - network(IDS)).abs().max() <= bound


def test_one_folder_holds_one_precision(tmp_path, network):
    save_network(tmp_path, network)
    save_network(tmp_path, network, "int8")
    assert (tmp_path / INT8).exists() and not (tmp_path / FLOAT).exists()


def test_quantised_rows_are_within_half_a_step():
    weight = torch.randn(50, 70) * torch.logspace(-20, 3, 50)[:, None]
    weight[3] = 0
    rows, scale = quantise(weight)
    assert rows.dtype == torch.int8 and (rows[3] == 0).all()
    assert ((rows * scale - weight).abs() <= scale / 2 * 1.0001).all()


def test_the_presets_fit_the_repository():
    for name, config in SHAPES.items():
        with torch.device("meta"):
            size = sum(p.numel() for p in build(config).parameters())
        assert size < (4e6 if "small" in name else 12e6) * 0.99
    sizes = [sum(p.numel() for p in GPT(SHAPES[name]).parameters()) for name in ("multi-head", "grouped-query")]
    assert abs(sizes[1] / sizes[0] - 1) < 0.001


def weights(folder):
    return folder / FLOAT


@pytest.mark.parametrize("damage", ["missing", "truncated", "garbage", "flipped", "empty"])
def test_damaged_weights_are_an_error(folder, damage):
    data = bytearray(weights(folder).read_bytes())
    if damage == "missing":
        weights(folder).unlink()
    else:
        data[-5] ^= 1
        cases = {"truncated": data[: len(data) // 2], "garbage": b"\xff" * 1000, "flipped": data, "empty": b""}
        weights(folder).write_bytes(cases[damage])
    with pytest.raises(ModelFileError, match=FLOAT):
        load_network(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"model_type": "llama"}', '{"model_type": "gpt2", "n_head": "x"}'])
def test_a_damaged_configuration_is_an_error(folder, text):
    (folder / "config.json").write_text(text)
    with pytest.raises(ModelFileError, match=r"config\.json"):
        load_network(folder)


def test_weights_of_another_shape_are_an_error(folder):
    described = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(described | {"n_embd": 64}))
    with pytest.raises(ModelFileError, match="do not fit"):
        load_network(folder)


def test_tokenizer_faults_and_unknown_names(folder):
    with pytest.raises(ModelFileError, match="269 tokens, and the model has 300"):
        load_model(folder)
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelFileError, match="not a tokenizer"):
        load_model(folder)
    with pytest.raises(ModelFileError, match="no such model"):
        load_model("nothing-of-this-name")


def test_a_gpt2_folder_of_transformers_loads(tmp_path):
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    theirs = GPT2LMHeadModel(GPT2Config(vocab_size=99, n_positions=16, n_embd=32, n_layer=2, n_head=4)).eval()
    theirs.save_pretrained(tmp_path)
    ours, _ = load_network(tmp_path)
    assert ours.config == GPTConfig(99, 16, 2, 4, 32, dropout=0.1)
    with torch.no_grad():
        assert (ours(IDS) - theirs(IDS).logits).abs().max() <= 1e-4
