"""The state of a training run in one safetensors file: network, optimizers, and a few numbers as JSON in its header.

One file, written aside and then renamed: whatever moment the process dies at, the file is whole.
"""

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.optim import Optimizer

from ..models.storage import ModelFileError, write_atomically


def save_checkpoint(path: Path, network: nn.Module, optimizers: list[Optimizer], numbers: dict) -> None:
    """Write everything that the next step depends on."""
    tensors = {f"network/{name}": value for name, value in network.state_dict().items()}
    for i, optimizer in enumerate(optimizers):
        for j, state in optimizer.state_dict()["state"].items():
            tensors |= {f"optimizer/{i}/{j}/{name}": value for name, value in state.items()}
    tensors = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_atomically(path, save(tensors, metadata={"numbers": json.dumps(numbers)}))


def load_checkpoint(path: Path, network: nn.Module, optimizers: list[Optimizer]) -> dict:
    """Put the state back, in place, and return the numbers.

    Raises:
        ModelFileError: a file that is cut short, or of another network.
    """
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no dict
            numbers = json.loads(file.metadata()["numbers"])
        network.load_state_dict(under("network", tensors))
    except (SafetensorError, OSError, RuntimeError, ValueError, TypeError, KeyError) as error:
        fault = f"not a checkpoint of this network ({error}); put a copy back, or delete it to begin again"
        raise ModelFileError(path, fault) from error
    for i, optimizer in enumerate(optimizers):
        described = optimizer.state_dict()
        described["state"] = {
            j: under(f"optimizer/{i}/{j}", tensors) for group in described["param_groups"] for j in group["params"]
        }
        described["state"] = {j: state for j, state in described["state"].items() if state}
        optimizer.load_state_dict(described)
    return numbers


def under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(f"{prefix}/"): value for name, value in tensors.items() if name.startswith(f"{prefix}/")}
