"""The files of a Hugging Face model: fetched, checked before they are read, and read with their progress told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import JSONDecodeError, loads
from math import prod
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from .hub_list import HubError, Listed

Progress = Callable[[str, float, int], None]  # stage ("download" or "load"), share done (0 to 1), bytes done
WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
FILES = ["*.json", "*.safetensors", "*.txt", "*.model"]  # of a repository, in its first folder


def download(entry: Listed, progress: Progress) -> Path:
    """The folder of a repository in the hub's own cache; what is there already is not fetched again."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        HTTPError,  # of whatever library it speaks HTTP with
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )
    from huggingface_hub.utils import tqdm

    class Bar(tqdm):
        """Shows nothing; the one of the bars that counts bytes written tells `progress`."""

        def __init__(self, *args, **settings):
            self.tells = settings.get("name") == "huggingface_hub.snapshot_download"
            super().__init__(*args, **settings | {"disable": True})

        def update(self, n=1):
            self.n += n or 0
            if self.tells:  # its total grows with the files begun; the list knows better at first
                progress("download", min(1.0, self.n / max(self.total, entry.memory("bfloat16"))), int(self.n))

    wanted = {"revision": entry.revision, "allow_patterns": FILES, "ignore_patterns": "*/*", "tqdm_class": Bar}
    try:
        return Path(snapshot_download(entry.name, **wanted))
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise HubError("no_weights", entry.name, f"not on the hub, or not open to all ({error})") from error
    except (LocalEntryNotFoundError, HTTPError, ConnectionError) as error:
        fault = f"not on this machine, and the hub cannot be reached ({error})"
        raise HubError("no_network", entry.name, fault) from error


def tensors(name: str, folder: Path) -> dict[str, int]:
    """How many numbers each tensor of the weights has, from the headers; every file is there and whole."""
    numbers = {}
    for path in weight_files(name, folder):
        if not path.exists():
            raise HubError("no_weights", name, f"{path.name} is missing in {folder}")
        try:
            with safe_open(path, "np") as file:
                numbers |= {key: prod(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise HubError("corrupt", name, f"{path.name} is cut short or not safetensors ({error})") from error
    return numbers


def weight_files(name: str, folder: Path) -> list[Path]:
    if (folder / WEIGHTS).exists():
        return [folder / WEIGHTS]
    if not (folder / INDEX).exists():
        raise HubError("no_weights", name, f"no {WEIGHTS} in {folder}; weights in other formats are not read")
    try:
        return [folder / file for file in sorted(set(loads((folder / INDEX).read_text())["weight_map"].values()))]
    except (JSONDecodeError, KeyError, AttributeError) as error:
        raise HubError("corrupt", name, f"{INDEX} is damaged ({error})") from error


def read(name: str, folder: Path, dtype: torch.dtype, gpu: bool, sizes: dict[str, int], progress: Progress):
    """The tokenizer and the model of a folder, in evaluation mode."""
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    safe = {"trust_remote_code": False, "local_files_only": True}
    if not (folder / "config.json").exists():
        raise HubError("no_weights", name, f"no config.json in {folder}")
    try:
        config = AutoConfig.from_pretrained(folder, **safe)
    except (ValueError, KeyError) as error:
        raise HubError("not_supported", name, f"an architecture that is not known here ({error})") from error
    except Exception as error:  # whatever a value out of place sets off in the library
        raise HubError("corrupt", name, f"config.json is damaged ({error})") from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **safe)
    except Exception as error:  # the library raises nothing narrower
        raise HubError("corrupt", name, f"the tokenizer cannot be read ({error})") from error
    try:
        with watched(sizes, progress):
            model, told = AutoModelForCausalLM.from_pretrained(
                folder,
                config=config,
                dtype=dtype,
                device_map="auto" if gpu else None,
                use_safetensors=True,
                output_loading_info=True,
                **safe,
            )
    except torch.OutOfMemoryError as error:
        raise HubError("not_enough_memory", name, "the GPU's memory filled up", sum(sizes.values()), 0) from error
    except ValueError as error:
        raise HubError("not_supported", name, f"not a causal language model ({error})") from error
    except Exception as error:  # as above
        raise HubError("corrupt", name, f"its files do not fit one another ({error})") from error
    if told["missing_keys"]:
        raise HubError("corrupt", name, f"tensors are missing: {', '.join(sorted(told['missing_keys'])[:3])} …")
    return tokenizer, model.eval().requires_grad_(False)


@contextmanager
def watched(sizes: dict[str, int], progress: Progress) -> Iterator[None]:
    """While transformers loads, tell `progress` how far it is, from the loop that it shows a bar for."""
    from transformers.utils.logging import set_tqdm_hook

    total = sum(sizes.values())

    def counted(items):
        done = 0
        for key, mapping in items:
            yield key, mapping
            done += sizes.get(key, 0)
            progress("load", done / total, done)

    def hook(bar, args, settings):
        return counted(args[0]) if settings.get("desc") == "Loading weights" else bar(*args, **settings)

    before = set_tqdm_hook(hook)
    try:
        progress("load", 0.0, 0)
        yield
        progress("load", 1.0, total)
    finally:
        set_tqdm_hook(before)
