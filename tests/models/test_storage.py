"""Model folders: what is written comes back, and what is damaged is an error that names the file."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

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


@pytest.mark.parametrize(
    ("precision", "bound"), [("float32", 0), ("float16", 2e-3), ("bfloat16", 2e-2), ("int8", 2e-2)]
)
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


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"model_type": "llama"}', '{"model_type": "gpt2", "n_head": "x"}']
)
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


def rewrite(folder, without=(), **changed):
    """A `config.json` that somebody else might have written: no digests in it."""
    described = json.loads((folder / "config.json").read_text())
    kept = {
        name: value for name, value in described.items() if name not in ("weights_sha256", "config_sha256", *without)
    }
    (folder / "config.json").write_text(json.dumps(kept | changed))


def test_a_configuration_changed_in_any_entry_is_an_error(folder):
    before = json.loads((folder / "config.json").read_text())
    for name, value in before.items():
        other = not value if isinstance(value, bool) else value / 2 or 0.5 if isinstance(value, float) else value
        other = value + 1 if type(value) is int else value[1:] if isinstance(value, (str, list)) else other
        (folder / "config.json").write_text(json.dumps(before | {name: other}))
        with pytest.raises(ModelFileError):
            load_network(folder)
    (folder / "config.json").write_text(json.dumps(before, sort_keys=True))  # spaces and order say nothing
    load_network(folder)


def test_another_number_of_heads_is_an_error_although_the_tensors_fit(tmp_path):
    save_network(tmp_path, build(replace(SHAPES["multi-head"], **SMALL)))
    described = json.loads((tmp_path / "config.json").read_text())
    assert SMALL["n_embd"] % 2 == 0 and described["n_head"] != 2
    (tmp_path / "config.json").write_text(json.dumps(described | {"n_head": 2}))
    with pytest.raises(ModelFileError, match=r"config\.json.*SHA-256"):
        load_network(tmp_path)


@pytest.mark.parametrize("name", ["vocab_size", "n_embd", "n_inner", "n_positions", "context_length", "n_layer"])
def test_absurd_sizes_are_compared_with_the_tensors_before_anything_is_allocated(folder, name):
    if name not in json.loads((folder / "config.json").read_text()):
        name = "n_embd"
    for size in (10**12, 2**62):
        rewrite(folder, **{name: size * 8})
        with pytest.raises(ModelFileError):
            load_network(folder)
    for wrong in (0, -1, 2.5, "x", True, [1], {}, 10**400):
        rewrite(folder, **{name: wrong})
        with pytest.raises(ModelFileError):
            load_network(folder)
    if name != "n_inner":
        rewrite(folder, without=[name])
        with pytest.raises(ModelFileError, match=f"{name}' is missing"):
            load_network(folder)


@pytest.mark.parametrize("end", [-1, 269, 2**70, 0.5, "0", None, True])
def test_an_end_of_text_outside_the_vocabulary_is_an_error(folder, end):
    save_network(folder, build(replace(SHAPES["feed-forward"], **SMALL | {"vocab_size": 257 + 12})))
    assert load_model(folder).eos_token_id == 0
    rewrite(folder, eos_token_id=end)
    with pytest.raises(ModelFileError, match="eos_token_id"):
        load_model(folder)


@pytest.mark.parametrize(
    "entry",
    [
        {"activation_function": "relu"},
        {"layer_norm_epsilon": 0.1},
        {"tie_word_embeddings": False},
        {"scale_attn_by_inverse_layer_idx": True},
    ],
)
def test_what_the_network_does_not_do_is_refused(tmp_path, entry):
    save_network(tmp_path, build(replace(SHAPES["multi-head"], **SMALL)))
    rewrite(tmp_path, **entry)
    with pytest.raises(ModelFileError, match=next(iter(entry))):
        load_network(tmp_path)


def test_a_deeply_nested_configuration_is_an_error(folder):
    (folder / "config.json").write_text("[" * 200_000)
    with pytest.raises(ModelFileError, match=r"config\.json"):
        load_network(folder)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_an_error(tmp_path, network, value):
    save_network(tmp_path, network, "float16")
    with torch.no_grad():
        network.wte.weight[3, 1] = value
    save_network(tmp_path, network, "float16")
    with pytest.raises(ModelFileError, match="not finite"):
        load_network(tmp_path)


@pytest.mark.parametrize("change", ["whole numbers", "complex", "no scale", "one scale", "no tensor", "one more layer"])
def test_tensors_of_another_kind_are_an_error(folder, network, change):
    save_network(folder, network, "int8")
    state = load_file(folder / INT8)
    name = "h.0.mlp.c_fc.weight" if "h.0.mlp.c_fc.weight" in state else "c_fc.weight"
    if change == "whole numbers":
        state[name] = state[name].long()
    elif change == "complex":
        state[name] = state[name] * 1j
    elif change == "no scale":
        del state[f"{name}.scale"]
    elif change == "one scale":
        state[f"{name}.scale"] = state[f"{name}.scale"][:1]
    elif change == "no tensor":
        del state["wte.weight"]
    else:
        state["h.99.ln_1.weight"] = torch.ones(32)
    save_file(state, folder / INT8)
    rewrite(folder)
    with pytest.raises(ModelFileError, match="do not fit"):
        load_network(folder)


def test_a_flipped_bit_anywhere_in_a_configuration_is_an_error_or_changes_nothing(folder, network):
    data = (folder / "config.json").read_bytes()
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        (folder / "config.json").write_bytes(changed)
        with suppress(ModelFileError):
            back, described = load_network(folder)  # the name of the digest itself, say
            assert back.config == network.config and described["eos_token_id"] == 0
