"""A model as a folder: weights in safetensors, `config.json`, `tokenizer.json`. Nothing in it can run code.

    model.safetensors        float32 or half precision; the multi-head GPT's tensors are named and laid out as GPT-2's,
                             so that `GPT2LMHeadModel.from_pretrained(folder)` reads the folder too
    model.int8.safetensors   each row of a matrix as int8 times one float32 scale (see `quantise`), under our own names

`config.json` carries the SHA-256 of the weights and of its own other entries, and a file that changed since is an error.
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

from ..validation import ParameterError
from .feedforward import FeedForward, FeedForwardConfig
from .gpt import GPT, GPTConfig

FLOAT, INT8 = "model.safetensors", "model.int8.safetensors"
PRECISIONS = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16, "int8": torch.int8}
GPT2_NAMES = {"context_length": "n_positions", "dropout": "resid_pdrop"}  # ours: GPT-2's
GPT2_FIXED = {  # what `core.models.gpt` does, whatever a file asks for; a file may leave it unsaid
    "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "tie_word_embeddings": True,
    "scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False, "add_cross_attention": False,
}  # fmt: skip
OPTIONAL = ("n_kv_head", "n_inner", "dropout")  # the other sizes have to be said
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
    described["config_sha256"] = config_hash(described)
    write_atomically(folder / "config.json", (json.dumps(described, indent=2) + "\n").encode())
    (folder / (FLOAT if precision == "int8" else INT8)).unlink(missing_ok=True)


def load_network(folder: Path) -> tuple[GPT | FeedForward, dict]:
    """The network in float32, in evaluation mode, and its `config.json`; also reads GPT-2 folders that others wrote.

    Raises:
        ModelFileError: a file missing, cut short, changed, or not what the configuration says.
    """
    told = folder / "config.json"
    try:
        described = json.loads(read(told))
        config = configuration(described)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, ModelFileError):
            raise
        fault = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ModelFileError(told, f"not the configuration of a model that is known here ({fault})") from error
    path = folder / (INT8 if (folder / INT8).exists() else FLOAT)
    data = read(path)
    try:
        state = load(data)
    except SafetensorError as error:
        raise ModelFileError(path, f"cut short or not safetensors ({error}); get it again") from error
    if described.get("weights_sha256", hashed := hashlib.sha256(data).hexdigest()) != hashed:
        raise ModelFileError(path, "its SHA-256 is not the one in config.json: the file was changed; get it again")
    try:
        state = as_ours(state, config)
        check_tensors(state, config)
    except (ValueError, KeyError) as error:
        fault = f"{error} is missing" if isinstance(error, KeyError) else error
        raise ModelFileError(path, f"its tensors do not fit config.json ({fault})") from error
    if described.get("config_sha256", hashed := config_hash(described)) != hashed:
        raise ModelFileError(told, "its SHA-256 is not the one it was written with: it was changed; get it again")
    with torch.random.fork_rng(devices=[]):  # "meta" would save the random numbers, and import torch's compiler for it
        network = build(config)
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise ModelFileError(path, f"its tensors do not fit config.json ({error})") from error
    return network.eval().requires_grad_(False), described


def config_hash(described: dict) -> str:
    """The SHA-256 of a `config.json`, whatever its spaces and order, without the entry that holds it."""
    told = {name: value for name, value in described.items() if name != "config_sha256"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def check_tensors(state: dict[str, Tensor], config: GPTConfig | FeedForwardConfig) -> None:
    """Whether the sizes are those of the tensors, before a network of these sizes is allocated.

    Raises:
        ValueError: another size, or numbers that are not finite.
        KeyError: a tensor that is not there.
    """
    c = config.n_embd
    shapes = {"wte.weight": (config.vocab_size, c)}
    if isinstance(config, GPTConfig):
        layers = len({name.split(".")[1] for name in state if name.startswith("h.")})
        if layers != config.n_layer:
            raise ValueError(f"{layers} layers, n_layer = {config.n_layer}")
        shapes |= {"wpe.weight": (config.context_length, c), "h.0.mlp.c_fc.weight": (config.n_inner, c)}
    else:
        shapes |= {"c_fc.weight": (config.n_inner, config.context_length * c)}
    for name, shape in shapes.items():
        if tuple(state[name].shape) != shape:
            raise ValueError(f"{name} is {tuple(state[name].shape)}, and config.json says {shape}")
    for name, value in state.items():
        if not value.isfinite().all():
            raise ValueError(f"{name} holds numbers that are not finite")


def as_ours(state: dict[str, Tensor], config: GPTConfig | FeedForwardConfig) -> dict[str, Tensor]:
    """float32 tensors under our names, from what a file holds.

    Raises:
        ValueError: numbers of a type that is none of `PRECISIONS`, or scales of another shape than one per row.
        KeyError: int8 without its scales.
    """
    as_gpt2 = is_gpt2(config) and not any(value.dtype == torch.int8 for value in state.values())
    ours = {}
    for name, value in state.items():
        if name.endswith((".scale", ".attn.bias", ".masked_bias", "lm_head.weight")):
            continue  # scales are used below; GPT-2 files may carry masks, and the tied output layer twice
        if value.dtype not in PRECISIONS.values():
            raise ValueError(f"{name} is of {value.dtype}")
        if value.dtype == torch.int8:
            scale = state[f"{name}.scale"]
            if value.ndim != 2 or scale.dtype != torch.float32 or scale.shape != (len(value), 1):
                raise ValueError(f"{name}.scale is not one float32 per row")
            value = value * scale
        value = value.float()
        name = name.removeprefix("transformer.")
        ours[name] = turned(name, value) if as_gpt2 else value
    return ours


def is_gpt2(config: GPTConfig | FeedForwardConfig) -> bool:
    return isinstance(config, GPTConfig) and config.n_kv_head == config.n_head


def turned(name: str, value: Tensor) -> Tensor:
    return value.t().contiguous() if name.endswith(TRANSPOSED) and value.ndim == 2 else value


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
    """The other way: the shape that a `config.json` describes.

    Raises:
        KeyError: an unknown kind of model, or a size that is not said.
        ParameterError: a size that is none, or an entry that asks for what `core.models.gpt` does not do.
    """
    kinds = {"gpt2": GPTConfig, "amostra_gpt": GPTConfig, "amostra_feedforward": FeedForwardConfig}
    kind = kinds[described["model_type"]]
    names, fixed = (GPT2_NAMES, GPT2_FIXED) if kind is GPTConfig else ({}, {})
    for name, value in fixed.items():
        if described.get(name, value) != value:
            raise ParameterError(name, described[name], repr(value))
    known = {name: names.get(name, name) for name in kind.__dataclass_fields__}
    shape = {name: described.get(key) if name in OPTIONAL else described[key] for name, key in known.items()}
    if described["model_type"] == "amostra_gpt":
        shape["n_kv_head"] = described["n_kv_head"]
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
