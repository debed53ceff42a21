"""A model as a folder: weights in safetensors, `config.json`, `tokenizer.json`. Nothing in it can run code.

    model.safetensors        float32 or half precision; the multi-head GPT's tensors are named and laid out as GPT-2's,
                             so that `GPT2LMHeadModel.from_pretrained(folder)` reads the folder too
    model.int8.safetensors   each row of a matrix as int8 times one float32 scale (see `quantise`), under our own names

`config.json` carries the SHA-256 of the weights, and a file that changed since is an error.
"""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from core.models.feedforward import FeedForward, FeedForwardConfig
from core.models.gpt import GPT, GPTConfig

FLOAT, INT8 = "model.safetensors", "model.int8.safetensors"
PRECISIONS = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16, "int8": torch.int8}
GPT2_NAMES = {"context_length": "n_positions", "dropout": "resid_pdrop"}  # ours: GPT-2's
TRANSPOSED = ("c_attn.weight", "c_proj.weight", "c_fc.weight")  # GPT-2 keeps these (in, out), we (out, in)


class ModelFileError(ValueError):
    """A model folder that cannot be read: which file, and what is wrong with it."""

    def __init__(self, path: Path, fault: str):
        super().__init__(f"{path}: {fault}")
        self.path, self.fault = path, fault


def build(config: GPTConfig | FeedForwardConfig) -> GPT | FeedForward:
    """A new network of this shape."""
    return GPT(config) if isinstance(config, GPTConfig) else FeedForward(config)


def quantise(weight: Tensor, bits: int = 8) -> tuple[Tensor, Tensor]:
    """A matrix as int8 rows (n, m) of whole numbers and their scales (n, 1): weight ≈ rows · scale, off by at most scale / 2.

    The numbers go from −L to L, L = 2^(bits − 1) − 1, with 2 ≤ bits ≤ 8; scale = max|row| / L, and a row of zeros has 0.
    """
    scale = weight.float().abs().amax(dim=1, keepdim=True) / (2 ** (bits - 1) - 1)
    return (weight / scale.clamp(min=1e-30)).round().to(torch.int8), scale


def save_network(folder: Path, network: nn.Module, precision: str = "float32", end_of_text: int = 0) -> None:
    """Write the weights and `config.json`; `folder` is made if need be. The tokenizer is written by its own class."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    config = network.config
    if precision == "int8":
        tensors = {name: value for name, value in state.items() if value.ndim < 2}
        for name in state.keys() - tensors.keys():
            tensors[name], tensors[f"{name}.scale"] = quantise(state[name])
    else:
        tensors = {name: value.to(PRECISIONS[precision]) for name, value in state.items()}
        if is_gpt2(config):
            tensors = {f"transformer.{name}": turned(name, value) for name, value in tensors.items()}
    data = save(tensors, metadata={"format": "pt"})
    write_atomically(folder / (INT8 if precision == "int8" else FLOAT), data)
    described = describe(config, end_of_text) | {"weights_sha256": hashlib.sha256(data).hexdigest()}
    if precision != "int8":
        described["dtype"] = precision
    write_atomically(folder / "config.json", (json.dumps(described, indent=2) + "\n").encode())
    (folder / (FLOAT if precision == "int8" else INT8)).unlink(missing_ok=True)


def load_network(folder: Path) -> tuple[GPT | FeedForward, dict]:
    """The network in float32, in evaluation mode, and its `config.json`; also reads GPT-2 folders that others wrote.

    Raises:
        ModelFileError: a file missing, cut short, changed, or not what the configuration says.
    """
    path = folder / "config.json"
    try:
        described = json.loads(read(path))
        config = configuration(described)
    except (ValueError, TypeError, KeyError) as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(path, f"not the configuration of a model that is known here ({error})") from error
    path = folder / (INT8 if (folder / INT8).exists() else FLOAT)
    data = read(path)
    try:
        state = load(data)
    except SafetensorError as error:
        raise ModelFileError(path, f"cut short or not safetensors ({error}); get it again") from error
    if described.get("weights_sha256", hashed := hashlib.sha256(data).hexdigest()) != hashed:
        raise ModelFileError(path, "its SHA-256 is not the one in config.json: the file was changed; get it again")
    with torch.random.fork_rng(devices=[]):  # "meta" would save the random numbers, and import torch's compiler for it
        network = build(config)
    try:
        network.load_state_dict(as_ours(state, config), assign=True)
    except (RuntimeError, KeyError) as error:
        raise ModelFileError(path, f"its tensors do not fit config.json ({error})") from error
    return network.eval().requires_grad_(False), described


def as_ours(state: dict[str, Tensor], config: GPTConfig | FeedForwardConfig) -> dict[str, Tensor]:
    """float32 tensors under our names, from what a file holds."""
    as_gpt2 = is_gpt2(config) and not any(value.dtype == torch.int8 for value in state.values())
    ours = {}
    for name, value in state.items():
        if name.endswith((".scale", ".attn.bias", ".masked_bias", "lm_head.weight")):
            continue  # scales are used below; GPT-2 files may carry masks, and the tied output layer twice
        value = value.float() * state[f"{name}.scale"] if value.dtype == torch.int8 else value.float()
        name = name.removeprefix("transformer.")
        ours[name] = turned(name, value) if as_gpt2 else value
    return ours


def is_gpt2(config: GPTConfig | FeedForwardConfig) -> bool:
    return isinstance(config, GPTConfig) and config.n_kv_head == config.n_head


def turned(name: str, value: Tensor) -> Tensor:
    return value.t().contiguous() if name.endswith(TRANSPOSED) else value


def describe(config: GPTConfig | FeedForwardConfig, end_of_text: int = 0) -> dict:
    """`config.json`: GPT-2's own for the multi-head model, otherwise the same words and `n_kv_head`."""
    if not isinstance(config, GPTConfig):
        return {"model_type": "amostra_feedforward", "eos_token_id": end_of_text, **asdict(config)}
    shape = {GPT2_NAMES.get(name, name): value for name, value in asdict(config).items()}
    fixed = {
        "embd_pdrop": config.dropout, "attn_pdrop": 0.0, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5,
        "tie_word_embeddings": True, "bos_token_id": end_of_text, "eos_token_id": end_of_text,
    }  # fmt: skip
    if is_gpt2(config):
        del shape["n_kv_head"]
        return {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], **shape, **fixed}
    return {"model_type": "amostra_gpt", **shape, **fixed}


def configuration(described: dict) -> GPTConfig | FeedForwardConfig:
    """The other way: the shape that a `config.json` describes."""
    kinds = {"gpt2": GPTConfig, "amostra_gpt": GPTConfig, "amostra_feedforward": FeedForwardConfig}
    kind = kinds[described["model_type"]]
    names = GPT2_NAMES if kind is GPTConfig else {}
    shape = {name: described.get(names.get(name, name)) for name in kind.__dataclass_fields__}
    return kind(**{name: value for name, value in shape.items() if value is not None})


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelFileError(path, f"cannot be read ({error.strerror})") from error


def write_atomically(path: Path, data: bytes) -> None:
    """After a crash at any moment the file is the old one or the new one, whole."""
    partial = path.with_name(path.name + ".partial")
    with open(partial, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
